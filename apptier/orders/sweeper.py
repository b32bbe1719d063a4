"""Asks after payments, gives up unpaid orders whose hold has run out, sends what could not be sent at once.

Runs in a thread of every order service process, and by itself: `python -m apptier.orders.sweeper --once`.
Any number of sweepers may run: a payment is asked after by whoever claims the turn, an order is given up by
its own condition, rows of the outbox and refunds are claimed. An order that can't be settled keeps nobody
else waiting: it is logged and left alone for a while. Together with the payment service's courier this bounds
how long anything stays unresolved once all parts answer again: a round, plus the longest pause, well under a
minute.
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
from apptier.kit.problems import Problem
from apptier.kit.settings import load_settings
from apptier.orders.lookup import Lookup
from apptier.orders.order_store import Hold, OrderStore
from apptier.orders.outbox import Outbox
from apptier.orders.ports import PaymentsUnavailable
from apptier.orders.refunds import Refunds

FIRST_PAUSE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 20.0
ASK_SECONDS: Final = 15
"""Between two questions after the payment of an order that awaits it."""

LONGEST_ROUND_SECONDS: Final = 10.0
"""Of asking; the next round comes at once and goes on with those whose turn has not come yet."""

PATIENCE: Final = 3
"""Payments that can't be asked after, one after another, until a round takes the provider to be away."""

_STOP_SECONDS: Final = 10.0
logger = logging.getLogger("apptier.orders")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a round did: orders that got an outcome, messages told, refunds confirmed.

    `whole` unless a part of it broke off.
    """

    settled: int
    told: int
    refunded: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Pause:
    """How often an order failed, and until when (monotonic seconds) it is left alone."""

    tries: int
    until: float


class Sweeper:
    """See the module's text. One thread sweeps at a time."""

    def __init__(
        self,
        orders: OrderStore,
        lookup: Lookup,
        outbox: Outbox,
        refunds: Refunds,
        *,
        clock: Clock,
        interval: float,
    ) -> None:
        self._clock = clock
        self._interval = interval
        self._pauses: dict[str, _Pause] = {}
        self._failures = 0
        self._more = False
        self._orders = orders
        self._lookup = lookup
        self._outbox = outbox
        self._refunds = refunds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def sweep(self) -> Swept:
        """One round. Whatever happens to a part of it, the others get their turn; the long one comes last."""
        told = self._guarded("telling", self._outbox.relay)
        refunded = self._guarded("refunding", self._refunds.relay)
        settled = self._guarded("settling", self._settle)
        return Swept(settled or 0, told or 0, refunded or 0, whole=None not in {settled, told, refunded})

    def _guarded(self, what: str, part: Callable[[], int]) -> int | None:
        """What a part of a round did; None when it broke off."""
        try:
            return part()
        except (BotoCoreError, ClientError) as error:
            logger.warning("order sweeper: %s: a store does not answer: %s", what, type(error).__name__)
        except Exception:
            # The next round begins from what is stored.
            logger.exception("order sweeper: %s failed", what)
        return None

    def _settle(self) -> int:
        holds = list(self._orders.holds())
        left = {hold.order_id for hold in holds}
        self._pauses = {order_id: pause for order_id, pause in self._pauses.items() if order_id in left}
        self._failures = 0
        end = self._clock.monotonic() + LONGEST_ROUND_SECONDS
        # Those that have run out first: they keep stock from others. Then whoever has waited longest to be
        # asked after, so that many can't keep a few waiting for ever.
        holds.sort(key=lambda hold: (not hold.overdue, hold.ask_at))
        settled = sum(self._settle_one(hold) for hold in holds if self._clock.monotonic() < end)
        self._more = self._clock.monotonic() >= end and self._failures < PATIENCE
        return settled

    def _settle_one(self, hold: Hold) -> bool:
        """Whether the order has got its outcome now."""
        pause = self._pauses.get(hold.order_id)
        if self._failures >= PATIENCE or (pause and self._clock.monotonic() < pause.until):
            return False
        if not hold.overdue and not self._orders.claim_asking(hold, ASK_SECONDS):
            return False
        try:
            done = self._ask(hold)
        except BotoCoreError:
            raise  # the table is away, not this order broken
        except (Problem, PaymentsUnavailable) as problem:
            self._failures += 1
            logger.warning("order %s: can't be settled yet: %s", hold.order_id, problem)
        except Exception:
            # One order that can't be read must not keep the stock of all others held.
            logger.exception("order %s: can't be settled", hold.order_id)
        else:
            self._failures = 0
            return done
        self._pause(hold.order_id)
        return False

    def _ask(self, hold: Hold) -> bool:
        """Whether the order has got its outcome now; forgets a hold that nothing can come of any more."""
        order = self._orders.get(hold.order_id)
        if order is not None and order.awaiting:
            settle = self._lookup.give_up if hold.overdue else self._lookup.reconcile
            return not settle(order).awaiting
        if order is None or not order.given_up:
            self._orders.drop_hold(hold.key)
            return False
        if not hold.overdue:
            return False
        after = self._lookup.reconcile(order)
        self._orders.drop_hold(hold.key)
        return not after.given_up

    def _pause(self, order_id: str) -> None:
        before = self._pauses.get(order_id)
        tries = before.tries + 1 if before else 1
        seconds = min(FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 10), LONGEST_PAUSE_SECONDS)
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
        while not self._stop.wait(0 if self._more else self._interval):
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
    sys.stdout.write(f"settled {swept.settled}, told {swept.told}, refunded {swept.refunded}\n")
    return 0 if swept.whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
