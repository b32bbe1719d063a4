"""Proving a password to the pool, so that it counts only until the password changes."""

from storefront.identity import Outcome
from storefront.web import limits
from storefront.web.identity import begin_proof, keep_proof
from storefront.web.requests import ShopRequest


def by_password(request: ShopRequest, email: str, password: str) -> Outcome:
    """What the pool makes of address and password.

    Raises what People.sign_in does, TooMany while no turn is free, and UpstreamUnavailable also while
    sessions can't be read: nobody could be signed in then.
    """
    proof = begin_proof(request, email)
    with limits.turn(request):
        outcome = request.shop.people.sign_in(email=email, password=password)
    keep_proof(request, proof)
    return outcome
