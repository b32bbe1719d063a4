"""The index in OpenSearch behind one alias: made, filled, swapped and asked.

The alias (SEARCH_INDEX) points at one real index, named after the moment it was made; a rebuild fills a new
one and moves the alias in one step, so that nobody ever searches half an index.
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth, helpers
from opensearchpy.exceptions import NotFoundError

from apptier.kit.clock import Clock, SystemClock
from apptier.kit.settings import Settings
from apptier.search.documents import Document

CONNECT_SECONDS = 2.0
BULK_SECONDS = 60.0
_CHUNK = 500

_KEYWORDS = ("kind", "market", "handle", "title_sort", "skus", "categories", "facets", "facet_names")
INDEX_BODY: Mapping[str, Any] = {
    "settings": {
        "number_of_shards": 1,
        "number_of_replicas": 1,
        "max_result_window": 10_000,
        "analysis": {
            "filter": {"starts": {"type": "edge_ngram", "min_gram": 1, "max_gram": 20}},
            "analyzer": {
                "starting": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "starts"]},
                "typed": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase"]},
            },
        },
    },
    "mappings": {
        "dynamic": "strict",
        "properties": {
            **{name: {"type": "keyword"} for name in _KEYWORDS},
            "title": {
                "type": "text",
                "analyzer": "english",
                "fields": {"typed": {"type": "text", "analyzer": "typed"}},
            },
            "suggest": {"type": "text", "analyzer": "starting", "search_analyzer": "typed"},
            "category_names": {"type": "text", "analyzer": "english"},
            "words": {
                "type": "text",
                "analyzer": "english",
                "fields": {"typed": {"type": "text", "analyzer": "typed"}},
            },
            "body": {"type": "text", "analyzer": "english"},
            "price": {"type": "long"},
            "published_at": {"type": "date"},
            "version": {"type": "long"},
            "catalog_version": {"type": "long"},
            "catalog_time": {"type": "date"},
            "card": {"type": "object", "enabled": False},
        },
    },
}


class SearchIndex:
    """The index. One client per process, made at first use; errors of the client come through as they are."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._client: OpenSearch | None = None

    @property
    def alias(self) -> str:
        """The name that everybody searches by."""
        return self._settings.search_index

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

    def ensure(self) -> None:
        """Make an empty index behind the alias unless there is one."""
        if not self.client.indices.exists_alias(name=self.alias):
            self._point_at(self._create())

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill a new index with these documents and move the alias to it; returns how many there are."""
        fresh = self._create()
        count = self._bulk(fresh, documents)
        self.client.indices.refresh(index=fresh)
        self._point_at(fresh)
        return count

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents; they are found after `refresh`."""
        return self._bulk(self.alias, documents)

    def delete(self, ids: Iterable[str]) -> None:
        """Remove documents; those that aren't there are fine."""
        actions = [{"_op_type": "delete", "_index": self.alias, "_id": key} for key in ids]
        helpers.bulk(
            self.client, actions, chunk_size=_CHUNK, request_timeout=BULK_SECONDS, ignore_status=(404,)
        )

    def refresh(self) -> None:
        """Make everything written so far findable."""
        self.client.indices.refresh(index=self.alias)

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ask with a query of the OpenSearch dialect."""
        answer: dict[str, Any] = self.client.search(index=self.alias, body=dict(body))
        return answer

    def has(self, key: str) -> bool:
        """Whether there is a document with this id."""
        return bool(self.client.exists(index=self.alias, id=key))

    def _create(self) -> str:
        name = f"{self.alias}-{self._clock.now():%Y%m%d%H%M%S%f}"
        self.client.indices.create(index=name, body=dict(INDEX_BODY))
        return name

    def _point_at(self, name: str) -> None:
        try:
            old = list(self.client.indices.get_alias(name=self.alias))
        except NotFoundError:
            old = []
        actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": self.alias}} for index in old]
        actions.append({"add": {"index": name, "alias": self.alias}})
        self.client.indices.update_aliases(body={"actions": actions})
        for index in old:
            self.client.indices.delete(index=index)

    def _bulk(self, index: str, documents: Iterable[Document]) -> int:
        actions = (_action(index, document) for document in documents)
        done, _errors = helpers.bulk(self.client, actions, chunk_size=_CHUNK, request_timeout=BULK_SECONDS)
        return int(done)


def _action(index: str, document: Document) -> dict[str, Any]:
    source = {name: value for name, value in document.items() if name != "id"}
    return {"_op_type": "index", "_index": index, "_id": document["id"], "_source": source}


def _signer(settings: Settings) -> Urllib3AWSV4SignerAuth | None:
    """Requests to a domain of the OpenSearch service are signed with the task's own role."""
    if not settings.opensearch_url.endswith(".amazonaws.com"):
        return None
    credentials = boto3.session.Session().get_credentials()
    return Urllib3AWSV4SignerAuth(credentials, settings.aws_region, "es")
