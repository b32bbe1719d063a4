"""Gives up unpaid orders whose hold has run out, and tells what could not be told at once.

Runs in a thread of every order service process, and by itself: `python -m apptier.orders.sweeper --once`.
Any number of sweepers may run: an order is given up by its own condition, an outbox row is claimed.
"""

import argparse
import logging
import sys
import threading
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from apptier.kit.problems import Problem
from apptier.kit.settings import load_settings
from apptier.orders.lookup import Lookup
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox

INTERVAL_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 10.0
logger = logging.getLogger("apptier.orders")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a round did: orders that got an outcome, and messages that were told."""

    settled: int
    told: int


class Sweeper:
    """See the module's text."""

    def __init__(self, orders: OrderStore, lookup: Lookup, outbox: Outbox) -> None:
        self._orders = orders
        self._lookup = lookup
        self._outbox = outbox
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def sweep(self) -> Swept:
        """One round."""
        settled = 0
        for key, order_id in list(self._orders.overdue()):
            order = self._orders.get(order_id)
            if order is None or not order.awaiting:
                self._orders.drop_hold(key)
                continue
            try:
                settled += not self._lookup.give_up(order).awaiting
            except Problem as problem:
                logger.warning("order %s: can't be given up yet: %s", order_id, problem.code)
        return Swept(settled, self._outbox.relay())

    def start(self) -> None:
        """Sweep in the background; call it after any fork."""
        self._thread = threading.Thread(target=self._run, name="order-sweeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way; waits for it a few seconds at most."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            try:
                self.sweep()
            except (BotoCoreError, ClientError) as error:
                logger.warning("order sweeper: a store does not answer: %s", type(error).__name__)
            except Exception:
                # The thread has to outlive whatever one round meets; the next one begins from what is stored.
                logger.exception("order sweeper: a round failed")


def main(arguments: list[str]) -> int:
    """Sweep once, as a scheduled task would, and say what was done."""
    # Here and not above: the wiring needs this module.
    from apptier.orders.wiring import wire  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m apptier.orders.sweeper", description=__doc__)
    parser.add_argument("--once", action="store_true", required=True, help="sweep one round and end")
    parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO)
    swept = wire(load_settings()).sweeper.sweep()
    sys.stdout.write(f"settled {swept.settled}, told {swept.told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
