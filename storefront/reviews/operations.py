"""Writes: a review, and a word that one helped.

A review changes nothing that is shown until somebody of the shop has read it, and then the backend's event
tells the caches. A vote shows when the list is renewed.
"""

import hashlib
import re

import msgspec

from storefront.clients.reviews import NewReview
from storefront.core import new_secret
from storefront.web.counters import AllowanceEach
from storefront.web.requests import ShopRequest
from storefront.web.shop import Shop

_VOTER = "voter"
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")

# For each address; enough for an office, not for a machine.
REVIEWS_A_MINUTE = 4
VOTES_A_MINUTE = 30
reviews_each = AllowanceEach("reviews", REVIEWS_A_MINUTE)
votes_each = AllowanceEach("review_votes", VOTES_A_MINUTE)


def form_key(given: str) -> str:
    """The key of the form that was sent; a new one for a new form, or one that nobody here has made."""
    return given if _FORM_KEY.fullmatch(given) else new_secret()


def submit(shop: Shop, handle: str, review: NewReview, key: str) -> None:
    """Send a review. The same form with the same words is one review, with other words it is another.

    Raises NotFound, Invalid, Conflict, UpstreamError.
    """
    words = hashlib.sha256(msgspec.json.encode(review)).hexdigest()[:32]
    shop.reviews.submit_review(handle=handle, review=review, idempotency_key=f"{key}.{words}")


def vote(request: ShopRequest, review_id: str) -> int:
    """Say that a review helped; returns how many it has. Raises NotFound, UpstreamError."""
    voter = request.session.get(_VOTER)
    if not isinstance(voter, str):
        voter = request.session[_VOTER] = new_secret()
    return request.shop.reviews.vote_helpful(review_id=review_id, voter=voter).helpful
