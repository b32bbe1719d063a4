"""`manage.py watch_experiments`, over the shop's twins."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from storefront.core import ManualClock
from storefront.experiments.tallies import Dealt, Goal, run_of, with_goal
from storefront.flags.records import Who
from storefront.flags.state import Condition, FlagState, Rule, Serve
from tests.unit.web.shops import fakes

NOTE = FlagState(
    key="delivery-note", otherwise=Serve(weights=(("control", 50_000), ("note", 50_000))), holdout=False
)


@pytest.fixture
def twins(settings):
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    made.shop.flag_changes.save(NOTE, 0, Who("mika", "Mika"), "begin")
    yield made
    made.shop.compose.close()


def count(twins, variant, people, errors):
    now = ManualClock().now()
    for number in range(people):
        person = f"{variant}-{number}"
        twins.tallies.begin(person, Dealt("delivery-note", run_of(NOTE), variant), now)
        if number < errors:
            (record,) = twins.tallies.records(person)
            assert twins.tallies.take(person, with_goal(record, Goal.ERROR))


def looked(**options):
    out, err = StringIO(), StringIO()
    call_command("watch_experiments", once=True, stdout=out, stderr=err, **options)
    return out.getvalue()


def killed(twins):
    return twins.shop.flag_changes.state("delivery-note").killed


def test_one_look_switches_off_what_does_harm(twins):
    count(twins, "control", 600, 3)
    count(twins, "note", 600, 90)
    assert "delivery-note: switched off. note: 15.00%" in looked()
    assert "met an error" in killed(twins)
    assert looked() == ""


def test_one_look_leaves_the_rest_alone(twins):
    count(twins, "control", 600, 3)
    count(twins, "note", 600, 5)
    assert looked() == "delivery-note: 1200 shoppers, no guardrail broken\n"
    assert not killed(twins)


def test_one_look_says_where_no_guardrail_watches(twins):
    few = Serve(weights=(("control", 90_000), ("note", 10_000)))
    us = Rule(name="us", conditions=(Condition(attribute="market", op="is", values=("us",)),), serve=few)
    state = FlagState(key="delivery-note", otherwise=NOTE.otherwise, rules=(us,), holdout=False)
    twins.shop.flag_changes.save(state, 1, Who("mika", "Mika"), "two rules")
    assert looked() == "delivery-note: 0 shoppers, no guardrail watches: rules deal it differently\n"


def test_a_table_that_is_away_fails_the_look(twins):
    twins.flags.away = True
    with pytest.raises(SystemExit):
        looked()


def test_tallies_that_are_away_fail_the_look(twins):
    twins.tallies.away = True
    with pytest.raises(SystemExit):
        looked()
    assert not killed(twins)
