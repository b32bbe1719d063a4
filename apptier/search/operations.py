"""The questions of the search service.

A page of results is one round trip to the index, whatever the size of the catalogue and whatever is chosen;
others of a product's category are two, because what the category is has to be looked up.
Only a text that finds nothing as it is takes a second, which forgives typos, and a third, which makes sure
of the correction that is offered.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import NotFoundError, TransportError

from apptier.kit.clock import Clock
from apptier.kit.markets import LOCALES, MARKETS
from apptier.kit.problems import Fault, Problem, not_found, unavailable
from apptier.search import query, results
from apptier.search.about import About
from apptier.search.documents import RESERVED, shelves_in
from apptier.search.index import SearchIndex
from apptier.search.kept import Kept
from apptier.search.models import FoundPage, RelatedProducts, SearchResult, Suggestion, SuggestionList
from apptier.search.query import Asked
from apptier.search.synonyms import Synonyms

logger = logging.getLogger("apptier.search")
KEPT_SECONDS = 5.0
_MOST_COUNTS = 256
_SUGGESTION_POOL = 40
_NOBODY = Synonyms([])
_EMPTY = About(1, "1970-01-01T00:00:00Z")
Answer = Mapping[str, Any]
Counted = Mapping[str, Sequence[Answer]]
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of a question; `counts` are buckets by the name of the query that counted."""

    page: Answer
    counts: Counted
    meant: str | None
    help: list[FoundPage]


