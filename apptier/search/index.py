"""The indexes in OpenSearch, one per market and language behind an alias each: made, filled, swapped, asked.

The alias (SEARCH_INDEX-market-language) points at one real index, named after the moment it was made; a
rebuild fills a new one and moves the alias in one step, so that nobody ever searches half an index. What is
written meanwhile goes into both. Every write carries the moment its tables were read, as the document's
version (external versioning): one that was read earlier never replaces one that was read later, whichever
comes first, and a rebuild loses nothing. Apart from one another the indexes stay small, each with its
language's analyser, and no query has to leave out the others'.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import boto3
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, helpers
from opensearchpy.exceptions import NotFoundError, TransportError

from apptier.kit.clock import Clock, SystemClock
from apptier.kit.settings import Settings
from apptier.search.about import ABOUT_ID, About
from apptier.search.documents import Document, product_id

CONNECT_SECONDS = 2.0
BULK_SECONDS = 60.0
_CHUNK = 500

# OpenSearch's own analysers by language: stop words and stems. Arabic is folded before it comes here.
_STEMS: Mapping[str, str] = {"en": "english", "de": "german"}
_KEYWORDS = ("kind", "handle", "title_sort", "skus", "facets")
# Letters that are written in more than one way are one: e and é, ß and ss, digits of all scripts.
_FOLDED = ["lowercase", "decimal_digit", "asciifolding"]


def index_body(locale: str) -> dict[str, Any]:
    """Settings and mappings of an index in a language."""
    text = {"type": "text", "analyzer": _STEMS.get(locale, "typed")}
    return {
        "settings": {
            "number_of_shards": 1,
            "number_of_replicas": 1,
            "max_result_window": 10_000,
            # For how long it is remembered that a document was deleted: longer than a rebuild takes.
            "gc_deletes": "1h",
            "analysis": {
                "filter": {"starts": {"type": "edge_ngram", "min_gram": 1, "max_gram": 12}},
                "analyzer": {
                    "starting": {"type": "custom", "tokenizer": "standard", "filter": [*_FOLDED, "starts"]},
                    "typed": {"type": "custom", "tokenizer": "standard", "filter": _FOLDED},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                **{name: {"type": "keyword"} for name in _KEYWORDS},
                "title": text,
                "suggest": {"type": "text", "analyzer": "starting", "search_analyzer": "typed"},
                "category_names": text,
                "words": text,
                "spelled": {"type": "text", "analyzer": "typed"},
                "body": text,
                "price": {"type": "long"},
                "published_at": {"type": "date"},
                "card": {"type": "object", "enabled": False},
            },
        },
    }


class SearchIndex:
    """The indexes. One client per process, made at first use; the client's errors come through."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._client: OpenSearch | None = None

    def alias(self, market: str, locale: str) -> str:
        """The name that everybody searches by."""
        return f"{self._settings.search_index}-{market}-{locale}"

    @property
    def client(self) -> OpenSearch:
        """The client, with explicit timeouts and no retries of its own: the caller has a budget."""
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._settings.require("opensearch_url")
                    self._client = OpenSearch(
                        hosts=[self._settings.opensearch_url],
                        http_auth=_signer(self._settings),
                        timeout=CONNECT_SECONDS,
                        max_retries=0,
                        pool_maxsize=50,
                    )
        return self._client

    def ensure(self, market: str, locale: str) -> None:
        """Make an empty index behind the alias unless there is one."""
        alias = self.alias(market, locale)
        if not self.client.indices.exists_alias(name=alias):
            self._point_at(alias, self._create(alias, locale))

    def begin(self, market: str, locale: str) -> str:
        """Make a new index for `finish`. From now on what is put and deleted goes into it, too.

        So whoever reads the tables after this misses nothing that is written.
        """
        return self._create(self.alias(market, locale), locale)

    def finish(
        self, market: str, locale: str, fresh: str, documents: Iterable[Document], read_at: datetime
    ) -> int:
        """Fill the index `fresh` with these documents and move the alias to it; returns how many it took."""
        count = self._bulk(fresh, documents, read_at)
        self.client.indices.refresh(index=fresh)
        self._point_at(self.alias(market, locale), fresh)
        return count

    def abandon(self, fresh: str) -> None:
        """Remove an index that will not be finished, unless it is being searched already."""
        if not self.client.indices.exists_alias(name="*", index=fresh):
            self.client.indices.delete(index=fresh, ignore_unavailable=True)

    def put(self, market: str, locale: str, documents: Iterable[Document], read_at: datetime) -> int:
        """Add or replace documents read at `read_at`, unless there are later ones; found after `refresh`.

        Returns how many were written.
        """
        alias, kept = self.alias(market, locale), list(documents)
        for fresh in self._unfinished(alias):
            self._bulk(fresh, kept, read_at)
        return self._bulk(alias, kept, read_at)

    def delete(self, market: str, locale: str, ids: Iterable[str], read_at: datetime) -> None:
        """Remove documents that were gone at `read_at`; that they aren't here, or are later, is fine."""
        alias = self.alias(market, locale)
        keys = list(ids)
        for index in (*(self._unfinished(alias) if keys else ()), alias):
            self._send(
                {"_op_type": "delete", "_index": index, "_id": key, **_version(read_at)} for key in keys
            )

    def refresh(self, market: str, locale: str) -> None:
        """Make everything written so far findable."""
        self.client.indices.refresh(index=self.alias(market, locale))

    def search(self, market: str, locale: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ask with a query of the OpenSearch dialect."""
        answer: dict[str, Any] = self.client.search(index=self.alias(market, locale), body=dict(body))
        return answer

    def search_all(
        self, market: str, locale: str, bodies: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Several questions in one round trip.

        Raises NotFoundError when there is no index, TransportError when one of them could not be answered.
        """
        asked = [line for body in bodies for line in ({"index": self.alias(market, locale)}, dict(body))]
        answers: list[dict[str, Any]] = self.client.msearch(body=asked)["responses"]
        for answer in answers:
            if "error" in answer:
                raise _failed(answer)
        return answers

    def about(self, market: str, locale: str) -> About | None:
        """What the index says of itself; None for an index that nobody has filled."""
        found = self._document(market, locale, ABOUT_ID)
        return None if found is None else About.from_document(found)

    def tokens_of(self, market: str, locale: str, handle: str) -> list[str] | None:
        """The facet tokens of a product; None for one that is not in this index."""
        found = self._document(market, locale, product_id(handle), "facets")
        return None if found is None else list(found["facets"])

    def _document(self, market: str, locale: str, key: str, *fields: str) -> dict[str, Any] | None:
        """A document by its id, whole unless fields are named. Raises NotFoundError without an index."""
        only = {"_source_includes": ",".join(fields)} if fields else {}
        try:
            found = self.client.get(index=self.alias(market, locale), id=key, params=only)
        except NotFoundError as error:
            if isinstance(error.info, dict) and error.info.get("found") is False:
                return None
            raise
        source: dict[str, Any] = found["_source"]
        return source

    def _create(self, alias: str, locale: str) -> str:
        name = f"{alias}-{self._clock.now():%Y%m%d%H%M%S%f}"
        self.client.indices.create(index=name, body=index_body(locale))
        return name

    def _point_at(self, alias: str, name: str) -> None:
        try:
            old = list(self.client.indices.get_alias(name=alias))
        except NotFoundError:
            old = []
        actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": alias}} for index in old]
        actions.append({"add": {"index": name, "alias": alias}})
        self.client.indices.update_aliases(body={"actions": actions})
        for index in old:
            self.client.indices.delete(index=index)

    def _unfinished(self, alias: str) -> list[str]:
        """The indexes behind no alias: being filled by a rebuild, or left by one that was cut off."""
        found: dict[str, Any] = self.client.indices.get_alias(index=f"{alias}-*")
        return sorted(name for name, about in found.items() if not about.get("aliases"))

    def _bulk(self, index: str, documents: Iterable[Document], read_at: datetime) -> int:
        return self._send(_action(index, document, read_at) for document in documents)

    def _send(self, actions: Iterable[dict[str, Any]]) -> int:
        done, _errors = helpers.bulk(
            self.client,
            actions,
            chunk_size=_CHUNK,
            request_timeout=BULK_SECONDS,
            ignore_status=_FINE,
        )
        return int(done)


# What a write may be answered besides success: the document to delete isn't there; there is a later one.
_FINE = (404, 409)


def _version(read_at: datetime) -> dict[str, Any]:
    """Microseconds of Unix time; of two of one moment the last one written stays."""
    return {"version": int(read_at.timestamp() * 1_000_000), "version_type": "external_gte"}


def _action(index: str, document: Document, read_at: datetime) -> dict[str, Any]:
    source = {name: value for name, value in document.items() if name != "id"}
    place = {"_op_type": "index", "_index": index, "_id": document["id"]}
    return {**place, "_source": source, **_version(read_at)}


def _failed(answer: Mapping[str, Any]) -> TransportError:
    """A question's failure within a round trip that succeeded, as the client would have raised it alone."""
    error = answer["error"]
    kind = error.get("type", "") if isinstance(error, dict) else str(error)
    failure = NotFoundError if kind == "index_not_found_exception" else TransportError
    return failure(answer.get("status", 500), kind, {"error": error})


def _signer(settings: Settings) -> Urllib3AWSV4SignerAuth | None:
    """Requests to a domain of the OpenSearch service are signed with the task's own role."""
    if not settings.opensearch_url.endswith(".amazonaws.com"):
        return None
    credentials = boto3.session.Session().get_credentials()
    return Urllib3AWSV4SignerAuth(credentials, settings.aws_region, "es")
