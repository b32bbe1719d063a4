"""Writing to the indexes of a real server: later news wins, and a rebuild loses nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apptier.kit.settings import Settings
from apptier.search.index import SearchIndex
from dev.stack.devstack import DevStack

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LATER = AT + timedelta(milliseconds=1)
HERE = ("eu", "en")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("search")
    with DevStack(folder / "state", services=("search",)) as stack:
        yield f"http://127.0.0.1:{stack.ports.search}"


@pytest.fixture
def index(running: str, request: pytest.FixtureRequest) -> SearchIndex:
    name = request.node.name.replace("_", "-")
    found = SearchIndex(Settings(opensearch_url=running, search_index=name))
    found.ensure(*HERE)
    return found


def thing(title: str, handle: str = "rug") -> dict[str, str]:
    return {"id": f"p:{handle}", "kind": "product", "handle": handle, "title": title}


def titles(index: SearchIndex) -> list[str]:
    index.refresh(*HERE)
    hits = index.search(*HERE, {"query": {"match_all": {}}})["hits"]["hits"]
    return sorted(hit["_source"]["title"] for hit in hits)


def test_what_was_read_earlier_never_replaces_what_was_read_later(index: SearchIndex) -> None:
    assert index.put(*HERE, [thing("new")], LATER) == 1
    assert index.put(*HERE, [thing("old"), thing("other", "mug")], AT) == 1
    assert titles(index) == ["new", "other"]
    assert index.put(*HERE, [thing("again")], LATER) == 1
    index.delete(*HERE, ["p:rug", "p:nothing"], AT)
    assert titles(index) == ["again", "other"]


def test_what_is_gone_does_not_come_back_with_old_news(index: SearchIndex) -> None:
    index.put(*HERE, [thing("new")], AT)
    index.delete(*HERE, ["p:rug"], LATER)
    index.put(*HERE, [thing("old")], AT)
    assert titles(index) == []


def test_what_is_written_during_a_rebuild_is_there_after_it(index: SearchIndex) -> None:
    index.put(*HERE, [thing("first"), thing("sold", "mug")], AT)
    fresh = index.begin(*HERE)
    read = [thing("first"), thing("sold", "mug")]
    index.put(*HERE, [thing("second")], LATER)
    index.delete(*HERE, ["p:mug"], LATER)
    assert titles(index) == ["second"]
    index.finish(*HERE, fresh, read, AT)
    assert titles(index) == ["second"]


def test_a_rebuild_that_fails_leaves_what_is_searched_alone(index: SearchIndex) -> None:
    index.put(*HERE, [thing("first")], AT)
    fresh = index.begin(*HERE)
    index.abandon(fresh)
    assert not index.client.indices.exists(index=fresh)
    (searched,) = index.client.indices.get_alias(name=index.alias(*HERE))
    index.abandon(searched)
    assert titles(index) == ["first"]