class Searcher:
    """Searches and suggestions; one per process."""

    def __init__(self, index: SearchIndex, synonyms: Mapping[str, Synonyms], clock: Clock) -> None:
        self._index = index
        self._synonyms = synonyms
        self._abouts: Kept[About] = Kept(clock, KEPT_SECONDS, len(MARKETS) * len(LOCALES))
        self._counts: Kept[Counted] = Kept(clock, KEPT_SECONDS, _MOST_COUNTS)

    def search(self, asked: Asked) -> SearchResult:
        """One page of results.

        Raises:
            Problem: 404 `unknown_category` or `page_out_of_range`, 422 `unknown_facet`, 503 `unavailable`.
        """
        about = self._about(asked.market, asked.locale)
        _check(asked, about)
        found = self._results(asked)
        total = _total(found.page)
        pages = math.ceil(min(total, query.WINDOW) / asked.limit)
        if asked.page > max(pages, 1):
            raise not_found(f"There are {pages} pages.", "page_out_of_range")
        return SearchResult(
            total=total,
            page=asked.page,
            page_count=pages,
            sort=asked.sort,  # type: ignore[arg-type]  # one of the contract's, see the router
            did_you_mean=found.meant,
            items=results.cards(asked, found.page),
            facets=results.facets(asked, about, total, found.counts),
            pages=found.help,
            version=about.version,
            updated_at=about.updated_at,
        )

    def related(self, market: str, locale: str, handle: str, limit: int) -> RelatedProducts:
        """Others of a product's category, what is in stock first.

        Raises:
            Problem: 404 `unknown_product`, 503 `unavailable`.
        """
        tokens = _answering(lambda: self._index.tokens_of(market, locale, handle))
        if tokens is None:
            raise not_found("There is no such product.", "unknown_product")
        about = self._about(market, locale)
        shelf = next((slug for slug in shelves_in(tokens) if slug in about.shelves), None)
        answers: list[dict[str, Any]] = []
        if shelf is not None:
            bodies = query.related_bodies(shelf, handle, limit)
            answers = _answering(lambda: self._index.search_all(market, locale, bodies))
        items = results.related(answers, limit)
        return RelatedProducts(items=items, version=about.version, updated_at=about.updated_at)

    def suggest(self, market: str, locale: str, text: str, limit: int) -> SuggestionList:
        """Up to `limit` completions; a text that begins nothing may have a typo. Raises Problem 503."""
        if not text.strip():
            return SuggestionList(items=[])
        found: list[Suggestion] = []
        for fuzzy in (False, True):
            body = query.suggestions_body(text, locale, _SUGGESTION_POOL, fuzzy=fuzzy)
            found = results.suggestions(self._one(market, locale, body), limit)
            if found:
                break
        return SuggestionList(items=found)

    def _results(self, asked: Asked) -> "_Found":
        """The answer to the question, its counts, what it may have been meant to be, and pages of help."""
        variants = self._synonyms.get(asked.locale, _NOBODY).variants(asked.text) if asked.text else []
        known = self._counts.get(asked.counted_by)
        bodies = query.questions(asked, variants, counted=known is None)
        if asked.text and asked.page == 1:
            bodies["help"] = query.pages_body(asked, variants)
        answers = self._ask(asked, bodies)
        pages = results.pages(answers["help"]) if "help" in answers else []
        page = answers["page"]
        counts = known if known is not None else results.counts_of(answers)
        if not asked.text or known is not None or _total(page) or _total(answers.get("matched", page)):
            if known is None:
                self._counts.put(asked.counted_by, counts)
            return _Found(page, counts, None, pages)
        loose = self._ask(asked, query.questions(asked, variants, fuzzy=True))
        # Words of a page of help are right although no product has them.
        meant = None if pages else self._meant(asked, loose["page"])
        return _Found(loose["page"], results.counts_of(loose), meant, pages)

    def _meant(self, asked: Asked, loose: Answer) -> str | None:
        """A correction that finds something."""
        meant = results.corrected(asked.text, loose)
        if meant is None:
            return None
        found = self._one(asked.market, asked.locale, query.existence_body(asked, meant))
        return meant if _total(found) else None

    def _ask(self, asked: Asked, bodies: Mapping[str, Answer]) -> dict[str, Answer]:
        """The answers to some questions by the same names, all in one round trip."""
        market, locale, asks = asked.market, asked.locale, list(bodies.values())
        if len(asks) == 1:
            return dict.fromkeys(bodies, self._one(market, locale, asks[0]))
        answers = _answering(lambda: self._index.search_all(market, locale, asks))
        return dict(zip(bodies, answers, strict=True))

    def _one(self, market: str, locale: str, body: Answer) -> dict[str, Any]:
        return _answering(lambda: self._index.search(market, locale, body))

    def _about(self, market: str, locale: str) -> About:
        """What the index says of itself."""
        found = self._abouts.get((market, locale))
        if found is None:
            found = _answering(lambda: self._index.about(market, locale)) or _EMPTY
            self._abouts.put((market, locale), found)
        return found


def _total(answer: Answer) -> int:
    return int(answer["hits"]["total"]["value"])


def _check(asked: Asked, about: About) -> None:
    """Raise Problem for a category or a facet that the shop doesn't have; an empty answer wouldn't tell."""
    if asked.category is not None and asked.category not in about.shelves:
        raise not_found("There is no such category.", "unknown_category")
    unknown = asked.choice.facets.keys() - about.names.keys() - set(RESERVED)
    if unknown:
        named = ", ".join(sorted(unknown))
        fault = Fault("filter", "unknown_facet", f"There is no facet {named}.")
        detail = "A filter names something that can't be filtered by."
        raise Problem(422, "unknown_facet", detail, faults=[fault])


def _answering(call: Callable[[], Given]) -> Given:
    """What `call` gives. Raises Problem 503 when OpenSearch doesn't answer, or has no index yet."""
    try:
        return call()
    except (NoConnection, NotFoundError) as error:
        logger.warning("search is away: %s", type(error).__name__)
        raise unavailable("Search does not answer now. Try again in a moment.") from error
    except TransportError as error:
        if isinstance(error.status_code, int) and error.status_code < 500 and error.status_code != 429:  # noqa: PLR2004
            raise
        logger.warning("search is busy: %s", error.status_code)
        raise unavailable("Search is busy now. Try again in a moment.") from error
