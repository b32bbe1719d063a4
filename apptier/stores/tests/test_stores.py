"""The stores that ship: they can exist, and the nearest one is the nearest."""

import pytest

from apptier.kit.markets import MARKETS
from apptier.kit.problems import Problem
from apptier.stores.models import Position
from apptier.stores.operations import distance_km, parse_position
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
