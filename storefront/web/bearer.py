"""The access token of whoever is signed in, for what goes on as a guest's when it can't be had.

Cart, checkout and orders must not stop because the session table or the identity provider is away: what a
guest may do, a customer may do then, too.
"""

from storefront.core import UpstreamError
from storefront.identity import IdentityRefused
from storefront.web.identity import SignInNeeded, access_token
from storefront.web.requests import ShopRequest


def bearer_of(request: ShopRequest) -> str:
    """A token for calls in the person's name; "" for a guest, and while it can't be told or had."""
    if not request.identity.signed_in:
        return ""
    try:
        return access_token(request)
    except SignInNeeded:  # the provider has ended the sign-in: a guest from now on
        return ""
    except (IdentityRefused, UpstreamError):
        request.shop.telemetry.degraded("identity", "no access token")
        return ""
