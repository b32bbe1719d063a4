"""A cart as it is stored: values that never change in place, and what can be done to one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from pydantic import BaseModel

from apptier.kit.clock import rfc3339
from apptier.kit.dynamo import Item
from apptier.kit.ids import new_id
from apptier.kit.models import Address, Contact, DeliveryOption, Image, StrictModel, Totals
from apptier.kit.problems import Problem, not_found
from apptier.kit.sales_tax import state_at
from apptier.orders.models import (
    MOST_PER_SKU,
    AppliedPromotion,
    CartStatus,
    CodeState,
    Fulfilment,
)
from apptier.orders.ports import Described
from apptier.stores.models import KnownStore

LIFETIME_SECONDS: Final = 30 * 24 * 3600
"""How long a cart is kept after its last change."""

MOST_LINES: Final = 89
"""An order takes the stock of every line, locks the cart, writes itself, its number, its hold and receipt,
and counts two limits of each of three codes in one transaction, and TransactWriteItems does at most 100
actions (AWS quota): 89 + 5 + 6."""

MOST_CODES: Final = 3

StoredStatus = CartStatus | Literal["merged"]
"""`merged` is a guest's cart that was put into a customer's: nobody is shown one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """A SKU in a cart, with how it was shown and what it cost when it was put there.

    Attributes:
        price: Minor units of the market's currency, for one.
        categories: Slugs of its product's categories and those above them, for promotions.
    """

    id: str
    sku: str
    handle: str
    title: str
    variant_title: str
    image: Image | None
    quantity: int
    price: int
    categories: tuple[str, ...] = ()

    def to_item(self) -> Item:
        """As DynamoDB keeps it."""
        image = self.image.model_dump() if self.image else None
        return {name: getattr(self, name) for name in self.__slots__} | {"image": image}

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> "CartLine":
        """From how DynamoDB keeps it."""
        image = Image.model_validate(item["image"]) if item["image"] else None
        known = {name: item[name] for name in cls.__slots__ if name in item}
        return cls(**known | {"image": image, "categories": tuple(item.get("categories", ()))})


class Agreed(StrictModel):
    """What a cart came to when it was ordered: neither later prices nor later promotions change it.

    `discounts` are of its lines, in their order; `locale` is the language that names and labels are in.
    """

    locale: str = ""
    discounts: list[int]
    delivery_option: DeliveryOption | None
    fulfilment: Fulfilment
    codes: list[CodeState]
    promotions: list[AppliedPromotion]
    totals: Totals


_MODELS: Final[dict[str, type[BaseModel]]] = {
    "contact": Contact,
    "address": Address,
    "pickup": KnownStore,
    "agreed": Agreed,
}


def _dumped(model: BaseModel | None) -> Any:
    return model.model_dump() if model else None


