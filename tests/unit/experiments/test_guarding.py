"""The guardrail switches off what does harm, once, with the figures; and nothing else."""

from dataclasses import replace
from random import Random

import pytest

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.experiments.guarding import GUARDRAIL, Guardrail, reason_of
from storefront.experiments.results import Breach, Unwatched, breaches, unfair
from storefront.experiments.tallies import Goal, Run, Tally, run_of
from storefront.flags import Decided, compile_snapshot
from storefront.flags.changes import Changes
from storefront.flags.declared import ATTRIBUTES
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.records import Action, Who
from storefront.flags.state import WHOLE, Condition, Rule, Segment, Serve
from storefront.telemetry import Telemetry
from tests.unit.experiments.conftest import NOTE, SWITCH, snapshot_of, state

MIKA = Who("mika", "Mika")
SPLIT = {"control": 50_000, "note": 50_000}


class Shop:
    """Flags that can be changed, and figures as a test wants them."""

    def __init__(self) -> None:
        self.table = MemoryFlagTable()
        declared = {one.key: one for one in (NOTE, SWITCH)}
        self.changes = Changes(self.table, declared, {}, ManualClock())
        self.changes.save(state(version=0), 0, MIKA, "begin")
        self.figures = {"control": Tally(), "note": Tally()}
        self.telemetry = Telemetry()
        self.away = False
        self.meanwhile = lambda: None
        self.guardrail = Guardrail(self.snapshot, self, self.changes, self.telemetry)

    def snapshot(self):
        return snapshot_of(*self.table.read().flags)

    def runs(self, experiment):
        if self.away:
            raise UpstreamUnavailable("experiments", "ask", Reason.CONNECTION)
        now = ManualClock().now()
        run = run_of(self.snapshot().state(experiment))
        self.meanwhile()
        return (Run(run=run, tallies=self.figures, first=now, last=now),)

    def deal_anew(self):
        self.changes.save(state(salt="anew"), 1, MIKA, "mended")

    def state(self):
        return self.snapshot().state("note")


@pytest.fixture
def shop() -> Shop:
    return Shop()


def figures(people, orders, errors=0):
    return Tally(people=people, goals={"order": orders, "error": errors})


def test_harm_switches_the_experiment_off_and_the_audit_says_why(shop):
    shop.figures = {"control": figures(5_000, 250), "note": figures(5_100, 120)}
    (looked,) = shop.guardrail.look()
    assert looked.reason == shop.state().killed
    entry = shop.changes.audit()[0]
    assert (entry.action, entry.who, entry.reason) == (Action.KILL, GUARDRAIL, looked.reason)
    for figure in ("2.35%", "5,100", "5.00%", "5,000", "99%"):
        assert figure in entry.reason
    assert shop.guardrail.look() == ()
    assert len(shop.changes.audit()) == 2


def test_without_harm_nothing_is_changed(shop):
    shop.figures = {"control": figures(5_000, 250, 5), "note": figures(5_000, 240, 6)}
    (looked,) = shop.guardrail.look()
    assert (looked.people, looked.reason) == (10_000, "")
    assert not shop.state().killed
    assert len(shop.changes.audit()) == 1


def test_more_errors_are_harm_too(shop):
    shop.figures = {"control": figures(5_000, 250, 5), "note": figures(5_000, 250, 150)}
    (looked,) = shop.guardrail.look()
    assert "met an error" in looked.reason
    assert shop.state().killed


def test_revived_without_dealing_anew_it_is_switched_off_again(shop):
    shop.figures = {"control": figures(5_000, 250), "note": figures(5_000, 120)}
    shop.guardrail.look()
    shop.changes.revive("note", MIKA, "it was a holiday")
    assert not shop.state().killed
    shop.guardrail.look()
    assert shop.state().killed


def test_who_dealt_anew_while_the_figures_were_read_is_not_switched_off(shop):
    """The figures are those of the run before, whose variant has been mended."""
    shop.figures = {"control": figures(5_000, 250), "note": figures(5_000, 120)}
    shop.meanwhile = shop.deal_anew
    (looked,) = shop.guardrail.look()
    assert looked.reason == ""
    assert (shop.state().salt, shop.state().killed) == ("anew", "")
    assert len(shop.changes.audit()) == 2


@pytest.mark.parametrize("meanwhile", [True, False])
def test_a_run_that_another_segment_has_ended_is_left_alone(meanwhile):
    table, clock = MemoryFlagTable(), ManualClock()
    declared = {NOTE.key: NOTE}
    changes = Changes(table, declared, ATTRIBUTES, clock)
    some = Condition(attribute="segment", op="is", values=("some",))
    changes.save_segment(people_of("ie"), 0, MIKA, "who")
    rule = Rule(name="Some", conditions=(some,), serve=Serve(weights=(("note", WHOLE),)))
    changes.save(state(version=0, rules=(rule,)), 0, MIKA, "begin")
    snapshot = compile_snapshot(table.read(), declared, ATTRIBUTES, clock)

    class Store:
        def runs(self, experiment):
            if meanwhile:
                changes.save_segment(people_of("de"), 1, MIKA, "others")
            tallies = {"control": figures(5_000, 250), "note": figures(5_000, 120)}
            run = run_of(snapshot.state(experiment), snapshot.segments)
            return (Run(run=run, tallies=tallies, first=clock.now(), last=clock.now()),)

    (looked,) = Guardrail(lambda: snapshot, Store(), changes, Telemetry()).look()
    assert (looked.reason == "", table.read().flags[0].killed == "") == (meanwhile, meanwhile)


