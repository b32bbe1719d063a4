"""An order as it is stored, and how it lies in the table `orders`.

pk                 sk                       what
<order id>         order                    the order
number#<number>    order                    which order has that number, and the hash of its e-mail address
hold#<shard>       <until>#<order id>       the stock of an unpaid order is held until then
outbox#<shard>     <time>#<order id>#<kind> something that still has to be told to others
refund#<shard>     <time>#<order id>#<key>  money that still has to go back
"""

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from pydantic import BaseModel

from apptier.kit.dynamo import Item
from apptier.kit.models import Address, Contact, DeliveryOption, Money, Totals
from apptier.orders.models import (
    AppliedPromotion,
    OrderLine,
    OrderStatus,
    OrderSummary,
    PaymentStatus,
    PickupStore,
    TimelineKind,
)
from apptier.orders.order_models import Order, OrderPayment, TimelineEntry, Tracking
from apptier.orders.ports import PaymentState
from apptier.orders.promotions_limits import Counter

SHARDS: Final = 4
ORDER_SK: Final = "order"
# Nothing that can be taken for something else when read aloud or written by hand: no 0 O Q, 1 I L, 2 Z, 5 S,
# 8 B, U V.
_NUMBER_CHARS: Final = "34679ACDEFGHJKMNPRTWXY"
_MODELS: Final[dict[str, type[BaseModel]]] = {
    "contact": Contact,
    "address": Address,
    "pickup": PickupStore,
    "delivery_option": DeliveryOption,
    "totals": Totals,
    "tracking": Tracking,
}
_LISTS: Final[dict[str, type[BaseModel]]] = {
    "lines": OrderLine,
    "promotions": AppliedPromotion,
    "timeline": TimelineEntry,
}
LONGEST_TIMELINE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order; what was ordered never changes.

    Attributes:
        token_hash: SHA-256 of the token that opens it for a guest.
        return_url: Where the payment page sends the browser, with the order's id filled in.
        payment_id: None from the moment the order is made until the payment service has answered.
        payment_url: Where to pay.
        hold_until: RFC 3339; unpaid by then, it is given up.
        cart_version: The cart's, when the order took hold of it.
        counted: Uses of limited promotions that it has taken.
        refunded: Minor units that go back, or have gone back.
        events: Ids of the warehouse's events that it has heard, the latest at the end.
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
    address: Address | None
    pickup: PickupStore | None
    delivery_option: DeliveryOption
    promotions: tuple[AppliedPromotion, ...]
    totals: Totals
    return_url: str
    payment_method: str
    cart_version: int
    counted: tuple[Counter, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    tracking: Tracking | None = None
    refunded: int = 0
    events: tuple[str, ...] = ()
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
        item |= {name: _dumped(getattr(self, name)) for name in _MODELS}
        item |= {name: [one.model_dump() for one in getattr(self, name)] for name in _LISTS}
        item |= order_key(self.id) | {"counted": [asdict(one) for one in self.counted]}
        if self.customer_id is None:
            del item["customer_id"]
        return item

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> "StoredOrder":
        """From how DynamoDB keeps it."""
        item = _completed(item)
        plain = {name: item[name] for name in cls.__slots__ if name in item}
        models = {name: _loaded(model, item[name]) for name, model in _MODELS.items()}
        lists = {
            name: tuple(model.model_validate(one) for one in item[name]) for name, model in _LISTS.items()
        }
        rest = {
            "id": item["pk"],
            "counted": tuple(Counter(**one) for one in item["counted"]),
            "events": tuple(item["events"]),
        }
        return cls(**{"customer_id": None} | plain | models | lists | rest)

    @property
    def awaiting(self) -> bool:
        """Whether it can still be paid or given up."""
        return self.status == "awaiting_payment"

    @property
    def given_up(self) -> bool:
        """Whether its stock went back because it wasn't paid."""
        return self.status in {"payment_failed", "cancelled"}

    @property
    def paid(self) -> bool:
        """Whether it was paid and something of it is still to be had."""
        return self.payment_status == "approved" and self.status != "refunded"

    @property
    def currency(self) -> str:
        """ISO 4217 code of all its amounts."""
        return self.totals.total.currency

    def with_entry(self, kind: TimelineKind, at: str, detail: str = "") -> "StoredOrder":
        """With something more in its timeline, at its place in time; a full timeline takes no more."""
        if len(self.timeline) >= LONGEST_TIMELINE:
            return self
        entry = TimelineEntry(kind=kind, at=at, detail=detail)
        return replace(self, timeline=tuple(sorted((*self.timeline, entry), key=lambda one: one.at)))

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
            timeline=(TimelineEntry(kind="created", at=self.created_at, detail=""),),
            lines=tuple(line.model_copy(update={"backordered": 0, "refunded": 0}) for line in self.lines),
            tracking=None,
            refunded=0,
        )

    def shown(self) -> Order:
        """As the contract shows it; only once its payment is known."""
        if self.payment_id is None:
            raise ValueError(f"order {self.id} has no payment yet")
        names = (name for name in Order.model_fields if name not in {"payment", *_LISTS})
        pending = self.payment_status == "pending"
        payment = OrderPayment(
            id=self.payment_id,
            method=self.payment_method,
            status=self.payment_status,
            redirect_url=self.payment_url if pending else None,
            refunded=Money(amount=self.refunded, currency=self.currency),
        )
        values = {name: getattr(self, name) for name in names}
        lists: dict[str, Any] = {name: list(getattr(self, name)) for name in _LISTS}
        return Order(**values, **lists, payment=payment)

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


def _completed(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item with what orders had not yet when there were neither promotions nor pick-up."""
    if "timeline" in item:
        return item
    none = {"amount": 0, "currency": item["totals"]["total"]["currency"]}
    totals = {"discount": none, "tax_basis_points": 0, "estimated": False, **item["totals"]}
    created = {"kind": "created", "at": item["created_at"], "detail": ""}
    return {
        **item,
        "totals": totals,
        "lines": [{"discount": none, **line} for line in item["lines"]],
        "timeline": [created],
        "payment_method": "card",
        "cart_version": 0,
        **dict.fromkeys(("promotions", "counted", "events"), ()),
        **dict.fromkeys(("pickup", "tracking")),
    }


def order_key(order_id: str) -> Item:
    """The key of an order."""
    return {"pk": order_id, "sk": ORDER_SK}


def number_key(number: str) -> Item:
    """The key of the row that says which order has a number."""
    return {"pk": f"number#{number}", "sk": ORDER_SK}


def refund_key(order_id: str, key: str, at: str) -> Item:
    """The key of money that has to go back."""
    return {"pk": f"refund#{_shard(order_id)}", "sk": f"{at}#{order_id}#{key}"}


def _dumped(model: BaseModel | None) -> Any:
    return model.model_dump() if model else None


def _loaded(model: type[BaseModel], raw: Any) -> BaseModel | None:
    return model.model_validate(raw) if raw else None


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

    35 random bits: one that is taken comes rarely, and then the row under `number_key` refuses it.
    """
    chars = "".join(secrets.choice(_NUMBER_CHARS) for _ in range(8))
    return f"SF-{chars[:4]}-{chars[4:]}"
