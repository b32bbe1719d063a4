"""What a process knows of purged tags, when it can't know of all."""

from storefront.cache import stamps as module
from storefront.cache.entry import Stamp
from storefront.cache.recorder import Use
from storefront.cache.stamps import TagStamps
from storefront.core import ManualClock


def test_a_purge_that_had_to_be_forgotten_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(module, "_MOST_TAGS", 2)
    stamps = TagStamps(ManualClock())
    used = (Use("a", None, 50.0), Use("b", None, 50.0))
    stamps.learn({"a": Stamp(plain_at=100.0)})
    assert stamps.outdated(used)
    stamps.learn({"b": Stamp(), "c": Stamp()})
    assert not stamps.outdated(used)
    assert stamps.unknown(["a", "b"]) == ["a"]
    stamps.learn({"a": Stamp(plain_at=100.0)})
    assert stamps.outdated(used)


def test_a_purge_counts_for_what_was_fetched_before_it():
    stamps = TagStamps(ManualClock())
    stamps.learn({"a": Stamp(plain_at=100.0), "b": Stamp()})
    assert stamps.outdated([Use("b", None, 1.0), Use("a", None, 100.0)])
    assert not stamps.outdated([Use("b", None, 1.0), Use("a", None, 100.1)])
    assert not stamps.outdated([])
