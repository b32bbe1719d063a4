"""Where a postcode is, roughly: the middle of its area, from the first characters of it.

`data/areas.json` holds, by country, areas and their latitude and longitude (WGS 84, two decimals): the
routing keys of Ireland by their main towns, the first two digits of Germany and of the United States. Good
enough to tell which store is nearest; no address is ever looked up.
"""

import json
from functools import cache
from importlib import resources

from apptier.stores.models import Position


@cache
def _areas() -> dict[str, dict[str, tuple[float, float]]]:
    text = resources.files("apptier.stores").joinpath("data/areas.json").read_text(encoding="utf-8")
    return {
        country: {key: (lat, lon) for key, (lat, lon) in found.items()}
        for country, found in json.loads(text).items()
    }


def middle_of(country: str, postcode: str) -> Position | None:
    """The middle of a postcode's area; None where that is not known."""
    known = _areas().get(country, {})
    tidy = postcode.strip().upper()
    place = next((known[tidy[:length]] for length in (3, 2) if tidy[:length] in known), None)
    return None if place is None else Position(latitude=float(place[0]), longitude=float(place[1]))
