"""Tells the order service of every outcome by signed webhook, until it has heard or was told often enough.

Who is to be told stands in the table, so a crash between an outcome and its telling loses nothing, and any
process takes over. A telling is claimed first, so several processes don't tell the same thing at once;
should it still happen, hearing twice is harmless.
"""

import json
import logging
import threading
from typing import Final

import requests

from apptier.kit.settings import Settings
from apptier.payments.signing import sign
from apptier.payments.states import Status
from apptier.payments.store import Payment, PaymentStore

POLL_SECONDS: Final = 2.0
LONGEST_WAIT_SECONDS: Final = 20
"""So that whatever was told in vain is heard soon after the order service is there again."""

MOST_ATTEMPTS: Final = 4_400
"""About a day of tellings every 20 seconds; by then the order service has long asked by itself."""

_TIMEOUT: Final = (1.0, 8.0)
_WORK_SECONDS: Final = 10
_HEARD: Final = range(200, 300)
logger = logging.getLogger("apptier.payments")


def wait_after(attempts: int) -> int:
    """Seconds until the next telling after so many in vain: 1, 2, 4 … up to `LONGEST_WAIT_SECONDS`."""
    return int(min(2.0 ** min(attempts - 1, 10), LONGEST_WAIT_SECONDS)) if attempts > 0 else 1


class Courier:
    """Delivers what waits in the outbox, in a thread of its own when started."""

    def __init__(self, settings: Settings, store: PaymentStore) -> None:
        self._settings = settings
        self._store = store
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver in the background; call it after any fork."""
        self._thread = threading.Thread(target=self._run, name="payment-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the round under way and end; waits for it a few seconds at most."""
        self._stopping = True
        self._wake.set()
        if self._thread:
            self._thread.join(timeout=_WORK_SECONDS)

    def nudge(self) -> None:
        """Look into the outbox now instead of at the next poll."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(POLL_SECONDS)
            self._wake.clear()
            try:
                self.deliver_due()
            except Exception:
                # The thread has to outlive whatever one round meets; the outbox still holds what was not
                # delivered.
                logger.exception("payment courier: a round failed")

    def deliver_due(self) -> int:
        """Tell of every payment that is due; how many were heard."""
        heard = 0
        for payment_id in self._store.waiting():
            payment = self._store.get(payment_id)
            if payment is None or not payment.status.final:
                continue
            if payment.told_next > self._store.now():
                continue
            heard += self._deliver(payment)
        return heard

    def _deliver(self, payment: Payment) -> bool:
        attempts = payment.told_attempts + 1
        # The claim lasts longer than the request may take; a process that dies meanwhile only delays the
        # next telling.
        if not self._store.claim_telling(payment, self._store.now() + _WORK_SECONDS):
            return False
        if self._tell(payment):
            self._store.told([payment.id])
            return True
        if attempts >= MOST_ATTEMPTS:
            logger.error("payment %s: outcome not heard after %d tellings, giving up", payment.id, attempts)
            self._store.told([payment.id])
        else:
            self._store.tell_again(payment.id, self._store.now() + wait_after(attempts))
        return False

    def _tell(self, payment: Payment) -> bool:
        if payment.status is Status.PENDING:
            return False
        event = {
            "payment_id": payment.id,
            "order_id": payment.order_id,
            "status": payment.status.value,
            "version": payment.version,
        }
        body = json.dumps(event, separators=(",", ":")).encode()
        signature = sign(self._settings.payment_webhook_secret, body, self._store.now())
        headers = {"Content-Type": "application/json", "Payment-Signature": signature}
        url = self._settings.payment_webhook_url
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False
                )
        except requests.RequestException as error:
            logger.warning("payment %s: webhook not delivered: %s", payment.id, type(error).__name__)
            return False
        if answer.status_code not in _HEARD:
            logger.warning("payment %s: webhook answered %d", payment.id, answer.status_code)
            return False
        return True