def _loaded(model: type[BaseModel], raw: Any) -> BaseModel | None:
    return model.model_validate(raw) if raw else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCart:
    """A cart; `with_…` methods return a changed copy and raise Problem for what isn't possible.

    Attributes:
        secret_hash: SHA-256 of the secret that opens it.
        generation: Of that secret; a new one is told once its owner has closed their carts.
        customer_id: Whose it is; None for a guest's.
        merge_id: The merge that took this guest's cart, or all of it that fitted, into a customer's.
        merged_version: The version that this merge left it at.
        last_merge: The last merge that put a guest's cart into this one.
        country, postcode: Where it probably goes, as long as there is no address.
        option_id: The delivery option that was chosen, by id; its price is worked out at every look.
        pickup: The store where it is picked up; None when it is sent.
        codes: Promotion codes that were entered, upper case, in that order.
        order_id: The order that holds it, unless it is open.
        agreed: What it came to, while an order holds it.
        expires_at: Unix seconds; expired items may stay in the table for days, so readers have to look.
    """

    id: str
    version: int
    status: StoredStatus
    order_id: str | None
    market: str
    locale: str
    customer_id: str | None
    secret_hash: str
    lines: tuple[CartLine, ...]
    contact: Contact | None
    address: Address | None
    option_id: str | None
    expires_at: int
    updated_at: str
    country: str = ""
    postcode: str | None = None
    pickup: KnownStore | None = None
    payment_method: str = "card"
    codes: tuple[str, ...] = ()
    agreed: Agreed | None = None
    generation: int = 0
    merge_id: str | None = None
    merged_version: int = 0
    last_merge: str | None = None

    def to_item(self) -> Item:
        """As DynamoDB keeps it."""
        item: Item = {name: getattr(self, name) for name in self.__slots__ if name != "id"}
        return item | {
            "pk": self.id,
            "lines": [line.to_item() for line in self.lines],
            **{name: _dumped(getattr(self, name)) for name in _MODELS},
        }

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> "StoredCart":
        """From how DynamoDB keeps it."""
        plain = {name: item[name] for name in cls.__slots__ if name in item}
        return cls(
            **plain
            | {
                "id": item["pk"],
                "lines": tuple(CartLine.of_item(line) for line in item["lines"]),
                "codes": tuple(item.get("codes", ())),
                **{name: _loaded(model, item.get(name)) for name, model in _MODELS.items()},
            }
        )

    @property
    def goes_to(self) -> str:
        """The country whose tax and delivery apply: the store's, the address's, or the one that is likely."""
        if self.pickup is not None:
            return self.pickup.address.country
        return self.address.country if self.address else self.country

    @property
    def state(self) -> str:
        """The state within that country, as far as its sales tax needs it; "" while not known."""
        there = self.pickup.address if self.pickup is not None else self.address
        if there is None:
            return state_at("", self.postcode)
        return state_at(there.region, there.postcode)

    def touched(self, now: datetime) -> "StoredCart":
        """The next version of it, written now, with its lifetime begun anew."""
        expires = int(now.timestamp()) + LIFETIME_SECONDS
        return replace(self, version=self.version + 1, updated_at=rfc3339(now), expires_at=expires)

    @property
    def expires(self) -> str:
        """When it expires, RFC 3339."""
        return rfc3339(datetime.fromtimestamp(self.expires_at, UTC))

    def of_sku(self, sku: str) -> CartLine | None:
        """The line that holds this SKU."""
        return next((line for line in self.lines if line.sku == sku), None)

    def line(self, line_id: str) -> CartLine:
        """The line of that id. Raises Problem 404."""
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise not_found("There is no such line in this cart.")
        return found

    def with_more(self, line: CartLine, quantity: int, price: int) -> "StoredCart":
        """So many more of a line, at today's price. Raises Problem 422 `quantity_limit`."""
        wanted = line.quantity + quantity
        if wanted > MOST_PER_SKU:
            raise Problem(422, "quantity_limit", f"A cart holds at most {MOST_PER_SKU} of one article.")
        return self.with_quantity(line.id, wanted, price)

    def with_new(self, shown: Described, quantity: int, price: int) -> "StoredCart":
        """A new line at the end. Raises Problem 422 `line_limit`."""
        if len(self.lines) >= MOST_LINES:
            raise Problem(422, "line_limit", f"A cart holds at most {MOST_LINES} different articles.")
        new = CartLine(
            id=new_id("lin"),
            sku=shown.sku,
            handle=shown.handle,
            title=shown.title,
            variant_title=shown.variant_title,
            image=shown.image,
            quantity=quantity,
            price=price,
            categories=shown.categories,
        )
        return replace(self, lines=(*self.lines, new))

    def with_quantity(self, line_id: str, quantity: int, price: int) -> "StoredCart":
        """A line's quantity set, and its price as it is now taken as known to the shopper.

        Raises Problem 404.
        """
        old = self.line(line_id)
        new = replace(old, quantity=quantity, price=price)
        return replace(self, lines=tuple(new if line is old else line for line in self.lines))

    def without(self, line_id: str) -> "StoredCart":
        """A line taken out. Raises Problem 404."""
        old = self.line(line_id)
        return replace(self, lines=tuple(line for line in self.lines if line is not old))
