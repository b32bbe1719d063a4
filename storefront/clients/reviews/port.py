"""What the shop may ask of the reviews service, and the refusals to expect."""

from collections.abc import Sequence
from typing import Protocol

from storefront.clients.reviews.models import (
    Helpful,
    JudgedReview,
    ModeratedPage,
    MyReviewPage,
    NewReview,
    ReviewPage,
    ReviewSort,
    ReviewState,
    SubmittedReview,
    Summary,
    SummaryList,
    Verdict,
)


class Reviews(Protocol):
    """What the shop may ask about reviews. Every method raises UpstreamUnavailable and UpstreamInvalid.

    Those with an `access_token` raise Unauthorized for one that does not hold. Those about moderation are for
    merchandisers and raise UpstreamRefused `not_a_moderator` (403) for anybody else.
    """

    def list_reviews(
        self,
        *,
        handle: str,
        market: str,
        locale: str,
        sort: ReviewSort = "newest",
        rating: int | None = None,
        cursor: str | None = None,
        limit: int = 24,
    ) -> ReviewPage:
        """Approved reviews, all or those with `rating` stars (1 to 5). Raises Invalid `bad_cursor`."""
        ...

    def get_summary(self, *, handle: str) -> Summary:
        """A product's reviews in numbers; of none for a product that has none."""
        ...

    def list_summaries(self, *, handles: Sequence[str]) -> SummaryList:
        """The same of up to 50 products; at least one must be named."""
        ...

    def submit_review(
        self, *, handle: str, review: NewReview, idempotency_key: str, access_token: str = ""
    ) -> SubmittedReview:
        """Send a review, once per key; the customer's whose token it comes with, else a guest's.

        Raises NotFound `unknown_product`, Invalid, Conflict.
        """
        ...

    def list_my_reviews(
        self, *, access_token: str, cursor: str | None = None, limit: int = 24
    ) -> MyReviewPage:
        """What a customer has written, newest first, shown or not. Raises Invalid `bad_cursor`."""
        ...

    def forget_my_reviews(self, *, access_token: str) -> None:
        """Take the customer's name off their reviews, for who deletes their account; again does no harm."""
        ...

    def vote_helpful(self, *, review_id: str, voter: str) -> Helpful:
        """Say that a review helped; a voter (16 to 128 characters) counts once. Raises NotFound."""
        ...

    def list_for_moderation(
        self,
        *,
        access_token: str,
        state: ReviewState = "pending",
        cursor: str | None = None,
        limit: int = 24,
    ) -> ModeratedPage:
        """Reviews in one state: those that wait with the oldest first. Raises Invalid `bad_cursor`."""
        ...

    def get_for_moderation(self, *, access_token: str, review_id: str) -> JudgedReview:
        """One review with its history. Raises NotFound."""
        ...

    def moderate(
        self,
        *,
        access_token: str,
        review_id: str,
        decision: Verdict,
        reason: str = "",
        reply: str = "",
        version: int,
    ) -> JudgedReview:
        """Show a review or take it away. Raises NotFound, Invalid, PreconditionFailed."""
        ...
