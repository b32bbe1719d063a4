"""What a shopper pays, where parcels go and when they arrive."""

from datetime import UTC, date, datetime

import pytest

from apptier.kit.markets import (
    LOCALES,
    MARKETS,
    address_problem,
    locale_for,
    market_or_404,
    place_problem,
    working_day,
)
from apptier.kit.problems import Problem
from apptier.kit.sales_tax import state_at

EU, US = MARKETS["eu"], MARKETS["us"]


def test_included_tax_is_part_of_the_total():
    totals = EU.totals(9800, 495)
    assert (totals.tax.amount, totals.total.amount, totals.tax_included) == (1925, 10295, True)
    assert totals.tax_basis_points == 2300


def test_tax_is_on_what_is_left_after_the_discount():
    totals = EU.totals(9800, 495, discount=980, country="IE")
    assert (totals.discount.amount, totals.tax.amount, totals.total.amount) == (980, 1742, 9315)
    on_top = US.totals(10_000, 695, discount=695)
    assert (on_top.tax.amount, on_top.total.amount) == (800, 10_800)


@pytest.mark.parametrize(("country", "rate"), [("IE", 2300), ("DE", 1900), ("FI", 2550), (None, 2300)])
def test_each_country_has_its_own_rate(country, rate):
    totals = EU.totals(10_000, None, country=country)
    assert totals.tax_basis_points == rate
    assert totals.tax.amount == round(10_000 * rate / (10_000 + rate))


def test_names_come_in_every_language():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    for market in MARKETS.values():
        named = [[o.name for o in market.delivery_options(None, now, locale)] for locale in LOCALES]
        assert len({tuple(names) for names in named}) == len(LOCALES)
        paying = [[way.in_language(locale) for way in market.payment] for locale in LOCALES]
        assert len({tuple(texts) for texts in paying}) == len(LOCALES)
        assert market.payment[0].id == "card"


def test_a_place_that_cannot_be_is_named():
    assert place_problem(EU, "IE") is None
    assert place_problem(EU, "IE", "H91 AB12") is None
    for country, postcode, code in (("US", None, "country_not_served"), ("IE", "1", "postcode_invalid")):
        problem = place_problem(EU, country, postcode, at="/")
        assert problem is not None
        assert (problem.status, problem.code) == (422, code)
        assert problem.faults[0].pointer in {"/country", "/postcode"}


def test_added_tax_comes_on_top():
    totals = US.totals(10_000, 695)
    assert (totals.tax.amount, totals.total.amount, totals.tax_included) == (856, 11_551, False)


def test_delivery_that_is_not_known_costs_nothing_yet():
    totals = US.totals(10_000, None)
    assert totals.delivery is None
    assert totals.total.amount == 10_800


@pytest.mark.parametrize(
    ("amount", "tax"), [(0, 0), (1, 0), (3, 1), (5, 1), (6, 1), (9, 2), (99_999, 16_667)]
)
def test_included_tax_rounds_half_up(amount, tax):
    assert EU.tax(amount, "FR") == tax


@pytest.mark.parametrize(("amount", "tax"), [(0, 0), (6, 0), (7, 1), (18, 1), (19, 2), (31, 2), (32, 3)])
def test_added_tax_rounds_half_up(amount, tax):
    assert US.tax(amount) == tax


def test_options_come_cheapest_first_with_working_days():
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    found = {o.id: (o.price.amount, o.earliest, o.latest) for o in EU.delivery_options("IE", monday)}
    assert list(found) == ["standard", "express", "courier"]
    assert found["standard"] == (495, "2026-11-25", "2026-11-27")
    assert found["express"] == (1295, "2026-11-24", "2026-11-24")


def test_after_the_cut_off_it_leaves_a_day_later_and_never_on_a_weekend():
    friday_evening = datetime(2026, 11, 27, 18, tzinfo=UTC)
    standard = EU.delivery_options(None, friday_evening)[0]
    assert (standard.earliest, standard.latest) == ("2026-12-02", "2026-12-04")


def test_some_countries_cost_more_and_some_have_fewer_options():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    finland = {o.id: o.price.amount for o in EU.delivery_options("FI", now)}
    assert finland == {"standard": 795, "express": 1895}


def test_working_days_skip_the_weekend():
    assert working_day(date(2026, 11, 28), 0) == date(2026, 11, 30)
    assert working_day(date(2026, 11, 27), 1) == date(2026, 11, 30)


def test_nothing_is_promised_for_thanksgiving():
    friday = datetime(2026, 11, 20, 12, tzinfo=UTC)
    found = {o.id: (o.earliest, o.latest) for o in US.delivery_options("US", friday)}
    assert found["standard"] == ("2026-11-25", "2026-12-01")
    late = US.delivery_options("US", datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert {o.id: o.earliest for o in late}["express"] == "2026-11-27"


def test_a_parcel_rests_on_the_holidays_of_where_it_goes():
    before = datetime(2026, 5, 13, 9, tzinfo=UTC)
    days = {c: EU.delivery_options(c, before)[0].earliest for c in ("IE", "DE")}
    assert days == {"IE": "2026-05-15", "DE": "2026-05-18"}


@pytest.mark.parametrize(
    ("region", "postcode", "rate"),
    [
        ("OR", "97201", 0),
        ("NY", "10001", 800),
        ("", "97201", 0),
        ("", "99501", 0),
        ("", "03301", 0),
        ("", "10001", 800),
        ("", None, 800),
        ("CA", "97201", 800),
        (None, "19801", 0),
    ],
)
def test_sales_tax_is_the_state_s(region, postcode, rate):
    totals = US.totals(10_000, 695, country="US", state=state_at(region, postcode))
    assert totals.tax_basis_points == rate
    assert totals.tax.amount == 10_695 * rate // 10_000 + (1 if rate else 0)


@pytest.mark.parametrize("market", MARKETS.values(), ids=str)
def test_every_country_accepts_its_own_example(market):
    assert [c.code for c in market.countries if not c.accepts(c.postcode_example)] == []


@pytest.mark.parametrize(
    ("country", "postcode"),
    [("IE", "H91 AB12"), ("IE", "h91ab12"), ("DE", "10115"), ("NL", "1012ab"), ("SE", "11129")],
)
def test_postcodes_are_taken_as_people_write_them(country, postcode):
    assert address_problem(EU, country, postcode) is None


@pytest.mark.parametrize(
    ("country", "postcode", "pointer"),
    [
        ("DE", "1011", "/address/postcode"),
        ("DE", "١٠١١٥", "/address/postcode"),
        ("DE", "10115\n10115", "/address/postcode"),
        ("US", "10001", "/address/country"),
        ("XX", "10001", "/address/country"),
    ],
)
def test_an_address_that_cannot_be_is_refused_with_the_place(country, postcode, pointer):
    problem = address_problem(EU, country, postcode, at="/address")
    assert problem is not None
    assert (problem.status, problem.faults[0].pointer) == (422, pointer)


def test_an_unknown_market_is_not_found():
    with pytest.raises(Problem) as caught:
        market_or_404("zz")
    assert (caught.value.status, caught.value.code) == (404, "unknown_market")


def test_a_locale_without_texts_falls_back_to_english():
    assert [locale_for(asked) for asked in ("en", "en-IE", "fr", "xx-YY")] == ["en"] * 4
    assert [locale_for(asked) for asked in ("de", "de-AT", "ar")] == ["de", "de", "ar"]
