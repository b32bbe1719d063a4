"""Cards in a list: with the stars of those that have reviews, for as many reads as one card costs."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from apptier.catalog.layout import CardVariant, StoredCard
from apptier.catalog.operations import CatalogQueries
from apptier.catalog.records import Price
from apptier.kit.dynamo import Item
from apptier.kit.markets import MARKETS
from apptier.kit.service import Context
from apptier.ratings import Rating

NOW = "2026-11-20T08:30:00Z"


class Shelf:
    """Tables that hold some products with one SKU each, and the reviews of some; counts what is read."""

    def __init__(self, handles: list[str], ratings: list[Rating]) -> None:
        cards = [stored(handle).to_item() for handle in handles]
        levels = [
            {"pk": handle.upper(), "handle": handle, "quantity": 9, "version": 1, "updated_at": NOW}
            for handle in handles
        ]
        self._items = {"catalog": cards, "stock": levels, "reviews": [rating.to_item() for rating in ratings]}
        self.reads: list[str] = []

    def batch_get(self, table: str, keys: list[Item], *, consistent: bool = False) -> list[Item]:
        del consistent
        self.reads.append(table)
        return [item for item in self._items[table] if any(key.items() <= item.items() for key in keys)]


def stored(handle: str) -> StoredCard:
    return StoredCard(
        handle=handle,
        active=True,
        content_hash="",
        source_hash="",
        version=1,
        updated_at=NOW,
        published_at=NOW,
        offers_base=0,
        title=handle.title(),
        vendor="",
        image=None,
        colours=(),
        memberships=(),
        variants=(CardVariant(handle.upper(), handle.title(), None, {"eu": Price(amount=4900)}),),
    )


def queries(shelf: Shelf) -> CatalogQueries:
    context = SimpleNamespace(tables=cast(Any, shelf), clock=None, cursors=None)
    return CatalogQueries(cast(Context, context))


def test_a_card_says_what_reviewers_gave_and_nothing_where_nobody_has() -> None:
    shelf = Shelf(["cushion", "rug", "tray"], [Rating("rug", (0, 0, 1, 1, 1)), Rating("tray")])
    shown = queries(shelf).cards(MARKETS["eu"], "en", ["tray", "rug", "cushion"])
    assert [card.handle for card in shown] == ["tray", "rug", "cushion"]
    ratings = [card.rating for card in shown]
    assert [(r.average, r.count) if r else None for r in ratings] == [None, (4.0, 3), None]


@pytest.mark.parametrize("many", [1, 50])
def test_fifty_cards_cost_as_many_reads_as_one(many: int) -> None:
    handles = [f"mug-{number}" for number in range(many)]
    shelf = Shelf(handles, [Rating(handle, (0, 0, 0, 0, 2)) for handle in handles])
    shown = queries(shelf).cards(MARKETS["eu"], "en", handles)
    assert len(shown) == many
    assert all(card.rating is not None for card in shown)
    assert shelf.reads == ["catalog", "stock", "reviews"]
