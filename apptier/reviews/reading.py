"""Lists of reviews and their summaries: a page is one query, or one per number of stars it spans."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import Item, Tables
from apptier.kit.problems import Problem, not_found
from apptier.ratings import Rating, Ratings
from apptier.reviews.models import (
    Event,
    JudgedReview,
    ModeratedPage,
    ReviewPage,
    Sort,
    State,
    Summary,
    SummaryList,
)
from apptier.reviews.records import REVIEW_SK, StoredReview, review_key

_INDEX_ATTRIBUTES = {"shown": "posted", "rated": "rank", "useful": "useful", "starred": "starred"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list that one query gives: an index read backwards, of `prefix` where one is given."""

    index: str
    prefix: str = ""


def stretches(sort: Sort, rating: int | None) -> tuple[Stretch, ...]:
    """The queries whose results, one after the other, are the list."""
    if rating is not None:
        return (Stretch("starred" if sort == "helpful" else "rated", f"{rating}#"),)
    if sort == "helpful":
        return (Stretch("useful"),)
    if sort == "newest":
        return (Stretch("shown"),)
    # Backwards by stars and time; for the lowest first each number of stars is a stretch of its own, so that
    # the newest are first among equals there, too.
    return (
        (Stretch("rated"),)
        if sort == "highest"
        else tuple(Stretch("rated", f"{stars}#") for stars in range(1, 6))
    )


class Reading:
    """What can be read of reviews."""

    def __init__(self, tables: Tables, cursors: Cursors) -> None:
        self._tables = tables
        self._cursors = cursors
        self._ratings = Ratings(tables)

    def get(self, review_id: str) -> StoredReview:
        """A review as it is now (a consistent read). Raises Problem 404 `unknown_review`."""
        item = self._tables.get("reviews", review_key(review_id), consistent=True)
        if item is None:
            raise unknown_review()
        return StoredReview.of_item(item)

    def page(
        self, handle: str, sort: Sort, rating: int | None, *, limit: int, cursor: str | None
    ) -> ReviewPage:
        """One page of a product's approved reviews. Raises Problem 400 `bad_cursor`."""
        scope = f"reviews:{handle}:{sort}:{rating}"
        plan = stretches(sort, rating)
        at, after = (0, None) if cursor is None else _place(self._cursors.decode(scope, cursor), handle, plan)
        found: list[Item] = []
        while at < len(plan) and len(found) < limit:
            items, after = self._some(handle, plan[at], limit - len(found), after)
            found += items
            at += after is None
        if at == len(plan) or not found:
            following = None
        else:
            value = after[_INDEX_ATTRIBUTES[plan[at].index]] if after else None
            following = self._cursors.encode(scope, [at, after and after["pk"], value])
        items_told = [StoredReview.of_item(item).public() for item in found]
        return ReviewPage(items=items_told, next_cursor=following)

    def _some(
        self, handle: str, stretch: Stretch, most: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """Up to `most` items of a stretch, and the key to go on after (None: that was all)."""
        condition, values = "shown_of = :handle", {":handle": handle}
        if stretch.prefix:
            attribute = _INDEX_ATTRIBUTES[stretch.index]
            condition += " AND begins_with(#at, :prefix)"
            values[":prefix"] = stretch.prefix
        names = {"#at": attribute} if stretch.prefix else None
        page = self._tables.query(
            "reviews",
            condition,
            values,
            names=names,
            index=stretch.index,
            limit=most,
            after=after,
            forward=False,
        )
        return page.items, page.last_key

    def waiting(self, state: State, *, limit: int, cursor: str | None) -> ModeratedPage:
        """Reviews in one state: pending ones oldest first, others newest first. Raises Problem 400."""
        scope = f"moderation:{state}"
        after = None if cursor is None else self._cursors.decode(scope, cursor)
        page = self._tables.query(
            "reviews",
            "standing = :state",
            {":state": state},
            index="standing",
            limit=limit,
            after=after,
            forward=state == "pending",
        )
        last = page.last_key
        return ModeratedPage(
            items=[StoredReview.of_item(item).moderated() for item in page.items],
            next_cursor=self._cursors.encode(scope, last) if last else None,
        )

    def judged(self, review_id: str) -> JudgedReview:
        """A review with its history. Raises Problem 404 `unknown_review`."""
        review = self.get(review_id)
        events = self._tables.query_all(
            "reviews",
            "pk = :pk AND begins_with(sk, :events)",
            {":pk": f"R#{review_id}", ":events": "E#"},
            consistent=True,
        )
        return JudgedReview(review=review.moderated(), history=[_event(item) for item in events])

    def summary(self, handle: str) -> Summary:
        """A product's reviews in numbers."""
        return _summary(self._ratings.summary(handle))

    def summaries(self, handles: Sequence[str]) -> SummaryList:
        """The same of several products, in the order asked for."""
        found = self._ratings.many(handles)
        return SummaryList(items=[_summary(found[handle]) for handle in dict.fromkeys(handles)])


def unknown_review() -> Problem:
    """404: there is no such review, or it is not shown."""
    return not_found("There is no such review.", "unknown_review")


def _key_names(index: str) -> tuple[str, ...]:
    """The attributes that make the key of an index's item."""
    return ("pk", "sk", "shown_of", _INDEX_ATTRIBUTES[index])


def _place(told: list[Any], handle: str, plan: tuple[Stretch, ...]) -> tuple[int, Item | None]:
    """Where a cursor says to go on: which stretch, and after which key of its index."""
    at, pk, value = told
    if pk is None:
        return at, None
    return at, dict(zip(_key_names(plan[at].index), (pk, REVIEW_SK, handle, value), strict=True))


def _summary(rating: Rating) -> Summary:
    counts: dict[Any, int] = {str(stars): many for stars, many in enumerate(rating.counts, start=1)}
    return Summary(
        handle=rating.handle,
        average=rating.average,
        count=rating.count,
        distribution=counts,
        version=rating.version,
        updated_at=rating.updated_at,
    )


def _event(item: Item) -> Event:
    return Event(**{name: item[name] for name in Event.model_fields})
