"""The cookie that shares are dealt by: small, signed, and forgetful of everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.web.flags.raw_cookies import raw_cookie
from storefront.web.flags.visitors import LONGEST, Visitor, account_id, new_visitor, read, written

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_what_is_written_can_be_read():
    visitor = replace(
        new_visitor(NOW), account=account_id("robin"), device="phone", groups=frozenset({"shopper", "staff"})
    )
    assert read(written(visitor)) == visitor


def test_ids_are_random_and_an_accounts_is_the_same_everywhere():
    assert len({new_visitor(NOW).id for _ in range(100)}) == 100
    assert replace(new_visitor(NOW), account=account_id("robin")).id == account_id("robin")
    assert account_id("robin") != account_id("sam")
    assert "robin" not in account_id("robin")


def test_who_signs_out_is_who_they_were_before():
    before = new_visitor(NOW)
    inside = replace(before, account=account_id("robin"))
    assert inside.id != before.id
    assert replace(inside, account="").id == before.id


@given(st.sets(st.text(max_size=60), max_size=40))
def test_it_is_never_longer_than_a_cookie_should_be(groups):
    value = written(replace(new_visitor(NOW), account=account_id("x"), groups=frozenset(groups)))
    assert len(value) <= LONGEST
    found = read(value)
    assert found is not None
    assert found.groups <= groups


def test_one_letter_changed_is_nobodys():
    value = written(new_visitor(NOW))
    for at in range(len(value)):
        other = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
        found = read(other)
        # The last letter of the signature has four bits that say nothing.
        assert found is None or at == len(value) - 1, other


@pytest.mark.parametrize("value", ["", "1", "x" * 500, "1.a.b.c.d.e.f", "\ud800", "1..........", "💥" * 40])
def test_anything_else_is_nobodys(value):
    assert read(value) is None


def test_a_key_that_was_replaced_still_opens_what_it_signed(settings):
    value = written(new_visitor(NOW))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert read(value) is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert read(value) is None


def test_a_visitor_returns_on_another_day():
    visitor = new_visitor(NOW)
    assert visitor.facts(NOW + timedelta(hours=3))["visitor"] == "new"
    assert visitor.facts(NOW + timedelta(days=1))["visitor"] == "returning"


def test_facts_are_what_rules_ask_for():
    visitor = Visitor(own="o" * 22, first=0, account="a" * 22, device="phone", groups=frozenset({"staff"}))
    assert visitor.facts(NOW) == {
        "signed_in": True,
        "visitor": "returning",
        "device": "phone",
        "group": frozenset({"staff"}),
    }


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("visitor=a", "a"),
        ("x=1; visitor=a", "a"),
        ("x=1;visitor=a; y=2", "a"),
        ('visitor="a"', "a"),
        ("notvisitor=a", ""),
        ("x=visitor=a", ""),
        ("", ""),
        ("visitor=a; visitor=b", "a"),
    ],
)
def test_one_cookie_out_of_many(header, value):
    assert raw_cookie(header, "visitor") == value
