"""Counts uses of limited promotions exactly: in the transaction that places an order, under a condition.

A use counts as long as its order stands; it is given back in the transaction that gives the order up. So of
any number of shoppers who place at once, as many get a code as its limit says, and no use is lost to somebody
who never paid.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apptier.kit.dynamo import Item, Tables, TransactItem, update_action
from apptier.orders.promotions import Promotion

_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Counter:
    """Uses of a promotion, of all or of one e-mail address (by its hash), and how many there may be."""

    market: str
    promotion_id: str
    who: str
    limit: int

    @property
    def key(self) -> Item:
        """Its place in the table."""
        return {"pk": f"U#{self.market}#{self.promotion_id}", "sk": self.who}


def email_hash(email: str) -> str:
    """An e-mail address as counters know it; nobody can read it from there.

    Case and blanks around it don't matter, nor do characters that only look wider or narrower (NFKC). What
    one provider takes for the same mailbox (dots, `+tag`) is another's other mailbox, and stays apart.
    """
    folded = unicodedata.normalize("NFKC", email).strip().casefold()
    return hashlib.sha256(folded.encode()).hexdigest()


def counters(promotion: Promotion, email: str | None) -> list[Counter]:
    """What is counted when somebody (None: not known yet) uses a promotion; at most two."""
    found = []
    if promotion.uses is not None:
        found.append(Counter(promotion.market, promotion.id, _TOTAL, promotion.uses))
    if promotion.uses_per_email is not None and email:
        who = f"E#{email_hash(email)}"
        found.append(Counter(promotion.market, promotion.id, who, promotion.uses_per_email))
    return found


class Limits:
    """The counters in the table `promotions`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def used_up(self, promotions: Iterable[Promotion], email: str | None) -> frozenset[str]:
        """The ids of those that nobody, or not this shopper, may use any more (a consistent read)."""
        asked = [counter for one in promotions if one.limited for counter in counters(one, email)]
        if not asked:
            return frozenset()
        rows = self._tables.batch_get("promotions", [one.key for one in asked], consistent=True)
        used = {(row["pk"], row["sk"]): row["used"] for row in rows}
        full = (one for one in asked if used.get((one.key["pk"], one.key["sk"]), 0) >= one.limit)
        return frozenset(one.promotion_id for one in full)

    def take_actions(self, wanted: Sequence[Counter], *, anyway: bool = False) -> list[TransactItem]:
        """The actions that count a use of each; their condition fails where the limit is reached.

        `anyway` counts beyond it: for an order that was agreed on and paid for.
        """
        free = "" if anyway else "attribute_not_exists(used) OR used < :limit"
        return [
            update_action(
                self._tables.name("promotions"),
                one.key,
                "ADD used :one",
                condition=free,
                values={":one": 1} | ({} if anyway else {":limit": one.limit}),
            )
            for one in wanted
        ]

    def give_back_actions(self, taken: Sequence[Counter]) -> list[TransactItem]:
        """The actions that take those uses back."""
        return [
            update_action(
                self._tables.name("promotions"),
                one.key,
                "ADD used :less",
                condition="used > :none",
                values={":less": -1, ":none": 0},
            )
            for one in taken
        ]
