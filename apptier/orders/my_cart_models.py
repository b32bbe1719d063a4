"""The bodies of contracts/orders.yaml about the carts of customers."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from apptier.kit.models import LOCALE, MARKET, Id, Sku, StrictModel, not_null
from apptier.orders.models import Cart, CountryCode, Quantity


class GuestCart(StrictModel):
    """The cart that a browser had as a guest, and what opens it."""

    cart_id: Id
    secret: Annotated[str, Field(min_length=32, max_length=100)]


class OpenMyCart(StrictModel):
    """Which cart a customer wants to have opened, and what to put into it."""

    market: Annotated[str, Field(pattern=MARKET)]
    locale: Annotated[str, Field(pattern=LOCALE)]
    country: Annotated[CountryCode | None, BeforeValidator(not_null)] = None
    guest: GuestCart | None


class MergedLine(StrictModel):
    """So many of a SKU, as the customer's cart holds it, or the guest's what is left."""

    sku: Sku
    title: Annotated[str, Field(min_length=1, max_length=200)]
    quantity: Quantity


class Merge(StrictModel):
    """What came of putting a guest's cart into a customer's."""

    id: Id
    added: list[MergedLine]
    raised: list[MergedLine]
    left: list[MergedLine]
    left_codes: list[str]


class MyCart(StrictModel):
    """A customer's cart, and what opens it."""

    secret: str
    cart: Cart
    merge: Merge | None
