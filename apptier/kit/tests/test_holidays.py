"""Holidays as the gazettes list them: fixed ones, those that move with Easter, and those kept another day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from apptier.kit.holidays import FIRST_YEAR, LAST_YEAR, easter, is_holiday


def of_year(country: str, year: int) -> list[str]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [day.strftime("%m-%d") for day in days if day.year == year and is_holiday(day, country)]


@pytest.mark.parametrize(
    ("year", "day"), [(2026, "2026-04-05"), (2027, "2027-03-28"), (2028, "2028-04-16"), (2038, "2038-04-25")]
)
def test_easter_is_the_church_s(year, day):
    assert easter(year).isoformat() == day


@pytest.mark.parametrize(
    ("country", "year", "days"),
    [
        ("IE", 2026, "01-01 02-02 03-17 04-03 04-06 05-04 06-01 08-03 10-26 12-25 12-26"),
        ("IE", 2027, "01-01 02-01 03-17 03-26 03-29 05-03 06-07 08-02 10-25 12-25 12-26"),
        ("DE", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26"),
        ("DE", 2028, "01-01 04-14 04-17 05-01 05-25 06-05 10-03 12-25 12-26"),
        ("US", 2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),
        ("US", 2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
    ],
)
def test_a_year_has_the_holidays_of_its_country(country, year, days):
    assert of_year(country, year) == days.split()


def test_countries_and_years_without_a_table_have_none():
    assert of_year("FR", 2026) == []
    assert of_year("DE", FIRST_YEAR - 1) == of_year("DE", LAST_YEAR + 1) == []
