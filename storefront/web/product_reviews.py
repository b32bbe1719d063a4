"""A product's reviews as pages show them, and as search engines read them.

Here and not in the slice of reviews, because the product page shows them, too. Reviews are never worth a
page: what can't be had is said in a sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.clients.reviews import Review, ReviewSort, Summary
from storefront.core import NotFound
from storefront.orchestration import Plan
from storefront.web import reads
from storefront.web.formats import number
from storefront.web.paths import path_of
from storefront.web.policies import FRAGMENT_SECONDS
from storefront.web.shop import Shop

PAGE_SIZE: Final = 10
# Lists are read in stretches of five pages; the last page shown is the end of the fourth stretch.
STRETCH: Final = 5 * PAGE_SIZE
MOST_PAGES: Final = 20
SORTS: Final[tuple[ReviewSort, ...]] = ("newest", "helpful", "highest", "lowest")
_STRUCTURED: Final = 5


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """A way to see the list: `href` is a page, `part` the same as a fragment."""

    label: str
    selected: bool
    href: str
    part: str


@dataclass(frozen=True, slots=True)
class StarBar:
    """How many reviews have so many stars; `share` is of all of them, in percent."""

    stars: int
    count: int
    share: int
    link: ReviewLink


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Which reviews somebody wants to see, and in what order. `rating` is 0 for all of them."""

    handle: str
    sort: ReviewSort = "newest"
    rating: int = 0
    page: int = 1

    @classmethod
    def read(cls, handle: str, sort: str, rating: str, page: str) -> "ReviewState":
        """From an address; odd values count as not given, an odd page is NotFound."""
        known: ReviewSort = next((one for one in SORTS if one == sort), "newest")
        stars = int(rating) if rating in {"1", "2", "3", "4", "5"} else 0
        if not (page.isascii() and page.isdigit() and len(page) <= 4 and 1 <= int(page) <= MOST_PAGES):  # noqa: PLR2004
            raise NotFound("reviews", "page", status=404, code="not_found")
        return cls(handle, known, stars, int(page))

    def link(self, label: str, *, selected: bool = False, **changes: Any) -> ReviewLink:
        """The same with changes, from its first page on unless another is named."""
        state = {"sort": self.sort, "rating": self.rating, "page": 1} | changes
        usual = {"sort": "newest", "rating": 0, "page": 1}
        query = urlencode({key: value for key, value in state.items() if value != usual[key]})
        tail = f"?{query}" if query else ""
        return ReviewLink(
            label,
            selected,
            path_of("reviews:page", handle=self.handle) + tail,
            path_of("reviews:list", handle=self.handle) + tail,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsView:
    """One page of a product's reviews. Without `summary` nothing is known of them now.

    `total` counts those that the state asks for; `first` is the number of the first one shown. `more` leads
    to the next page and `back` to the one before. While not `writing` no new ones are taken.
    """

    handle: str
    state: ReviewState
    summary: Summary | None
    bars: tuple[StarBar, ...] = ()
    sorts: tuple[ReviewLink, ...] = ()
    everything: ReviewLink | None = None
    items: tuple[Review, ...] = ()
    total: int = 0
    first: int = 1
    page_count: int = 1
    more: ReviewLink | None = None
    back: ReviewLink | None = None
    writing: bool = True

    @property
    def heard(self) -> str:
        """What is said once other reviews are shown."""
        if self.summary is None:
            return ""
        if self.state.page > 1:
            last = self.first + len(self.items) - 1
            numbers = {"first": number(self.first), "last": number(last), "total": number(self.total)}
            return _("Reviews %(first)s to %(last)s of %(total)s") % numbers
        counted = {"count": number(self.total), "stars": number(self.state.rating)}
        if self.state.rating:
            words = ngettext(
                "%(count)s review with %(stars)s of 5 stars",
                "%(count)s reviews with %(stars)s of 5 stars",
                self.total,
            )
            return words % counted
        return ngettext("%(count)s review", "%(count)s reviews", self.total) % counted


def build_reviews(shop: Shop, state: ReviewState) -> ReviewsView:
    """The reviews that `state` asks for; a view without summary while they can't be had.

    Raises NotFound for a page beyond the end.
    """
    with shop.compose.page(FRAGMENT_SECONDS) as plan:
        told = plan_reviews(plan, shop, state)
    return told()


def plan_reviews(plan: Plan, shop: Shop, state: ReviewState) -> Callable[[], ReviewsView]:
    """Name what `build_reviews` needs as parts of a page's own plan; what comes back is called after it ran.

    A plan of their own would run in place within a part of the page: one question after the other.
    """
    counted = plan.deferred(
        "review_summary", lambda: reads.review_summary(shop, state.handle).value, cached=True
    )
    listed = plan.deferred("reviews", lambda: _items(shop, state), cached=True)
    return lambda: _view(state, counted.or_none(), listed.or_none())


def _view(state: ReviewState, summary: Summary | None, items: tuple[Review, ...] | None) -> ReviewsView:
    if summary is None or items is None:
        return ReviewsView(handle=state.handle, state=state, summary=None)
    total = summary.distribution.of(state.rating) if state.rating else summary.count
    page_count = min(-(-total // PAGE_SIZE), MOST_PAGES)
    if state.page > max(page_count, 1):
        raise NotFound("reviews", "page", status=404, code="not_found")
    step = state.page + 1
    return ReviewsView(
        handle=state.handle,
        state=state,
        summary=summary,
        bars=tuple(_bars(summary, state)),
        sorts=tuple(state.link(label, selected=s == state.sort, sort=s) for s, label in _sort_labels()),
        everything=state.link(_("Show all reviews"), rating=0) if state.rating else None,
        items=items,
        total=total,
        first=(state.page - 1) * PAGE_SIZE + 1,
        page_count=max(page_count, 1),
        more=state.link(_("Show more reviews"), page=step) if state.page < page_count else None,
        back=state.link(_("Previous"), page=state.page - 1) if state.page > 1 else None,
    )


def _items(shop: Shop, state: ReviewState) -> tuple[Review, ...]:
    """The reviews of one page; the stretches before it are walked over, from the cache in the usual case."""
    stretch, place = divmod((state.page - 1) * PAGE_SIZE, STRETCH)
    cursor: str | None = None
    for number_of in range(stretch + 1):
        found = reads.reviews(
            shop,
            state.handle,
            sort=state.sort,
            rating=state.rating or None,
            cursor=cursor,
            limit=STRETCH,
        ).value
        cursor = found.next_cursor
        if cursor is None and number_of < stretch:
            return ()
    return found.items[place : place + PAGE_SIZE]


def _bars(summary: Summary, state: ReviewState) -> Iterator[StarBar]:
    for stars in range(5, 0, -1):
        count = summary.distribution.of(stars)
        words = ngettext("%(stars)s star", "%(stars)s stars", stars) % {"stars": number(stars)}
        share = round(100 * count / summary.count) if summary.count else 0
        chosen = state.rating == stars
        yield StarBar(stars, count, share, state.link(words, selected=chosen, rating=0 if chosen else stars))


def _sort_labels() -> tuple[tuple[ReviewSort, str], ...]:
    return (
        ("newest", _("Newest")),
        ("helpful", _("Most helpful")),
        ("highest", _("Best rated")),
        ("lowest", _("Worst rated")),
    )


def rating_data(summary: Summary | None) -> dict[str, Any] | None:
    """The average as schema.org's AggregateRating; None without reviews (an average of none is refused)."""
    if summary is None or summary.average is None:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": summary.average,
        "reviewCount": summary.count,
        "bestRating": 5,
        "worstRating": 1,
    }


def review_data(items: tuple[Review, ...]) -> list[dict[str, Any]]:
    """The first few reviews as schema.org's Review."""
    return [_review_data(review) for review in items[:_STRUCTURED]]


def _review_data(review: Review) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.author},
        "datePublished": review.created_at.date().isoformat(),
        "inLanguage": review.locale,
        "reviewBody": review.body,
        "reviewRating": {"@type": "Rating", "ratingValue": review.rating, "bestRating": 5, "worstRating": 1},
    }
    return data | ({"name": review.title} if review.title else {})
