"""The counters of approved reviews in the table `reviews`: one item per product.

An item `pk` = `P#<handle>`, `sk` = `SUMMARY` holds `n1` to `n5` (how many reviews have one star, two, …),
`version` (one more with each change) and `updated_at`. A product without an item has no reviews. Catalogue
and search stand above this package, the reviews service above them: so a card can show stars without a call.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apptier.kit.dynamo import Item, Tables, TransactItem, update_action

STARS = (1, 2, 3, 4, 5)
NEVER = "1970-01-01T00:00:00.000Z"


def rating_key(handle: str) -> Item:
    """The key of a product's counters."""
    return {"pk": f"P#{handle}", "sk": "SUMMARY"}


@dataclass(frozen=True, slots=True)
class Rating:
    """A product's approved reviews in numbers; `counts` are of one star, two, up to five."""

    handle: str
    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    version: int = 1
    updated_at: str = NEVER

    @property
    def count(self) -> int:
        """How many reviews there are."""
        return sum(self.counts)

    @property
    def average(self) -> float | None:
        """The mean in stars, rounded half up to one decimal; None without reviews."""
        count = self.count
        if count == 0:
            return None
        total = sum(stars * many for stars, many in zip(STARS, self.counts, strict=True))
        return (20 * total + count) // (2 * count) / 10

    def with_change(self, stars: int, delta: int, now: str) -> "Rating":
        """The rating after so many reviews more (or fewer) of so many stars, at `now` (RFC 3339)."""
        one, two, three, four, five = (
            many + (delta if at == stars else 0) for at, many in zip(STARS, self.counts, strict=True)
        )
        return Rating(self.handle, (one, two, three, four, five), self.version + 1, now)

    def to_item(self) -> Item:
        """As DynamoDB keeps it."""
        counts = {f"n{stars}": many for stars, many in zip(STARS, self.counts, strict=True)}
        return rating_key(self.handle) | counts | {"version": self.version, "updated_at": self.updated_at}

    @classmethod
    def of_item(cls, item: Mapping[str, object]) -> "Rating":
        """From its item."""
        one, two, three, four, five = (int(str(item.get(f"n{stars}", 0))) for stars in STARS)
        handle = str(item["pk"]).removeprefix("P#")
        counts = (one, two, three, four, five)
        return cls(handle, counts, int(str(item["version"])), str(item["updated_at"]))


class Ratings:
    """Reads ratings, and makes the one action that changes them."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def summary(self, handle: str, *, consistent: bool = False) -> Rating:
        """One product's rating; an empty one for a product without reviews."""
        item = self._tables.get("reviews", rating_key(handle), consistent=consistent)
        return Rating.of_item(item) if item else Rating(handle)

    def many(self, handles: Iterable[str]) -> dict[str, Rating]:
        """The ratings of many products, by handle; each that is asked for is there. A hundred a read."""
        wanted = {handle: Rating(handle) for handle in handles}
        found = self._tables.batch_get("reviews", [rating_key(handle) for handle in wanted])
        return wanted | {rating.handle: rating for rating in map(Rating.of_item, found)}

    def summaries(self, handles: Iterable[str]) -> dict[str, tuple[float, int]]:
        """Average and number of reviews by handle, for cards and the search index; others are left out."""
        return {
            rating.handle: (rating.average, rating.count)
            for rating in self.many(handles).values()
            if rating.average is not None
        }

    def change(self, handle: str, stars: int, delta: int, now: str) -> TransactItem:
        """The action that counts a review in (`delta` 1) or out (-1), for the transaction that decides it.

        It fails its condition rather than let a count go below zero. `now` is RFC 3339.
        """
        return update_action(
            self._tables.name("reviews"),
            rating_key(handle),
            "SET #v = if_not_exists(#v, :first) + :one, updated_at = :now ADD #n :delta",
            condition="" if delta > 0 else "#n >= :one",
            names={"#v": "version", "#n": f"n{stars}"},
            values={":first": 1, ":one": 1, ":now": now, ":delta": delta},
        )
