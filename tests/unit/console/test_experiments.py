"""Results of experiments in the console: what was counted, what it means, and when not to believe it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from storefront.core import ManualClock, Money
from storefront.experiments.tallies import HOLDOUT, Dealt, Goal, run_of, with_goal, with_order
from storefront.flags.records import Who
from storefront.flags.state import Condition, FlagState, Rule, Serve
from tests.paths import ShopClient
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import staff

HERE = "/console/experiments/"
NOTE = f"{HERE}delivery-note/"
MIKA = Who("mika", "Mika")
HALVES = Serve(weights=(("control", 50_000), ("note", 50_000)))


def plain(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(page, name):
    """Cells of a table by variant."""
    table = page.split(f'id="{name}"', 1)[1].split("</table>", 1)[0]
    found = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in table.split("<tr>")[2:]]
    return {plain(cells[0]): [plain(cell) for cell in cells[1:]] for cells in found}


class Figures:
    """Shoppers as a test wants them, counted as the recorder counts them."""

    def __init__(self, twins) -> None:
        self.store, self.changes = twins.tallies, twins.shop.flag_changes
        self.clock = ManualClock()
        self.begin(version=0)

    def begin(self, *, version, salt="", reason="begin"):
        state = FlagState(key="delivery-note", otherwise=HALVES, salt=salt)
        self.run = run_of(state)
        self.changes.save(state, version, MIKA, reason)

    def add(self, variant, people, *, orders=0, errors=0, cents=5_000):
        for number in range(people):
            person = f"{variant}-{number:030x}"
            assert self.store.begin(person, Dealt("delivery-note", self.run, variant), self.clock.now())
            (record,) = [one for one in self.store.records(person) if one.dealt.run == self.run]
            if number < errors:
                step = with_goal(record, Goal.ERROR)
                assert self.store.take(person, step)
                record = step.after
            if number < orders:
                value = Money(cents, "EUR")
                order = with_order(record, f"{person}-o", value, self.clock.now())
                assert self.store.take(person, order)
        self.clock.advance(60)


@pytest.fixture
def figures(twins) -> Figures:
    return Figures(twins)


def test_the_list_says_how_many_take_part(mika, figures):
    figures.add("control", 30)
    figures.add("note", 31)
    page = plain(text_of(mika.get(HERE)))
    assert "delivery-note" in page
    assert "Under way 61" in page
    assert "Shares are not as dealt" not in page


def test_the_figures_are_those_that_were_counted(mika, figures):
    """Newcombe's example: 56 of 70 against 48 of 80, all for 50 euro."""
    figures.add("control", 80, orders=48)
    figures.add("note", 70, orders=56)
    page = text_of(mika.get(NOTE))
    orders = rows(page, "now-order")
    assert orders["control"][:3] == ["80", "48", "60.00% 49.05% to 70.04%"]
    assert orders["note"][:2] == ["70", "56"]
    assert orders["note"][3:] == ["+20.00 percentage points +5.24 to +33.39", "More than the control"]
    # 20.00 of at most 33.39 points to the right of nought, which is at 100.
    assert '<path class="interval__range" d="M116 8h84"' in page
    assert 'cx="160"' in page
    revenue = rows(page, "now-revenue-eur")
    assert revenue["control"][:2] == ["80", "€2,400.00"]
    assert revenue["note"][2].startswith("€40.00")
    assert rows(page, "now-error")["note"][-1] == "No difference shown"


