"""How an experiment is said to stand, and what a change is said to do to its figures before it is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed

from storefront.console.experiment_figures import run_view
from storefront.core import SystemClock
from storefront.experiments.results import results_of
from storefront.experiments.tallies import HOLDOUT, Dealt, Run, Tally, run_of
from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Segment, Serve, Window
from tests.unit.cart.shopper import text_of
from tests.unit.console.forms import plain, sent_by

HERE = "/console/experiments/"
NOTE = f"{HERE}delivery-note/"
EDIT = "/console/flags/f/delivery-note/edit/"
OLGA = Who("olga", "Olga")
HALVES = Serve(weights=(("control", 50_000), ("note", 50_000)))
FOR_ALL = Serve(weights=(("note", WHOLE),))
BEGUN = FlagState(key="delivery-note", otherwise=HALVES)
PHONES = {
    "r1-name": "Phones",
    "r1c1-attribute": "device",
    "r1c1-values": "phone",
    "r1-gets": "note",
}
FAR = Rule(
    name="Far",
    conditions=(Condition(attribute="segment", op="is", values=("far",)),),
    serve=FOR_ALL,
)


def segment(*countries):
    asked = (Condition(attribute="country", op="is", values=countries),)
    return Segment(key="far", name="Far away", alternatives=(asked,))


def in_hours(hours):
    return (SystemClock().now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def count(twins):
    """Count so many shoppers of a state, some of them of the holdout."""

    def counted(state, people, segments=None):
        run = run_of(state, segments or {})
        for number in range(people + 2):
            variant = HOLDOUT if number >= people else ("control", "note")[number % 2]
            dealt = Dealt("delivery-note", run, variant)
            twins.tallies.begin(f"person-{number}", dealt, SystemClock().now())

    return counted


def begun(changes, count, people=5, **more):
    """An experiment by halves in which shoppers take part."""
    state = changed(BEGUN, **more)
    changes.save(state, 0, OLGA, "begin")
    count(state, people)
    return changes.state("delivery-note")


def look(client, **typed):
    return client.post(EDIT, {**sent_by(client.get(EDIT)), **typed, "do": "look"})


def stands(client):
    """How it stands in the list, and how many took part."""
    page = text_of(client.get(HERE)).split('id="experiment-delivery-note"', 1)[1]
    cells = [
        re.sub(r"\s+", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)
    ]
    return cells[0], cells[1]


def test_a_new_rule_is_said_to_begin_the_experiment_anew(mika, changes, count):
    begun(changes, count)
    more = mika.post(EDIT, {**sent_by(mika.get(EDIT)), "do": "add-rule"})
    looked = mika.post(EDIT, {**sent_by(more, **PHONES), "do": "look"})
    words = "The experiment begins anew; the 5 shoppers counted so far are left out of its results."
    assert words in plain(looked)
    mika.post(EDIT, {**sent_by(looked), "reason": "phones", "do": "save"})
    page = text_of(mika.get(NOTE))
    assert 'id="nobody"' in page
    assert "As it is decided now, nobody was shown a variant yet." in page
    assert "5 shoppers" in page.split('id="earlier-1"', 1)[1]


def test_a_single_shopper_is_one(mika, changes, count):
    begun(changes, count, people=1)
    assert "the 1 shopper counted so far is left out" in plain(look(mika, **{"o-w1": "10", "o-w2": "90"}))


def test_who_takes_more_shoppers_in_reads_nothing_of_it(mika, changes, count):
    begun(changes, count, otherwise=changed(HALVES, share=10_000))
    looked = look(mika, **{"o-share": "50"})
    assert looked.status_code == 200
    assert "figures-1" not in text_of(looked)


def test_who_lets_fewer_take_part_reads_what_becomes_of_those_who_leave(mika, changes, count):
    begun(changes, count)
    assert "those who leave get “control” from then on" in plain(look(mika, **{"o-share": "50"}))


def test_the_end_is_said_to_be_one(mika, changes, count):
    begun(changes, count)
    words = "The experiment ends; the 5 shoppers counted so far stay among its earlier runs."
    assert words in plain(look(mika, **{"o-gets": "note"}))


def test_who_goes_back_reads_that_earlier_figures_go_on(mika, changes, count):
    begun(changes, count)
    ended = changed(changes.state("delivery-note"), otherwise=FOR_ALL)
    changes.save(ended, 1, OLGA, "over")
    looked = plain(look(mika, **{"o-gets": "*split*", "o-w1": "50", "o-w2": "50"}))
    assert "the figures go on with the 5 shoppers counted then" in looked
    assert "begins anew;" not in looked


def test_where_nobody_was_counted_there_is_nothing_to_say(mika, changes):
    changes.save(BEGUN, 0, OLGA, "begin")
    assert "figures-1" not in text_of(look(mika, **{"o-w1": "10", "o-w2": "90"}))


def test_a_store_that_is_away_keeps_nobody_from_looking(mika, changes, count, twins):
    begun(changes, count)
    twins.tallies.away = True
    looked = look(mika, **{"o-w1": "10", "o-w2": "90"})
    assert looked.status_code == 200
    assert "the shoppers counted so far are left out" in plain(looked)


def test_another_meaning_of_a_segment_is_said_to_begin_the_experiment_anew(mika, changes, count):
    changes.save_segment(segment("us"), 0, OLGA, "far")
    asking = changed(BEGUN, rules=(FAR,))
    changes.save(asking, 0, OLGA, "begin")
    count(asking, 3, {"far": segment("us")})
    path = "/console/flags/segments/s/far/"
    form = sent_by(mika.get(path), marker="r1c1-values", **{"r1c1-values": "us, de", "reason": "nearer"})
    mika.post(path, {**form, "do": "save"})
    words = "delivery-note: The experiment begins anew; the 3 shoppers counted so far are left out"
    assert words in plain(mika.get("/console/flags/segments/"))
    assert 'id="nobody"' in text_of(mika.get(NOTE))


def test_an_ended_experiment_says_so_and_how_many_took_part(mika, changes, count):
    before = begun(changes, count, holdout=False)
    changes.save(changed(before, otherwise=FOR_ALL), before.version, OLGA, "the better one")
    assert stands(mika) == ("Ended: everybody gets “note”", "5")
    page = plain(mika.get(NOTE))
    assert "Ended: everybody gets “note”. What was counted before is among the earlier runs." in page
    assert "nobody was shown a variant yet" not in page


def test_an_end_that_leaves_the_holdout_group_says_so_and_is_not_stale(mika, changes, count):
    before = begun(changes, count)
    ended = changes.save(changed(before, otherwise=FOR_ALL), before.version, OLGA, "over").decision
    words = "Ended: everybody gets “note”, but the shop’s holdout group gets “control”"
    assert stands(mika)[0] == words
    stale = "/console/flags/?mark=stale"
    assert 'id="flag-delivery-note"' not in text_of(mika.get(stale))
    changes.save(changed(ended, holdout=False), ended.version, OLGA, "for all")
    assert stands(mika)[0] == "Ended: everybody gets “note”"
    assert 'id="flag-delivery-note"' in text_of(mika.get(stale))


def test_a_variant_for_all_from_the_beginning_has_not_ended(mika, changes):
    changes.save(changed(BEGUN, otherwise=FOR_ALL, holdout=False), 0, OLGA, "for all")
    assert stands(mika) == ("Not dealt: everybody gets “note”", "0")


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(starts=in_hours(2)), "Not begun, it acts from"),
        (Window(ends=in_hours(-2)), "Its time is over: everybody gets the control"),
        (Window(starts=in_hours(-2), ends=in_hours(2)), "Under way"),
    ],
)
def test_the_window_decides_whether_it_is_under_way(mika, changes, count, window, words):
    begun(changes, count, window=window)
    assert stands(mika)[0].startswith(words)
    assert stands(mika)[1] == "5"


@pytest.mark.parametrize(
    ("starts", "words"), [(-1, "Under way"), (1, "Not dealt: nobody gets one of several variants by share")]
)
def test_a_rule_deals_within_its_time(mika, changes, starts, words):
    rule = Rule(name="all", conditions=(), serve=HALVES, window=Window(starts=in_hours(starts)))
    changes.save(changed(BEGUN, rules=(rule,), otherwise=changed(FOR_ALL, share=50_000)), 0, OLGA, "begin")
    assert stands(mika)[0] == words


def test_times_have_their_year_and_zone(mika, changes, count):
    begun(changes, count)
    now = SystemClock().now()
    since = re.search(r"<dt>Since</dt>\s*<dd>\s*(.*?)\s*</dd>", text_of(mika.get(NOTE)))
    assert since
    assert re.fullmatch(rf"\d+ \w+ {now.year}, \d\d:\d\d \(Europe/Dublin\)", since.group(1))


def test_differences_are_in_percentage_points():
    now = SystemClock().now()
    tallies = {"control": Tally(people=5, goals={"cart": 4}), "note": Tally(people=5, goals={"cart": 1})}
    run = Run(run="r", tallies=tallies, first=now, last=now)
    cart = run_view(results_of(run, "control", ("control", "note"), None)).tables[0]
    assert cart.rows[1].above == "−60.00 percentage points"
