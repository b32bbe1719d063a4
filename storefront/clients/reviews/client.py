"""Asks the reviews service: what is said of a product, and what somebody wants to say."""

from collections.abc import Sequence
from types import NoneType

from storefront.clients.calls import bearer, checked_key, if_match, in_market
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
from storefront.clients.reviews.port import Reviews
from storefront.http import RestClient


class ReviewsClient(Reviews):
    """The real service."""

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

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
        """GET /products/{handle}/reviews."""
        query = {"sort": sort, "rating": rating, "cursor": cursor, "limit": limit}
        path = "/products/{handle}/reviews"
        return self._rest.get(
            path, {"handle": handle}, query=in_market(market, locale) | query, type=ReviewPage
        )

    def get_summary(self, *, handle: str) -> Summary:
        """GET /products/{handle}/summary."""
        return self._rest.get("/products/{handle}/summary", {"handle": handle}, type=Summary)

    def list_summaries(self, *, handles: Sequence[str]) -> SummaryList:
        """GET /summaries."""
        if not handles:
            raise ValueError("handles must name something")
        return self._rest.get("/summaries", query={"handles": ",".join(handles)}, type=SummaryList)

    def submit_review(
        self, *, handle: str, review: NewReview, idempotency_key: str, access_token: str = ""
    ) -> SubmittedReview:
        """POST /products/{handle}/reviews."""
        path = "/products/{handle}/reviews"
        return self._rest.send(
            "POST",
            path,
            {"handle": handle},
            headers=bearer(self._rest, f"POST {path}", access_token) if access_token else {},
            json=review,
            idempotency_key=checked_key(self._rest, f"POST {path}", idempotency_key),
            type=SubmittedReview,
        ).value

    def list_my_reviews(
        self, *, access_token: str, cursor: str | None = None, limit: int = 24
    ) -> MyReviewPage:
        """GET /reviews/mine."""
        headers = bearer(self._rest, "GET /reviews/mine", access_token)
        query = {"cursor": cursor, "limit": limit}
        return self._rest.get("/reviews/mine", query=query, headers=headers, type=MyReviewPage)

    def forget_my_reviews(self, *, access_token: str) -> None:
        """DELETE /reviews/mine."""
        headers = bearer(self._rest, "DELETE /reviews/mine", access_token)
        self._rest.send("DELETE", "/reviews/mine", headers=headers, type=NoneType)

    def vote_helpful(self, *, review_id: str, voter: str) -> Helpful:
        """PUT /reviews/{review_id}/helpful."""
        path = "/reviews/{review_id}/helpful"
        body = {"voter": voter}
        return self._rest.send("PUT", path, {"review_id": review_id}, json=body, type=Helpful).value

    def list_for_moderation(
        self,
        *,
        access_token: str,
        state: ReviewState = "pending",
        cursor: str | None = None,
        limit: int = 24,
    ) -> ModeratedPage:
        """GET /moderation/reviews."""
        path = "/moderation/reviews"
        return self._rest.get(
            path,
            query={"state": state, "cursor": cursor, "limit": limit},
            headers=bearer(self._rest, f"GET {path}", access_token),
            type=ModeratedPage,
        )

    def get_for_moderation(self, *, access_token: str, review_id: str) -> JudgedReview:
        """GET /moderation/reviews/{review_id}."""
        path = "/moderation/reviews/{review_id}"
        headers = bearer(self._rest, f"GET {path}", access_token)
        return self._rest.get(path, {"review_id": review_id}, headers=headers, type=JudgedReview)

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
        """PUT /moderation/reviews/{review_id}."""
        path = "/moderation/reviews/{review_id}"
        body = {"decision": decision, "reason": reason, "reply": reply}
        return self._rest.send(
            "PUT",
            path,
            {"review_id": review_id},
            headers=bearer(self._rest, f"PUT {path}", access_token),
            json={name: value for name, value in body.items() if value},
            if_match=if_match(version),
            type=JudgedReview,
        ).value
