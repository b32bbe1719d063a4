"""Finding an order by what a shopper remembers of it: its number and the e-mail address it was placed with.

Numbers are made to be read aloud, not to be secret, so guesses are counted per number: the eleventh within an
hour is refused whether it is right or wrong. A number that nobody has is counted, read and refused in the
same way as one with another address, so that the answer says nothing about which of the two was wrong.
"""

import hmac
import re
from typing import Final

from apptier.kit.clock import Clock, epoch
from apptier.kit.dynamo import ConditionFailed, Tables
from apptier.kit.problems import Problem, not_found
from apptier.orders.models import FindOrder, OrderKey
from apptier.orders.opening import NO_FINGERPRINT, Secrets
from apptier.orders.order_store import OrderStore
from apptier.orders.promotions_limits import email_hash

MOST_TRIES: Final = 10
WINDOW_SECONDS: Final = 3600
_PREFIX: Final = 2
_HALF: Final = 6


class Finding:
    """Answers who knows number and address with the order's token."""

    def __init__(self, tables: Tables, clock: Clock, orders: OrderStore, secrets: Secrets) -> None:
        self._tables = tables
        self._clock = clock
        self._orders = orders
        self._secrets = secrets

    def find(self, wanted: FindOrder) -> OrderKey:
        """What opens the order.

        Raises:
            Problem: 404 `order_not_found`, 429 `too_many_tries`.
        """
        number = tidy_number(wanted.number)
        self._count(number)
        row = self._orders.of_number(number)
        known = row["email_hash"] if row else NO_FINGERPRINT
        if not hmac.compare_digest(email_hash(wanted.email), known) or row is None:
            raise not_found("There is no order of this number and e-mail address.", "order_not_found")
        self._forgive(number)
        return OrderKey(order_id=row["order_id"], token=self._secrets.order_token(row["order_id"]))

    def _count(self, number: str) -> None:
        """One more try, before anything is looked up, so that many at once are all counted.

        Raises Problem 429.
        """
        now = epoch(self._clock.now())
        values = {":one": 1, ":until": now + WINDOW_SECONDS, ":now": now}
        try:
            row = self._tables.update(
                "idempotency",
                _key(number),
                "SET expires_at = if_not_exists(expires_at, :until) ADD tries :one",
                condition="attribute_not_exists(expires_at) OR expires_at > :now",
                values=values,
            )
        except ConditionFailed:
            # An hour has passed since the first; of several that find that out, each counts its own.
            row = self._tables.update(
                "idempotency",
                _key(number),
                "SET expires_at = :until, tries = :one",
                values={":until": values[":until"], ":one": 1},
            )
        if row["tries"] > MOST_TRIES:
            wait = max(row["expires_at"] - now, 1)
            words = "Too many wrong tries for this number. Try again later."
            headers = {"Retry-After": str(wait)}
            raise Problem(429, "too_many_tries", words, headers=headers, retry_after=wait)

    def _forgive(self, number: str) -> None:
        """A right one doesn't count."""
        self._tables.update("idempotency", _key(number), "ADD tries :less", values={":less": -1})


def tidy_number(number: str) -> str:
    """A number as orders carry it, however it was typed: `sf 7k3m92qd` is `SF-7K3M-92QD`."""
    plain = re.sub(r"[^0-9A-Z]", "", number.upper())
    return f"{plain[:_PREFIX]}-{plain[_PREFIX:_HALF]}-{plain[_HALF:]}"


def _key(number: str) -> dict[str, str]:
    return {"pk": f"findOrder:{number}"}
