"""Taking a review in: screened, marked as a buyer's where that is shown, kept once, shown to nobody yet."""

import logging

from apptier.kit.backoff import rounds
from apptier.kit.clock import Clock, rfc3339
from apptier.kit.dynamo import Tables, TransactionCanceled, TransactItem, put_action
from apptier.kit.idempotency import Claim, Idempotency, Replay, StoredResult, fingerprint
from apptier.kit.ids import new_id
from apptier.kit.problems import Problem, not_found
from apptier.reviews.models import Flag, NewReview, OrderProof, SubmittedReview
from apptier.reviews.ports import NotKnown, OrdersPort, ProductsPort
from apptier.reviews.records import StoredReview
from apptier.reviews.screening import screened, text_digest

logger = logging.getLogger("apptier.reviews")
_TEXT_AT = 2


class Submission:
    """Writes new reviews."""

    def __init__(
        self,
        tables: Tables,
        clock: Clock,
        idempotency: Idempotency,
        products: ProductsPort,
        orders: OrdersPort,
    ) -> None:
        self._tables = tables
        self._clock = clock
        self._idempotency = idempotency
        self._products = products
        self._orders = orders

    def submit(self, handle: str, key: str, given: NewReview, customer_id: str | None = None) -> StoredResult:
        """Keep a customer's or a guest's review, once per key; the answer says nothing of what was noticed.

        Raises:
            Problem: 404 `unknown_product`, 409 `request_in_progress`, 422 `idempotency_key_reused`, 503.
        """
        scope = f"reviews:{handle}" + (f":{customer_id}" if customer_id else "")
        claim = self._idempotency.begin(scope, key, fingerprint(given.model_dump()))
        if isinstance(claim, Replay):
            return claim.result
        try:
            if not self._products.sold(handle):
                raise not_found("There is no such product.", "unknown_product")
            return self._keep(claim, handle, given, customer_id)
        except Problem:
            self._idempotency.abandon(claim)
            raise

    def _keep(self, claim: Claim, handle: str, given: NewReview, customer_id: str | None) -> StoredResult:
        flags = screened(given.title or "", given.body)
        verified = self._verified(handle, given.order, flags)
        review_id = new_id("rev")
        result = StoredResult(201, SubmittedReview(id=review_id).model_dump())
        for _ in rounds():
            actions = [
                self._put(review_id, handle, given, customer_id, verified=verified, flags=flags),
                self._idempotency.completion(claim, result),
                *([] if "repeated" in flags else [self._text(given, review_id)]),
            ]
            try:
                self._tables.transact(actions)
            except TransactionCanceled as canceled:
                reasons = canceled.reasons
                if len(reasons) > _TEXT_AT and reasons[_TEXT_AT].condition_failed:
                    flags.append("repeated")
                elif not canceled.conflict:
                    raise _taken_over() from canceled
            else:
                return result
        raise _taken_over()

    def _verified(self, handle: str, proof: OrderProof | None, flags: list[Flag]) -> bool:
        if proof is None:
            return False
        try:
            return self._orders.bought(proof.number, proof.email, handle)
        except NotKnown as error:
            logger.warning("a review's order could not be looked up: %s", error)
            flags.append("unchecked")
            return False

    def _put(
        self,
        review_id: str,
        handle: str,
        given: NewReview,
        customer_id: str | None,
        *,
        verified: bool,
        flags: list[Flag],
    ) -> TransactItem:
        now = rfc3339(self._clock.now())
        review = StoredReview(
            id=review_id,
            handle=handle,
            rating=given.rating,
            title=given.title,
            body=given.body,
            author=given.author,
            locale=given.locale,
            verified_buyer=verified,
            created_at=now,
            flags=tuple(flags),
            updated_at=now,
            customer_id=customer_id,
        )
        return put_action(
            self._tables.name("reviews"), review.to_item(), condition="attribute_not_exists(pk)"
        )

    def _text(self, given: NewReview, review_id: str) -> TransactItem:
        """Remember the text; its condition fails when it has been sent before, of whatever product."""
        item = {"pk": f"T#{text_digest(given.body)}", "sk": "TEXT", "review": review_id}
        return put_action(self._tables.name("reviews"), item, condition="attribute_not_exists(pk)")


def _taken_over() -> Problem:
    return Problem(
        409, "request_in_progress", "The same request is still running.", headers={"Retry-After": "1"}
    )
