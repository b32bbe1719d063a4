"""Which facts decide about which flag, and by what name a page is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storefront.flags import ATTRIBUTES, DECLARED, compile_snapshot
from storefront.flags.state import WHOLE, Condition, Decided, FlagState, Rule, Serve
from storefront.web.flags.environ import edge_variants, told_by_edge
from storefront.web.flags.reading import Reading, Who
from storefront.web.regions import split

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTE = FlagState(
    key="delivery-note", otherwise=Serve(weights=(("control", 50_000), ("note", 50_000))), holdout=False
)
STAFF = Condition(attribute="group", op="is", values=("staff",))


def to_all(variant: str) -> Serve:
    return Serve(weights=((variant, WHOLE),))


def reading(*states: FlagState, path: str = "/de/ar/", **more) -> Reading:
    snapshot = compile_snapshot(Decided(revision=1, flags=states), DECLARED, ATTRIBUTES)
    return Reading(snapshot, region=split(path)[0], now=NOW, **more)


@pytest.mark.parametrize(
    ("attribute", "value", "path"),
    [("market", "us", "/us/en/"), ("locale", "ar", "/de/ar/"), ("country", "ie", "/ie/de/")],
)
def test_the_address_decides_about_pages(attribute, value, path):
    rule = Rule(
        name="there",
        conditions=(Condition(attribute=attribute, op="is", values=(value,)),),
        serve=to_all("harbour"),
    )
    state = FlagState(key="theme", rules=(rule,))
    assert reading(state, path=path).evaluate("theme").value == "harbour"
    other = "/ie/en/" if path != "/ie/de/" else "/us/en/"
    assert reading(state, path=other).evaluate("theme").value == "meadow"


def test_who_somebody_is_is_asked_only_for_flags_that_differ_by_person():
    asked = []

    def who() -> Who:
        asked.append(1)
        return Who(id="somebody")

    made = reading(NOTE, who=who)
    made.evaluate("theme")
    assert not asked
    made.evaluate("delivery-note")
    made.evaluate("checkout")
    assert asked == [1]


def test_a_private_pages_flag_may_ask_for_everything():
    rule = Rule(name="staff", conditions=(STAFF,), serve=to_all("off"))
    state = FlagState(key="checkout", rules=(rule,))
    assert reading(state).evaluate("checkout").value is True
    staff = Who(facts={"group": frozenset({"staff"})})
    assert reading(state, who=lambda: staff).evaluate("checkout").value is False


def test_a_stranger_takes_part_in_no_share():
    assert reading(NOTE).evaluate("delivery-note").variant == "control"
    shown = {
        reading(NOTE, who=lambda n=n: Who(id=f"v{n}")).evaluate("delivery-note").variant for n in range(50)
    }
    assert shown == {"control", "note"}


def test_the_name_of_a_value_tells_two_values_of_one_variant_apart():
    def banner(words: str) -> str:
        value = {"kind": "info", "text": {"en": words}, "href": ""}
        state = FlagState(key="site-banner", values={"sale": value}, otherwise=to_all("sale"))
        return reading(state).value("site-banner")

    assert banner("Sale").startswith("sale~")
    assert banner("Sale") == banner("Sale")
    assert banner("Sale") != banner("Sale!")


def test_the_edge_decides_while_the_flag_is_one_that_somebody_can_get():
    note = edge_variants("delivery_note=note")
    found = reading(NOTE, edge=note).evaluate("delivery-note")
    assert (found.variant, found.reason, found.why) == ("note", "SPLIT", "edge")
    killed = FlagState(key="delivery-note", killed="harm")
    assert reading(killed, edge=note).evaluate("delivery-note").variant == "control"
    assert reading(edge=note).evaluate("delivery-note").variant == "control"


def test_where_there_is_an_edge_a_cookie_decides_nothing():
    ids = [f"v{n}" for n in range(50)]
    told = edge_variants("")
    shown = {
        reading(NOTE, edge=told, who=lambda one=one: Who(id=one)).evaluate("delivery-note").variant
        for one in ids
    }
    assert shown == {"control"}


@pytest.mark.parametrize(
    "told", ["delivery_note=evil", "delivery_note", "=;=;=", ";" * 100, "theme=harbour", "x" * 400]
)
def test_what_an_edge_would_not_say_changes_nothing(told, edge):
    made = reading(NOTE, edge=edge_variants(told_by_edge({"HTTP_X_VARIANTS": told})))
    assert made.evaluate("delivery-note").variant == "control"
    assert made.evaluate("theme").variant == "meadow"
