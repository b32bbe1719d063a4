"""The last good copy of somebody's pages: theirs alone, unreadable in the store, not older than a day."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from storefront.clients.customers import AddressList
from storefront.core import ManualClock, NotFound
from storefront.web.copies import KEEP_SECONDS, Copies
from tests import samples
from tests.unit.web.shops import down

BOOK = AddressList(items=())


def away():
    raise down("customers")


@pytest.fixture
def robins(twins) -> Copies:
    clock = ManualClock(datetime(2026, 11, 23, 6, tzinfo=UTC))
    return Copies(replace(twins.shop, clock=clock), "robin")


def test_an_answer_is_no_copy(robins):
    found = robins.read("addresses", lambda: BOOK, type=AddressList)
    assert (found.value, found.at) == (BOOK, None)


def test_while_there_is_none_the_copy_serves_and_tells_its_time(robins):
    robins.read("addresses", lambda: BOOK, type=AddressList)
    found = robins.read("addresses", away, type=AddressList)
    assert found.value == BOOK
    assert found.at is not None
    assert found.at.isoformat() == "2026-11-23T06:00:00+00:00"


def test_the_service_is_always_asked_first(robins):
    asked = []
    for _ in range(3):
        robins.read("addresses", lambda: asked.append(1) or BOOK, type=AddressList)
    assert len(asked) == 3


def test_nobody_gets_anothers(robins, twins):
    robins.read("addresses", lambda: BOOK, type=AddressList)
    with pytest.raises(type(down())):
        Copies(twins.shop, "mika").read("addresses", away, type=AddressList)


def test_what_somebody_changed_is_forgotten(robins):
    robins.read("addresses", lambda: BOOK, type=AddressList)
    robins.forget("addresses")
    with pytest.raises(type(down())):
        robins.read("addresses", away, type=AddressList)


def test_a_refusal_is_never_answered_with_a_copy(robins):
    robins.read("addresses", lambda: BOOK, type=AddressList)

    def refused():
        raise NotFound("customers", "list_addresses", status=404)

    with pytest.raises(NotFound):
        robins.read("addresses", refused, type=AddressList)


def test_the_store_learns_neither_who_nor_what(robin, monkeypatch):
    kept = {}
    monkeypatch.setattr(cache, "set", lambda key, value, timeout: kept.update({key: (value, timeout)}))
    robin.keeps()
    robin.look("addresses/")
    assert kept
    for key, (value, seconds) in kept.items():
        for secret in ("Harbour", "Robin", "Galway", samples.ROBIN.id, "eyJ"):
            assert secret not in key
            assert secret not in value
        assert seconds == KEEP_SECONDS


@pytest.mark.parametrize("damage", ["", "s1:nonsense", "plain", 7, None])
def test_a_damaged_copy_is_none(robins, damage):
    robins.read("addresses", lambda: BOOK, type=AddressList)
    cache.set(f"account-copy:{robins.who}:addresses", damage)
    with pytest.raises(type(down())):
        robins.read("addresses", away, type=AddressList)


def test_a_copy_put_where_another_belongs_does_not_open(robins):
    robins.read("addresses", lambda: BOOK, type=AddressList)
    sealed = cache.get(f"account-copy:{robins.who}:addresses")
    cache.set(f"account-copy:{robins.who}:profile", sealed)
    with pytest.raises(type(down())):
        robins.read("profile", away, type=AddressList)