def people_of(country):
    asked = (Condition(attribute="country", op="is", values=(country,)),)
    return Segment(key="some", name="Some", alternatives=(asked,))


def test_nor_who_does_so_while_the_switch_is_turned(shop):
    shop.figures = {"control": figures(5_000, 250), "note": figures(5_000, 120)}
    commit = shop.table.commit

    def beaten(changes):
        shop.table.commit = commit
        shop.deal_anew()
        return commit(changes)

    shop.table.commit = beaten
    (looked,) = shop.guardrail.look()
    assert looked.reason == ""
    assert (shop.state().salt, shop.state().killed) == ("anew", "")


def test_a_change_that_deals_nobody_anew_does_not_keep_the_guardrail_from_its_work(shop):
    shop.figures = {"control": figures(5_000, 250), "note": figures(5_000, 120)}
    shop.meanwhile = lambda: shop.changes.save(state(note="other words"), 1, MIKA, "a word")
    (looked,) = shop.guardrail.look()
    assert looked.reason == shop.state().killed != ""


def test_what_two_rules_deal_differently_is_not_switched_off_and_said_to_be_unwatched(shop):
    few = Rule(name="few", conditions=(), serve=Serve(weights=(("control", 90_000), ("note", 10_000))))
    shop.changes.save(state(rules=(few,)), 1, MIKA, "two rules")
    shop.figures = {"control": figures(10_000, 910), "note": figures(10_000, 190)}
    (looked,) = shop.guardrail.look()
    assert (looked.reason, looked.unwatched) == ("", Unwatched.DEALT_DIFFERENTLY)
    assert not shop.state().killed


def test_while_shares_are_not_as_dealt_nothing_is_switched_off_and_it_is_said(shop, caplog):
    """One client could tell of that variant alone which it wants to hurt."""
    shop.figures = {"control": figures(1_000, 50), "note": figures(2_500, 50)}
    assert breaches(shop.figures, "control", SPLIT)
    (looked,) = shop.guardrail.look()
    assert (looked.reason, looked.unwatched, looked.people) == ("", Unwatched.UNFAIR, 3_500)
    assert not shop.state().killed
    assert len(shop.changes.audit()) == 1
    assert "its shares are not as dealt" in caplog.text
    shop.figures = {"control": figures(2_480, 124), "note": figures(2_500, 50)}
    assert shop.guardrail.look()[0].reason == shop.state().killed != ""


def test_a_variant_that_nobody_was_shown_is_a_share_that_is_not_as_dealt():
    three = {"control": 30_000, "note": 30_000, "long": 40_000}
    counted = {"control": figures(1_000, 50), "note": figures(1_000, 5)}
    assert unfair(counted, three)
    assert not unfair(counted, SPLIT)
    assert not unfair(counted, None)


def test_without_a_control_the_guardrail_says_that_it_does_not_watch(shop):
    three = replace(NOTE, variants={"control": "control", "note": "note", "long": "long"})
    stands = state(otherwise=Serve(weights=(("note", 50_000), ("long", 50_000))))
    snapshot = compile_snapshot(Decided(revision=1, flags=(stands,)), {"note": three}, {}, ManualClock())
    guardrail = Guardrail(lambda: snapshot, shop, shop.changes, shop.telemetry)
    (looked,) = guardrail.look()
    assert looked.unwatched is Unwatched.NO_CONTROL


def test_a_store_that_is_away_changes_nothing(shop):
    shop.away = True
    (looked,) = shop.guardrail.look()
    assert looked.failed == "UpstreamUnavailable"
    assert not shop.state().killed


def test_reasons_fit_into_the_audit():
    one = Breach("a-variant-with-a-long-name", Goal.ORDER, 1, 100_000, 2, 100_000, -0.5)
    assert len(reason_of((one,) * 6)) <= 300


def test_a_guardrail_that_looks_all_the_time_rarely_stops_what_does_no_harm():
    """300 experiments of two alike with 1 % orders, looked at 80 times: 1 % per guardrail at the most."""
    stopped = sum(_stopped(Random(seed), 0.01) for seed in range(300))
    assert stopped <= 300 * 0.02


def test_a_guardrail_stops_what_halves_the_orders():
    assert sum(_stopped(Random(seed), 0.02, 0.04) for seed in range(60)) >= 57


def _stopped(random: Random, rate: float, base_rate: float | None = None) -> bool:
    orders = base_orders = people = 0
    for _ in range(80):
        people += 100
        orders += sum(random.random() < rate for _ in range(100))
        base_orders += sum(random.random() < (base_rate or rate) for _ in range(100))
        counted = {"control": figures(people, base_orders), "note": figures(people, orders)}
        if breaches(counted, "control", SPLIT):
            return True
    return False
