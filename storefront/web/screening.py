"""Asking the fraud screen about a sign-in: what it is told comes from the request, in one place."""

from storefront.clients.fraud import SignInAttempt, Verdict
from storefront.web.client_address import client_address, client_name
from storefront.web.limits import account_name
from storefront.web.requests import ShopRequest

_MOST_AGENT = 256  # characters


def screen_sign_in(request: ShopRequest, email: str) -> Verdict:
    """The verdict on a sign-in whose password was right. Never raises, and takes half a second at most."""
    attempt = SignInAttempt(
        account=account_name(email),
        device=client_name(request),
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", "")[:_MOST_AGENT],
        country=request.shop.country,
        at=request.shop.clock.now(),
    )
    return request.shop.fraud.screen(attempt)
