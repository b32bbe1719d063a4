"""The shapes of contracts/common.yaml as pydantic models: nothing unknown, nothing coerced."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

HANDLE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SKU = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"
ID = r"^[A-Za-z0-9_-]+$"
MARKET = r"^[a-z]{2}$"
LOCALE = r"^[a-z]{2}(-[A-Z]{2})?$"
LARGEST_AMOUNT = 99_999_999_999

Handle = Annotated[str, Field(pattern=HANDLE, min_length=1, max_length=120)]
Sku = Annotated[str, Field(pattern=SKU, min_length=1, max_length=80)]
Id = Annotated[str, Field(pattern=ID, min_length=8, max_length=64)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Version = Annotated[int, Field(ge=1)]
Availability = Literal["in_stock", "low_stock", "out_of_stock"]


class FrozenModel(BaseModel):
    """Refuses unknown fields and coercion; frozen, so that it can be shared by threads."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StrictModel(FrozenModel):
    """What goes over the wire: as strict, and it knows JSON's one kind of number. Lists, not tuples."""

    @model_validator(mode="before")
    @classmethod
    def _whole_floats(cls, data: Any) -> Any:
        """JSON has one kind of number: 3.0 is an integer there (JSON Schema 2020-12, section 6.1.1)."""
        if not isinstance(data, dict) or not any(type(value) is float for value in data.values()):
            return data
        whole = {name for name, value in data.items() if type(value) is float and value.is_integer()}
        return {name: int(value) if name in whole else value for name, value in data.items()}


def not_null(value: Any) -> Any:
    """For BeforeValidator: an optional member is left out, never null."""
    if value is None:
        raise ValueError("leave it out instead of null")
    return value


class OptionalFieldsModel(StrictModel):
    """A model whose fields of None are left out on the wire, and may not come as null."""

    @model_serializer(mode="wrap")
    def _without_none(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


def _optional(max_length: int) -> Any:
    return Field(default=None, max_length=max_length)


OptionalText = Annotated[str | None, BeforeValidator(not_null)]


class Money(StrictModel):
    """An exact amount in the currency's minor unit (ISO 4217)."""

    amount: Annotated[int, Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
    currency: Currency


class Image(StrictModel):
    """A picture in several widths and formats; the file is at `{base}-{width}.{format}`."""

    base: Annotated[str, Field(min_length=1, max_length=400)]
    widths: Annotated[list[Annotated[int, Field(ge=16, le=4096)]], Field(min_length=1, max_length=8)]
    formats: Annotated[list[Literal["avif", "webp", "jpg", "png"]], Field(min_length=1, max_length=4)]
    width: Annotated[int, Field(ge=1, le=10_000)]
    height: Annotated[int, Field(ge=1, le=10_000)]
    alt: Annotated[str, Field(max_length=500)]


class Rating(StrictModel):
    """What reviewers gave on average, of five stars, and how many they are."""

    average: Annotated[float, Field(ge=1, le=5)]
    count: Annotated[int, Field(ge=1)]


class ProductCard(StrictModel):
    """What a list shows of a product, the same way everywhere. Times are RFC 3339 texts."""

    handle: Handle
    title: Annotated[str, Field(min_length=1, max_length=200)]
    vendor: Annotated[str, Field(max_length=120)]
    image: Image | None
    price_from: Money
    compare_at: Money | None
    price_varies: bool
    availability: Availability
    variant_count: Annotated[int, Field(ge=1, le=1000)]
    colours: Annotated[list[str], Field(max_length=50)]
    colour_labels: dict[str, str] = Field(default_factory=dict)
    variant_sku: Sku | None = None
    rating: Rating | None = None
    version: Version
    updated_at: str


class Address(OptionalFieldsModel):
    """Where a parcel goes; `kit.markets` judges country and postcode."""

    line1: Annotated[str, Field(min_length=1, max_length=100)]
    line2: OptionalText = _optional(100)
    company: OptionalText = _optional(100)
    city: Annotated[str, Field(min_length=1, max_length=80)]
    region: OptionalText = _optional(80)
    postcode: Annotated[str, Field(min_length=2, max_length=12)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class Contact(OptionalFieldsModel):
    """Who buys. The operation judges the e-mail address (email-validator), with the pointer `/email`."""

    email: Annotated[str, Field(min_length=3, max_length=254)]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    phone: OptionalText = _optional(32)


class Totals(StrictModel):
    """Everything the shopper will pay: subtotal - discount + delivery, and tax where it is not included.

    `delivery` is None only for a cart without lines; `tax_basis_points` is the rate, 2300 for 23 %.
    """

    subtotal: Money
    discount: Money
    delivery: Money | None
    tax: Money
    tax_basis_points: Annotated[int, Field(ge=0, le=10_000)]
    tax_included: bool
    total: Money
    estimated: bool


class DeliveryOption(StrictModel):
    """One way to send a parcel; the dates are ISO 8601 days."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$", max_length=40)]
    name: Annotated[str, Field(max_length=80)]
    price: Money
    earliest: str
    latest: str
