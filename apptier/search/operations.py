"""The questions of the search service."""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import NotFoundError, TransportError

from apptier.inventory import Inventory, availability
from apptier.kit.clock import rfc3339
from apptier.kit.models import ProductCard
from apptier.kit.problems import Fault, Problem, not_found, unavailable
from apptier.search import query, results
from apptier.search.index import SearchIndex
from apptier.search.models import SearchResult, Suggestion, SuggestionList
from apptier.search.query import Asked
from apptier.search.synonyms import Synonyms

logger = logging.getLogger("apptier.search")
_SUGGESTION_POOL = 40


class Searcher:
    """Searches and suggestions; one per process."""

    def __init__(self, index: SearchIndex, inventory: Inventory, synonyms: Synonyms) -> None:
        self._index = index
        self._inventory = inventory
        self._synonyms = synonyms

    def search(self, asked: Asked) -> SearchResult:
        """One page of results.

        Raises:
            Problem: 404 `unknown_category` or `page_out_of_range`, 422 `unknown_facet`, 503 `unavailable`.
        """
        variants = self._synonyms.variants(asked.text) if asked.text else []
        answer = self._ask(query.search_body(asked, variants, fuzzy=False))
        meant = None
        if asked.text and not results.text_matches(answer):
            answer = self._ask(query.search_body(asked, variants, fuzzy=True))
            meant = self._meant(asked)
        self._check(asked, answer)
        total = int(answer["hits"]["total"]["value"])
        pages = math.ceil(min(total, query.WINDOW) / asked.limit)
        if asked.page > max(pages, 1):
            raise not_found(f"There are {pages} pages.", "page_out_of_range")
        version, updated_at = _stamp(answer)
        return SearchResult(
            total=total,
            page=asked.page,
            page_count=pages,
            sort=asked.sort,  # type: ignore[arg-type]  # one of the contract's, see the router
            did_you_mean=meant,
            items=self._cards([hit["_source"]["card"] for hit in answer["hits"]["hits"]]),
            facets=results.facets(asked, answer),
            version=version,
            updated_at=updated_at,
        )

    def suggest(self, market: str, text: str, limit: int) -> SuggestionList:
        """Up to `limit` completions. Raises Problem 503."""
        if not text.strip():
            return SuggestionList(items=[])
        answer = self._ask(query.suggestions_body(market, text, _SUGGESTION_POOL))
        found: list[Suggestion] = results.suggestions(answer, limit)
        return SuggestionList(items=found)

    def _check(self, asked: Asked, answer: Mapping[str, Any]) -> None:
        """Raise Problem for a category or a facet that isn't known; an empty answer alone doesn't tell."""
        if asked.category is not None and not results.text_matches(answer):
            known = _answering(lambda: self._index.has(f"category:{asked.market}:{asked.category}"))
            if not known:
                raise not_found("There is no such category.", "unknown_category")
        unknown = asked.facets.keys() - results.known_codes(answer)
        if unknown:
            everywhere = Asked(asked.market, "", None, {}, (), "newest", 1, 1)
            unknown -= results.known_codes(self._ask(query.search_body(everywhere, (), fuzzy=False)))
        if unknown:
            named = ", ".join(sorted(unknown))
            fault = Fault("filter", "unknown_facet", f"There is no facet {named}.")
            detail = "A filter names something that can't be filtered by."
            raise Problem(422, "unknown_facet", detail, faults=[fault])

    def _meant(self, asked: Asked) -> str | None:
        return results.corrected(asked.text, self._ask(query.corrections_body(asked.text)))

    def _ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = _answering(lambda: self._index.search(body))
        return answer

    def _cards(self, stored: Sequence[Mapping[str, Any]]) -> list[ProductCard]:
        """The cards with today's stock; when stock can't be read, with what the index knew of it."""
        skus = {card["handle"]: card["skus"] for card in stored}
        try:
            best = self._inventory.best(skus)
        except (BotoCoreError, ClientError) as error:
            logger.warning("stock unknown, showing the index's: %s", type(error).__name__)
            best = {}
        cards = []
        for card in stored:
            shown = {name: value for name, value in card.items() if name != "skus"}
            if card["handle"] in best:
                shown["availability"] = availability(best[card["handle"]])
            cards.append(ProductCard.model_validate(shown))
        return cards


def _answering(call: Any) -> Any:
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


def _stamp(answer: Mapping[str, Any]) -> tuple[int, str]:
    """The catalog-wide version that the index was built from, and its time."""
    stamp = answer["aggregations"]["stamp"]
    version, time = stamp["version"]["value"], stamp["time"]["value"]
    moment = datetime.fromtimestamp((time or 0) / 1000, UTC)
    return max(int(version or 1), 1), rfc3339(moment)
