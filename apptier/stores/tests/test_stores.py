"""The stores that ship: they can exist, and the nearest one is the nearest."""

from datetime import datetime

import pytest

from apptier.kit.markets import MARKETS
from apptier.kit.problems import Problem
from apptier.stores.areas import middle_of
from apptier.stores.models import OpeningHours, Position
from apptier.stores.operations import distance_km, parse_position
from apptier.stores.readiness import ready_from
from apptier.stores.seeding import read_stores

DUBLIN = Position(latitude=53.3498, longitude=-6.2603)
GALWAY = Position(latitude=53.2707, longitude=-9.0568)


def test_distance_is_what_a_map_says():
    assert distance_km(DUBLIN, GALWAY) == pytest.approx(186.3, abs=1)
    assert distance_km(DUBLIN, DUBLIN) == 0


def test_distance_crosses_the_date_line_the_short_way():
    east, west = Position(latitude=0.0, longitude=179.5), Position(latitude=0.0, longitude=-179.5)
    assert distance_km(east, west) == pytest.approx(111.2, abs=0.5)


@pytest.mark.parametrize("near", ["91,0", "-90.1,0", "0,181", "0,-999"])
def test_a_place_off_the_earth_is_refused(near):
    with pytest.raises(Problem) as caught:
        parse_position(near)
    assert caught.value.faults[0].pointer == "near"


def test_every_store_has_a_postcode_that_its_country_has_and_an_id_of_its_own():
    stores = [(MARKETS[market], store) for market, found in read_stores().items() for store in found]
    assert len({store.id for _, store in stores}) == len(stores) == 12
    for market, store in stores:
        country = market.country(store.address.country)
        assert country is not None, store.id
        assert country.accepts(store.address.postcode), store.id
        assert all(hours.opens < hours.closes for hours in store.hours)


def hours(*days: str, opens: str = "10:00", closes: str = "18:00") -> list[OpeningHours]:
    return [OpeningHours(day=day, opens=opens, closes=closes) for day in days]


WEEK = hours("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


@pytest.mark.parametrize(
    ("now", "ready"),
    [
        ("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z"),  # Monday before opening: two hours after it
        ("2026-11-23T11:07:30Z", "2026-11-23T13:15:00Z"),  # up to the next quarter
        ("2026-11-23T15:59:00Z", "2026-11-23T18:00:00Z"),  # just before the cut-off, just before closing
        ("2026-11-23T16:00:00Z", "2026-11-24T12:00:00Z"),  # after the cut-off: begun on the next day
        ("2026-11-28T17:30:00Z", "2026-11-30T12:00:00Z"),  # Saturday evening: Monday
    ],
)
def test_an_order_is_ready_after_two_hours_of_opening(now, ready):
    assert ready_from(WEEK, "Europe/Dublin", datetime.fromisoformat(now)) == datetime.fromisoformat(ready)


def test_hours_are_the_stores_own():
    monday = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
    assert ready_from(WEEK, "Europe/Berlin", monday) == datetime.fromisoformat("2026-11-23T11:00:00+00:00")
    assert ready_from(WEEK, "America/Chicago", monday) == datetime.fromisoformat("2026-11-23T18:00:00+00:00")
    # The hour that a night in October has twice, and one in March not at all, is no opening time.
    sunday = hours("sunday", opens="00:00", closes="04:00")
    october = datetime.fromisoformat("2026-10-24T20:00:00+00:00")
    assert ready_from(sunday, "Europe/Dublin", october) == datetime.fromisoformat("2026-10-25T01:00:00+00:00")


def test_short_days_add_up_and_a_store_that_never_opens_is_never_ready():
    short = hours("monday", "tuesday", opens="10:00", closes="11:00")
    monday = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
    assert ready_from(short, "Europe/Dublin", monday) == datetime.fromisoformat("2026-11-24T11:00:00+00:00")
    assert ready_from([], "Europe/Dublin", monday) is None


def test_a_postcode_is_somewhere_near_its_town():
    for country, postcode, place in (
        ("IE", "H91 AB12", GALWAY),
        ("IE", "d02x285", DUBLIN),
        ("DE", "10115", Position(latitude=52.52, longitude=13.4)),
        ("US", "11217", Position(latitude=40.68, longitude=-73.98)),
    ):
        middle = middle_of(country, postcode)
        assert middle is not None
        assert distance_km(middle, place) < 50
    assert middle_of("FR", "75011") is None
    assert middle_of("IE", "Z99 AB12") is None


def test_every_store_knows_its_time_zone_and_opens():
    monday = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
    for found in read_stores().values():
        for store in found:
            assert "/" in store.timezone
            assert ready_from(store.hours, store.timezone, monday) is not None
    countries = {
        s.address.country for found in read_stores().values() for s in found if "pickup" in s.services
    }
    assert {"IE", "DE", "US"} <= countries