def test_on_a_phone_each_figure_says_what_it_is(mika, figures):
    """Its cells stand below each other there, without the heads of their columns."""
    figures.add("control", 30, orders=3)
    figures.add("note", 31, orders=9)
    page = text_of(mika.get(NOTE))
    table = page.split("console__table--cards", 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    cells = re.findall(r"<td[^>]*>", table)
    assert cells
    assert all(re.search(r'data-label="[^"{]+"', cell) for cell in cells)


def test_lost_shoppers_are_said_before_any_figure(mika, figures):
    figures.add("control", 200)
    figures.add("note", 100)
    page = text_of(mika.get(NOTE))
    assert page.index('id="unfair"') < page.index('id="now-order"')
    assert "less than 0.01%" in plain(page)
    assert "Shares are not as dealt" in plain(text_of(mika.get(HERE)))


def test_a_broken_guardrail_is_said(mika, figures):
    figures.add("control", 600, errors=2)
    figures.add("note", 600, errors=90)
    page = plain(text_of(mika.get(NOTE)))
    assert "A guardrail is broken" in page
    assert "note: “Met an error” 15.00%, control 0.33%" in page
    assert "A guardrail is broken" in plain(text_of(mika.get(HERE)))


def test_where_rules_deal_differently_no_guardrail_is_said_to_be_broken(mika, figures):
    """What the two groups differ by may be the people: 15 % and 0.33 % say nothing about the variant."""
    few = Serve(weights=(("control", 90_000), ("note", 10_000)))
    us = Rule(name="us", conditions=(Condition(attribute="market", op="is", values=("us",)),), serve=few)
    state = FlagState(key="delivery-note", otherwise=HALVES, rules=(us,))
    figures.run = run_of(state)
    figures.changes.save(state, 1, MIKA, "two rules")
    figures.add("control", 600, errors=2)
    figures.add("note", 600, errors=90)
    page = plain(text_of(mika.get(NOTE)))
    assert "A guardrail is broken" not in page
    assert "No guardrail watches it Rules deal it by different weights" in page
    listed = plain(text_of(mika.get(HERE)))
    assert "A guardrail is broken" not in listed
    assert "No guardrail watches it" in listed
    figures.changes.kill("delivery-note", MIKA, "over")
    assert "No guardrail watches it" not in plain(text_of(mika.get(HERE)))


def test_those_kept_out_are_shown_beside_the_variants(mika, figures):
    figures.add("control", 40, orders=4)
    figures.add("note", 40, orders=4)
    figures.add(HOLDOUT, 5, orders=1)
    orders = rows(text_of(mika.get(NOTE)), "now-order")
    assert list(orders) == ["control", "note", "kept out of all experiments"]


def test_earlier_runs_stay_with_their_own_figures(mika, figures):
    figures.add("control", 12)
    figures.begin(version=1, salt="anew")
    ended = text_of(mika.get(NOTE))
    assert 'id="nobody"' in ended
    assert re.search(r'<details class="fold"\s+id="earlier-1" open>', ended)
    figures.add("note", 3)
    page = text_of(mika.get(NOTE))
    assert rows(page, "now-order")["note"][0] == "3"
    assert rows(page, "earlier-1-order")["control"][0] == "12"


def test_before_anything_is_decided_the_page_says_so(mika, twins):
    page = plain(text_of(mika.get(NOTE)))
    assert "nobody was shown a variant yet" in page
    assert "Nothing is decided yet" in plain(text_of(mika.get(HERE)))


def test_a_switched_off_experiment_says_why(mika, figures):
    figures.add("control", 5)
    figures.changes.kill("delivery-note", MIKA, "it was late")
    page = plain(text_of(mika.get(NOTE)))
    assert "Switched off: everybody gets the control" in page
    assert "it was late" in page


@pytest.mark.parametrize("path", [f"{HERE}theme/", f"{HERE}nowhere/"])
def test_what_is_no_experiment_has_no_results(mika, path):
    assert mika.get(path).status_code == 404


def test_shoppers_find_nothing_here(twins, figures):
    for client in (ShopClient(), staff(twins, groups=("shopper",))):
        for path in (HERE, NOTE):
            assert client.get(path).status_code == 404


def test_the_page_is_kept_by_nobody(mika, figures):
    response = mika.get(NOTE)
    assert "no-store" in response["Cache-Control"]


def test_a_store_that_is_away_is_said(mika, figures, twins):
    twins.tallies.away = True
    assert mika.get(NOTE).status_code == 503


def test_the_page_says_how_far_its_figures_reach(mika, figures):
    figures.add("control", 3)
    assert "Intervals hold with 95% for one look" in plain(text_of(mika.get(NOTE)))
    assert "with 99% at all times, from 500 shoppers" in plain(text_of(mika.get(NOTE)))
