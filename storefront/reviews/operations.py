"""Writes: a review, and a word that one helped.

A review changes nothing that is shown until somebody of the shop has read it, and then the backend's event
tells the caches. A vote shows when the list is renewed.
"""

import hashlib
import re

import msgspec
from django.core.cache import cache

from storefront.clients.reviews import NewReview
from storefront.core import new_secret
from storefront.web.client_address import client_name
from storefront.web.counters import AllowanceEach
from storefront.web.identity import with_token
from storefront.web.requests import ShopRequest

_VOTER = "voter"
_DAY_SECONDS = 24 * 3600
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")

# For each address; enough for an office, not for a machine.
REVIEWS_A_MINUTE = 4
VOTES_A_MINUTE = 30
reviews_each = AllowanceEach("reviews", REVIEWS_A_MINUTE)
votes_each = AllowanceEach("review_votes", VOTES_A_MINUTE)


def form_key(given: str) -> str:
    """The key of the form that was sent; a new one for a new form, or one that nobody here has made."""
    return given if _FORM_KEY.fullmatch(given) else new_secret()


def submit(request: ShopRequest, handle: str, review: NewReview, key: str) -> None:
    """Send a review. The same form with the same words is one review, with other words it is another.

    It belongs to whoever is signed in; for nobody else is it taken as a guest's. Raises NotFound, Invalid,
    Conflict, UpstreamError, and SignInNeeded when the sign-in has ended.
    """
    words = hashlib.sha256(msgspec.json.encode(review)).hexdigest()[:32]

    def send(token: str = "") -> None:
        request.shop.reviews.submit_review(
            handle=handle, review=review, idempotency_key=f"{key}.{words}", access_token=token
        )

    if request.identity.signed_in:
        with_token(request, send)
    else:
        send()


def vote(request: ShopRequest, review_id: str) -> int:
    """Say that a review helped; returns how many it has. Raises NotFound, UpstreamError.

    A visitor counts once, and so does a network address in a day: who leaves the cookie away votes in the
    name of whoever voted from there before. While the cache is away visitors count alone.
    """
    voter = request.session.get(_VOTER)
    if not isinstance(voter, str):
        voter = request.session[_VOTER] = new_secret()
    here = hashlib.sha256(f"{client_name(request)}\n{review_id}".encode()).hexdigest()
    first = cache.get_or_set(f"review-voter:{here}", voter, timeout=_DAY_SECONDS)
    voter = first if isinstance(first, str) else voter
    return request.shop.reviews.vote_helpful(review_id=review_id, voter=voter).helpful
