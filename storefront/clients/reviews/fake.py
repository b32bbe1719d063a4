"""The reviews service in memory: for tests and trials of the pages."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from storefront.clients.failing import Failing
from storefront.clients.reviews.models import (
    Distribution,
    Event,
    Helpful,
    JudgedReview,
    ModeratedPage,
    ModeratedReview,
    MyReview,
    MyReviewPage,
    NewReview,
    Reply,
    Review,
    ReviewPage,
    ReviewSort,
    ReviewState,
    SubmittedReview,
    Summary,
    SummaryList,
    Verdict,
)
from storefront.clients.reviews.port import Reviews

_OPENED = datetime(2030, 1, 1, tzinfo=UTC)
_MADE = Distribution(one=0, two=0, three=0, four=0, five=0)
_SORTS: dict[ReviewSort, Callable[[ModeratedReview], Any]] = {
    "newest": lambda r: (r.created_at, r.id),
    "highest": lambda r: (r.rating, r.created_at, r.id),
    "lowest": lambda r: (-r.rating, r.created_at, r.id),
    "helpful": lambda r: (r.helpful, r.created_at, r.id),
}
_STATES: dict[Verdict, ReviewState] = {"approve": "approved", "reject": "rejected"}


class FakeReviews(Failing, Reviews):
    """Answers like the real service for the products that it is told of; cursors are "at" and a number.

    `submitted` has what was sent, in order, with its idempotency key. Customers are told apart by what
    `owner_of` makes of their access token, the token itself unless given.
    """

    def __init__(
        self,
        reviews: Iterable[ModeratedReview] = (),
        *,
        handles: Iterable[str] = (),
        moderators: Iterable[str] = (),
        markets: Iterable[str] = ("eu", "us"),
        owner_of: Callable[[str], str] = str,
    ) -> None:
        super().__init__("reviews")
        self._reviews = {review.id: review for review in reviews}
        self._handles = {*handles, *(review.handle for review in self._reviews.values())}
        self._moderators = frozenset(moderators)
        self._markets = frozenset(markets)
        self._events: dict[str, tuple[Event, ...]] = {}
        self._answered: dict[tuple[str, str], tuple[NewReview, SubmittedReview]] = {}
        self._owner_of = owner_of
        self._owners: dict[str, str] = {}
        self._votes: set[tuple[str, str]] = set()
        self.submitted: list[tuple[str, NewReview, str]] = []

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
        """One page of approved reviews."""
        del locale
        with self._call("list_reviews"):
            if market not in self._markets:
                raise self._refusal(404, "unknown_market", f"There is no market {market!r}.")
            found = [r for r in self._shown(handle) if rating in {None, r.rating}]
            found.sort(key=_SORTS[sort], reverse=True)
            page, following = self._page(found, cursor, limit)
            return ReviewPage(items=tuple(_public(r) for r in page), next_cursor=following)

    def get_summary(self, *, handle: str) -> Summary:
        """Counted anew each time."""
        with self._call("get_summary"):
            return self._summary(handle)

    def list_summaries(self, *, handles: Sequence[str]) -> SummaryList:
        """The same of several products."""
        with self._call("list_summaries"):
            return SummaryList(items=tuple(self._summary(handle) for handle in dict.fromkeys(handles)))

    def submit_review(
        self, *, handle: str, review: NewReview, idempotency_key: str, access_token: str = ""
    ) -> SubmittedReview:
        """Kept, and shown to nobody."""
        with self._call("submit_review"):
            if handle not in self._handles:
                raise self._refusal(404, "unknown_product", "There is no such product.")
            known = self._answered.get((handle, idempotency_key))
            if known is not None:
                if known[0] != review:
                    raise self._refusal(422, "idempotency_key_reused", "This key was used before.")
                return known[1]
            answer = SubmittedReview(id=f"rev_{len(self._reviews) + 1:08d}", state="pending")
            self._reviews[answer.id] = _pending(answer.id, handle, review)
            self._answered[handle, idempotency_key] = (review, answer)
            self.submitted.append((handle, review, idempotency_key))
            if access_token:
                self._owners[answer.id] = self._owner_of(access_token)
            return answer

    def list_my_reviews(
        self, *, access_token: str, cursor: str | None = None, limit: int = 24
    ) -> MyReviewPage:
        """What a customer has written, the newest first."""
        with self._call("list_my_reviews"):
            mine = [self._reviews[one] for one in reversed(self._written(access_token))]
            page, following = self._page(mine, cursor, limit)
            return MyReviewPage(items=tuple(map(_mine, page)), next_cursor=following)

    def forget_my_reviews(self, *, access_token: str) -> None:
        """Without a name from now on."""
        with self._call("forget_my_reviews"):
            for review_id in self._written(access_token):
                del self._owners[review_id]
                self._reviews[review_id] = replace(self._reviews[review_id], author="A customer")

    def _written(self, access_token: str) -> list[str]:
        if not access_token:
            raise self._refusal(401, "unauthorized", "Sign in first.")
        owner = self._owner_of(access_token)
        return [review_id for review_id, of in self._owners.items() if of == owner]

    def vote_helpful(self, *, review_id: str, voter: str) -> Helpful:
        """Everybody counts once."""
        with self._call("vote_helpful"):
            review = self._reviews.get(review_id)
            if review is None or review.state != "approved":
                raise self._refusal(404, "unknown_review", "There is no such review.")
            if (review_id, voter) not in self._votes:
                self._votes.add((review_id, voter))
                review = replace(review, helpful=review.helpful + 1)
                self._reviews[review_id] = review
            return Helpful(id=review_id, helpful=review.helpful)

    def list_for_moderation(
        self,
        *,
        access_token: str,
        state: ReviewState = "pending",
        cursor: str | None = None,
        limit: int = 24,
    ) -> ModeratedPage:
        """Reviews in one state."""
        with self._call("list_for_moderation"):
            self._moderates(access_token)
            found = [review for review in self._reviews.values() if review.state == state]
            found.sort(key=lambda r: (r.created_at, r.id), reverse=state != "pending")
            page, following = self._page(found, cursor, limit)
            return ModeratedPage(items=tuple(page), next_cursor=following)

    def get_for_moderation(self, *, access_token: str, review_id: str) -> JudgedReview:
        """One review with its history."""
        with self._call("get_for_moderation"):
            self._moderates(access_token)
            return self._judged(review_id)

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
        """Decide on a review."""
        with self._call("moderate"):
            self._moderates(access_token)
            review = self._judged(review_id).review
            if review.version != version:
                current = {"cart_version": review.version}
                raise self._refusal(412, "version_mismatch", "It was changed.", extensions=current)
            if decision == "reject" and not reason:
                raise self._invalid("/reason", "required", "Say why it is not shown.")
            answer = Reply(body=reply, created_at=_OPENED) if reply else review.reply
            changed = replace(
                review,
                state=_STATES[decision],
                reason=reason or None,
                reply=answer,
                version=version + 1,
                updated_at=_OPENED,
            )
            self._reviews[review_id] = changed
            event = Event(
                at=_OPENED,
                by=access_token[:80],
                decision=decision,
                reason=reason or None,
                version=version + 1,
            )
            self._events[review_id] = (*self._events.get(review_id, ()), event)
            return self._judged(review_id)

    def _moderates(self, access_token: str) -> None:
        if access_token not in self._moderators:
            raise self._refusal(403, "not_a_moderator", "Only merchandisers decide on reviews.")

    def _judged(self, review_id: str) -> JudgedReview:
        if review_id not in self._reviews:
            raise self._refusal(404, "unknown_review", "There is no such review.")
        return JudgedReview(review=self._reviews[review_id], history=self._events.get(review_id, ()))

    def _shown(self, handle: str) -> list[ModeratedReview]:
        return [r for r in self._reviews.values() if r.handle == handle and r.state == "approved"]

    def _summary(self, handle: str) -> Summary:
        stars = [review.rating for review in self._shown(handle)]
        counts = [stars.count(number) for number in range(1, 6)]
        names = Distribution.__struct_fields__
        average = (20 * sum(stars) + len(stars)) // (2 * len(stars)) / 10 if stars else None
        return Summary(
            handle=handle,
            average=average,
            count=len(stars),
            distribution=replace(_MADE, **dict(zip(names, counts, strict=True))),
            version=1 + len(stars),
            updated_at=_OPENED,
        )

    def _page(
        self, found: list[ModeratedReview], cursor: str | None, limit: int
    ) -> tuple[list[ModeratedReview], str | None]:
        number = (cursor or "at0").removeprefix("at")
        if not number.isdecimal():
            raise self._refusal(400, "bad_cursor", "This cursor was not made here.")
        end = int(number) + limit
        return found[int(number) : end], f"at{end}" if len(found) > end else None


def _public(review: ModeratedReview) -> Review:
    return Review(**{name: getattr(review, name) for name in Review.__struct_fields__})


def _mine(review: ModeratedReview) -> MyReview:
    return MyReview(**{name: getattr(review, name) for name in MyReview.__struct_fields__})


def _pending(review_id: str, handle: str, given: NewReview) -> ModeratedReview:
    return ModeratedReview(
        id=review_id,
        handle=handle,
        rating=given.rating,
        title=given.title or None,
        body=given.body,
        author=given.author,
        locale=given.locale,
        verified_buyer=False,
        helpful=0,
        created_at=_OPENED,
        reply=None,
        state="pending",
        flags=(),
        reason=None,
        version=1,
        updated_at=_OPENED,
    )
