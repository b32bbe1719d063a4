"""An order as it is stored, and how it lies in the table `orders`.

pk                 sk                       what
<order id>         order                    the order
hold#<shard>       <until>#<order id>       the stock of an unpaid order is held until then
outbox#<shard>     <time>#<order id>#<kind> something that still has to be told to others
"""

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel

from apptier.kit.dynamo import Item
from apptier.kit.models import Address, Contact, DeliveryOption, Totals
from apptier.orders.models import Order, OrderLine, OrderPayment, OrderStatus, OrderSummary, PaymentStatus
from apptier.orders.ports import PaymentState

SHARDS: Final = 4
ORDER_SK: Final = "order"
# Nothing that can be taken for something else when read aloud or written by hand: no 0 O Q, 1 I L, 2 Z, 5 S,
# 8 B, U V.
_NUMBER_CHARS: Final = "34679ACDEFGHJKMNPRTWXY"
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "contact": Contact,
    "address": Address,
    "delivery_option": DeliveryOption,
    "totals": Totals,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order; what was ordered never changes.

    Attributes:
        token_hash: SHA-256 of the token that opens it for a guest.
        return_url: Where the payment page sends the browser, with the order's id filled in.
        payment_id: None from the moment the order is made until the payment service has answered.
        payment_url: Where to pay.
        hold_until: RFC 3339; unpaid by then, it is given up.
    """

    id: str
    number: str
    status: OrderStatus
    version: int
    market: str
    locale: str
    cart_id: str
    customer_id: str | None
    token_hash: str
    lines: tuple[OrderLine, ...]
    contact: Contact
    address: Address
    delivery_option: DeliveryOption
    totals: Totals
    return_url: str
    payment_id: str | None = None
    payment_url: str | None = None
    payment_status: PaymentStatus = "pending"
    hold_until: str
    created_at: str
    updated_at: str
    placed_at: str | None = None

    def to_item(self) -> Item:
        """As DynamoDB keeps it. A guest's has no `customer_id`, so that it isn't in the customers' index."""
        item: Item = {name: getattr(self, name) for name in self.__slots__ if name != "id"}
        item |= {name: getattr(self, name).model_dump() for name in _MODELS}
        item |= order_key(self.id) | {"lines": [line.model_dump() for line in self.lines]}
        if self.customer_id is None:
            del item["customer_id"]
        return item

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> "StoredOrder":
        """From how DynamoDB keeps it."""
        plain = {name: item[name] for name in cls.__slots__ if name in item}
        models = {name: model.model_validate(item[name]) for name, model in _MODELS.items()}
        lines = tuple(OrderLine.model_validate(line) for line in item["lines"])
        return cls(**{"customer_id": None} | plain | models | {"id": item["pk"], "lines": lines})

    @property
    def awaiting(self) -> bool:
        """Whether it can still be paid or given up."""
        return self.status == "awaiting_payment"

    @property
    def quantities(self) -> dict[str, int]:
        """How many of each SKU it holds."""
        return {line.sku: line.quantity for line in self.lines}

    def paid_by(self, payment: PaymentState) -> "StoredOrder":
        """With the payment that was made for it."""
        return replace(self, payment_id=payment.id, payment_url=payment.redirect_url)

    def as_answered_first(self) -> "StoredOrder":
        """As it was when it had just been placed: what the same idempotency key gets again."""
        return replace(
            self,
            status="awaiting_payment",
            version=1,
            payment_status="pending",
            updated_at=self.created_at,
            placed_at=None,
        )

    def shown(self) -> Order:
        """As the contract shows it; only once its payment is known."""
        if self.payment_id is None:
            raise ValueError(f"order {self.id} has no payment yet")
        names = (name for name in Order.model_fields if name not in {"payment", "lines"})
        pending = self.payment_status == "pending"
        payment = OrderPayment(
            id=self.payment_id,
            status=self.payment_status,
            redirect_url=self.payment_url if pending else None,
        )
        values = {name: getattr(self, name) for name in names}
        return Order(**values, lines=list(self.lines), payment=payment)

    def summary(self) -> OrderSummary:
        """As a list shows it."""
        return OrderSummary(
            id=self.id,
            number=self.number,
            status=self.status,
            item_count=sum(line.quantity for line in self.lines),
            total=self.totals.total,
            created_at=self.created_at,
        )


def order_key(order_id: str) -> Item:
    """The key of an order."""
    return {"pk": order_id, "sk": ORDER_SK}


def _shard(order_id: str) -> int:
    return zlib.crc32(order_id.encode()) % SHARDS


def hold_key(order: StoredOrder) -> Item:
    """The key of the row that says until when an order's stock is held."""
    return {"pk": f"hold#{_shard(order.id)}", "sk": f"{order.hold_until}#{order.id}"}


def outbox_key(order_id: str, kind: str, at: str) -> Item:
    """The key of something to be told."""
    return {"pk": f"outbox#{_shard(order_id)}", "sk": f"{at}#{order_id}#{kind}"}


def new_number() -> str:
    """A number for people, such as `SF-7K3M-94PD`.

    35 random bits, for talking about an order, not for finding it.
    """
    chars = "".join(secrets.choice(_NUMBER_CHARS) for _ in range(8))
    return f"SF-{chars[:4]}-{chars[4:]}"
