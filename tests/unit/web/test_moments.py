"""When something is ready to be picked up, by the clocks of the place where it is."""

from datetime import UTC, datetime

import pytest

from storefront.web.moments import moment_in
from storefront.web.regions import REGIONS, within

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("IE", "Monday, 23 November, 12:00"),
        ("DE", "Monday, 23 November, 13:00"),
        # Chicago and New York have different clocks, and an order does not say which its store has.
        ("US", "Monday, 23 November"),
    ],
)
def test_a_time_is_the_places_own_or_left_out(country, said):
    region = next(one for one in REGIONS if one.prefix == "/ie/en")
    with within(region):
        assert moment_in(NOON, country) == said
