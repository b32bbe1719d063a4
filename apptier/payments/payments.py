"""What can be done with payments; the routes and the order service's in-process adapter both come here."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from apptier.kit.dynamo import ConditionFailed, Item
from apptier.kit.idempotency import fingerprint
from apptier.kit.markets import locale_for
from apptier.kit.models import Money
from apptier.kit.problems import Fault, Problem, invalid, not_found
from apptier.kit.settings import Settings
from apptier.payments.models import PaymentAnswer, StartPayment, StartRefund
from apptier.payments.origins import return_url_problem
from apptier.payments.states import CHALLENGE_CODE, CHALLENGE_TRIES, METHODS, Status, after_wrong_code
from apptier.payments.store import Payment, PaymentStore

_ID_LENGTH: Final = 32


def _nothing() -> None:
    """For callers that needn't know when an outcome was stored."""


class Payments:
    """The payment service's operations.

    Args:
        settings: What ids are derived under, public address of the hosted page, origins to return to.
        store: Where payments are kept.
        on_outcome: Called after an outcome was stored, so that its telling needn't wait for the next round.
    """

    def __init__(
        self,
        settings: Settings,
        store: PaymentStore,
        on_outcome: Callable[[], None] = _nothing,
    ) -> None:
        self._settings = settings
        self._store = store
        self._on_outcome = on_outcome

    def create(self, request: StartPayment, key: str) -> PaymentAnswer:
        """A pending payment; the same key gives the same payment for good, also after it has ended.

        The id is derived from the key under PAYMENT_SECRET_KEY, so the payment is its own idempotency record:
        there is no moment at which one exists without the other, and nobody can guess it from an order's id.

        Raises:
            Problem: 422 for a return URL whose origin isn't ours, `unknown_payment_method`, or a key that was
                used for something else.
        """
        problem = return_url_problem(request.return_url, self._settings.return_origins)
        if problem:
            raise problem
        if request.method not in METHODS:
            words = "The provider does not offer this way to pay."
            fault = Fault("/method", "unknown", words)
            raise Problem(422, "unknown_payment_method", words, faults=[fault])
        asked = fingerprint(request.model_dump())
        made = self._made_before(key) or self._store.create(
            self._id(self._settings.payment_secret_key, key),
            order_id=request.order_id,
            order_number=request.order_number,
            method=request.method,
            locale=locale_for(request.locale),
            refunded=0,
            amount=request.amount.amount,
            currency=request.amount.currency,
            return_url=request.return_url,
            body_hash=asked,
        )
        if made.body_hash != asked:
            raise Problem(422, "idempotency_key_reused", "This key was used for another request.")
        return self.answer(made)

    def _made_before(self, key: str) -> Payment | None:
        """The payment that this key made while another secret was in use."""
        ids = (self._id(secret, key) for secret in self._settings.payment_secret_key_fallbacks)
        return next(filter(None, map(self._store.get, ids)), None)

    @staticmethod
    def _id(secret: str, key: str) -> str:
        digest = hmac.new(secret.encode(), b"payment\x00" + key.encode(), hashlib.sha256)
        return f"pay_{digest.hexdigest()[:_ID_LENGTH]}"

    def load(self, payment_id: str) -> Payment:
        """The stored payment. Raises Problem 404."""
        payment = self._store.get(payment_id)
        if payment is None:
            raise not_found()
        return payment

    def get(self, payment_id: str) -> PaymentAnswer:
        """How it stands. Raises Problem 404."""
        return self.answer(self.load(payment_id))

    def cancel(self, payment_id: str) -> PaymentAnswer:
        """Cancel it for good while it is pending; a declined or cancelled one stays as it is.

        Raises:
            Problem: 404, or 409 `payment_approved`.
        """
        payment = self.finish(payment_id, Status.CANCELLED)
        if payment.status is Status.APPROVED:
            raise Problem(
                409, "payment_approved", "The payment has been approved; it can't be cancelled any more."
            )
        return self.answer(payment)

    def refund(self, payment_id: str, request: StartRefund, key: str) -> PaymentAnswer:
        """Give money of an approved payment back, once per key.

        Raises:
            Problem: 404, 409 `payment_not_approved` or `refund_exceeds_payment`, 422 for another currency or
                a key that was used for something else.
        """
        payment = self.load(payment_id)
        if request.amount.currency != payment.currency:
            raise invalid("/amount/currency", "other_currency", "The payment was in another currency.")
        mark = f"refund_{hashlib.sha256(key.encode()).hexdigest()}"
        asked = fingerprint(request.model_dump())
        try:
            paid = self._store.refund(payment_id, request.amount.amount, asked, mark)
        except ConditionFailed as failed:
            return self._known_refund(failed.current or {}, mark, asked, payment_id)
        if paid is None:
            raise not_found()
        return self.answer(paid)

    def _known_refund(self, found: Item, mark: str, asked: str, payment_id: str) -> PaymentAnswer:
        """The answer to a refund that was made before. Raises Problem for one that can't be made."""
        if mark in found:
            if found[mark] != asked:
                raise Problem(422, "idempotency_key_reused", "This key was used for another refund.")
            return self.answer(self.load(payment_id))
        if found.get("status") != Status.APPROVED.value:
            raise Problem(409, "payment_not_approved", "Only an approved payment can be given back.")
        raise Problem(409, "refund_exceeds_payment", "Not so much is left of the payment.")

    def finish(self, payment_id: str, status: Status) -> Payment:
        """Give it an outcome if it has none, and return it as it is then. Raises Problem 404."""
        if self._store.finish(payment_id, status):
            self._on_outcome()
        return self.load(payment_id)

    def confirm(self, payment_id: str, code: str) -> Payment:
        """Answer the challenge: the right code approves, too many wrong ones decline. Raises Problem 404."""
        if hmac.compare_digest(code.strip().encode(), CHALLENGE_CODE.encode()):
            return self.finish(payment_id, Status.APPROVED)
        count = self._store.count_wrong_code(payment_id)
        if count is not None and after_wrong_code(count - 1) is Status.DECLINED:
            return self.finish(payment_id, Status.DECLINED)
        return self.load(payment_id)

    def tries_left(self, payment: Payment) -> int:
        """How many wrong codes are still forgiven."""
        return max(CHALLENGE_TRIES - payment.wrong_codes, 1)

    def answer(self, payment: Payment) -> PaymentAnswer:
        """A stored payment as the contract shows it."""
        page = f"{self._settings.payments_public_url}/hosted/{payment.id}"
        return PaymentAnswer(
            id=payment.id,
            order_id=payment.order_id,
            method=payment.method,
            status=payment.status.value,
            amount=Money(amount=payment.amount, currency=payment.currency),
            refunded=Money(amount=payment.refunded, currency=payment.currency),
            redirect_url=None if payment.status.final else page,
            version=payment.version,
            updated_at=payment.updated_at,
        )
