"""Gives up unpaid orders whose hold has run out, and tells what could not be told at once.

Runs in a thread of every order service process, and by itself: `python -m apptier.orders.sweeper --once`.
Any number of sweepers may run: an order is given up by its own condition, an outbox row is claimed. An order
that can't be given up keeps nobody else waiting: it is logged and left alone for longer and longer.
"""

import argparse
import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from apptier.kit.clock import Clock
from apptier.kit.dynamo import Item
from apptier.kit.problems import Problem
from apptier.kit.settings import load_settings
from apptier.orders.lookup import Lookup
from apptier.orders.order_store import OrderStore
from apptier.orders.outbox import Outbox

INTERVAL_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 300.0
_STOP_SECONDS: Final = 10.0
logger = logging.getLogger("apptier.orders")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a round did: orders that got an outcome, messages told; `whole` unless a half of it broke off."""

    settled: int
    told: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Pause:
    """How often an order failed, and until when (monotonic seconds) it is left alone."""

    tries: int
    until: float


class Sweeper:
    """See the module's text. One thread sweeps at a time."""

    def __init__(self, orders: OrderStore, lookup: Lookup, outbox: Outbox, clock: Clock) -> None:
        self._clock = clock
        self._pauses: dict[str, _Pause] = {}
        self._orders = orders
        self._lookup = lookup
        self._outbox = outbox
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def sweep(self) -> Swept:
        """One round. Whatever happens to the orders, what is in the outbox gets its turn, and the reverse."""
        settled = self._guarded("giving up", self._give_up)
        told = self._guarded("telling", self._outbox.relay)
        return Swept(settled or 0, told or 0, whole=settled is not None and told is not None)

    def _guarded(self, what: str, part: Callable[[], int]) -> int | None:
        """What a half of a round did; None when it broke off."""
        try:
            return part()
        except (BotoCoreError, ClientError) as error:
            logger.warning("order sweeper: %s: a store does not answer: %s", what, type(error).__name__)
        except Exception:
            # The next round begins from what is stored.
            logger.exception("order sweeper: %s failed", what)
        return None

    def _give_up(self) -> int:
        overdue = list(self._orders.overdue())
        left = {order_id for _, order_id in overdue}
        self._pauses = {order_id: pause for order_id, pause in self._pauses.items() if order_id in left}
        return sum(self._give_up_one(key, order_id) for key, order_id in overdue)

    def _give_up_one(self, key: Item, order_id: str) -> bool:
        """Whether the order has got its outcome now."""
        pause = self._pauses.get(order_id)
        if pause and self._clock.monotonic() < pause.until:
            return False
        try:
            order = self._orders.get(order_id)
            if order is None or not order.awaiting:
                self._orders.drop_hold(key)
                return False
            return not self._lookup.give_up(order).awaiting
        except BotoCoreError:
            raise  # the table is away, not this order broken
        except Problem as problem:
            logger.warning("order %s: can't be given up yet: %s", order_id, problem.code)
        except Exception:
            # One order that can't be read must not keep the stock of all others held.
            logger.exception("order %s: can't be given up", order_id)
        self._pause(order_id)
        return False

    def _pause(self, order_id: str) -> None:
        before = self._pauses.get(order_id)
        tries = before.tries + 1 if before else 1
        seconds = min(INTERVAL_SECONDS * 2 ** min(tries - 1, 10), LONGEST_PAUSE_SECONDS)
        self._pauses[order_id] = _Pause(tries, self._clock.monotonic() + seconds)

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
            self.sweep()


def main(arguments: list[str]) -> int:
    """Sweep once, as a scheduled task would, and say what was done; 1 when the round wasn't whole."""
    # Here and not above: the wiring needs this module.
    from apptier.orders.wiring import wire  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog="python -m apptier.orders.sweeper", description=__doc__)
    parser.add_argument("--once", action="store_true", required=True, help="sweep one round and end")
    parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO)
    swept = wire(load_settings()).sweeper.sweep()
    sys.stdout.write(f"settled {swept.settled}, told {swept.told}\n")
    return 0 if swept.whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
