"""The first stores: those in `data/stores.json`."""

import json
from pathlib import Path

from apptier.kit.events import Events
from apptier.kit.markets import MARKETS
from apptier.stores.models import StoreRecord
from apptier.stores.repository import StoreRepository

DATA = Path(__file__).with_name("data") / "stores.json"


def read_stores() -> dict[str, list[StoreRecord]]:
    """The stores of the file by market. Raises pydantic.ValidationError for one that breaks the contract."""
    raw = json.loads(DATA.read_text(encoding="utf-8"))
    return {
        market: [StoreRecord.model_validate(entry) for entry in raw.get(market, [])] for market in MARKETS
    }


def seed_stores(repository: StoreRepository, events: Events) -> int:
    """Write the stores that are missing or differ; returns how many."""
    return sum(repository.put_all(market, records, events) for market, records in read_stores().items())
