"""The shapes that several contracts share (contracts/common.yaml), and the kinds of value they are made of.

Every model is frozen and closed: members the contract does not know are dropped while decoding, missing or
wrong ones are refused. Amounts of money are `storefront.core.Money` (integer minor units and ISO 4217
currency), times are aware datetimes (RFC 3339), lists are tuples.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from storefront.core import Money, Sku

# The patterns are the contracts' own; `\Z` because ECMA 262, which JSON Schema follows, lets no line end pass
# at `$` as Python would.
HANDLE_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"
ID_PATTERN = r"^[A-Za-z0-9_-]+\Z"
SKU_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._/-]*\Z"

ID = Meta(pattern=ID_PATTERN, min_length=8, max_length=64)
"""The constraint on identifiers that the backend makes: of carts, lines, orders, payments, stores."""

Version = Annotated[int, Meta(ge=1)]
Time = Annotated[datetime, Meta(tz=True)]
Count = Annotated[int, Meta(ge=0)]
Quantity = Annotated[int, Meta(ge=1, le=99)]
Handle = Annotated[str, Meta(pattern=HANDLE_PATTERN, min_length=1, max_length=120)]
SkuText = Annotated[Sku, Meta(pattern=SKU_PATTERN, min_length=1, max_length=80)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9_]+\Z")]
CountryCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
MarketCode = Annotated[str, Meta(pattern=r"^[a-z]{2}\Z")]
PersonName = Annotated[str, Meta(min_length=1, max_length=120)]
NonEmpty = Annotated[str, Meta(min_length=1)]
Availability = Literal["in_stock", "low_stock", "out_of_stock"]
ImageFormat = Literal["avif", "webp", "jpg", "png"]
Pixels = Annotated[int, Meta(ge=1, le=10_000)]


class Image(Struct, frozen=True, kw_only=True):
    """A picture in several widths and formats; `width` and `height` are the largest's, in pixels."""

    base: Annotated[str, Meta(min_length=1, max_length=400)]
    widths: Annotated[tuple[Annotated[int, Meta(ge=16, le=4096)], ...], Meta(min_length=1, max_length=8)]
    formats: Annotated[tuple[ImageFormat, ...], Meta(min_length=1, max_length=4)]
    width: Pixels
    height: Pixels
    alt: Annotated[str, Meta(max_length=500)]

    def url(self, width: int, image_format: ImageFormat) -> str:
        """Where the file of one width (pixels, one of `widths`) and one of `formats` is."""
        return f"{self.base}-{width}.{image_format}"


class Rating(Struct, frozen=True, kw_only=True):
    """What reviewers gave on average, of five stars, and how many they are."""

    average: Annotated[float, Meta(ge=1, le=5)]
    count: Annotated[int, Meta(ge=1)]


class ProductCard(Struct, frozen=True, kw_only=True):
    """What a list shows of a product, the same way everywhere.

    `variant_sku` is the variant that the card shows: the only one, or the one in a colour that was asked for
    (`image` is its picture then).

    `colours` are the words that filters and swatches know; `colour_labels` says what they are called in the
    answer's language, where that is another word.
    """

    handle: Handle
    title: Title
    vendor: Annotated[str, Meta(max_length=120)]
    image: Image | None
    price_from: Money
    compare_at: Money | None
    price_varies: bool
    availability: Availability
    variant_count: Annotated[int, Meta(ge=1, le=1000)]
    colours: Annotated[tuple[str, ...], Meta(max_length=50)]
    colour_labels: Mapping[str, NonEmpty] = field(default_factory=dict)
    variant_sku: SkuText | None = None
    rating: Rating | None = None
    version: Version
    updated_at: Time


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a parcel goes. `country` is ISO 3166-1 alpha-2; empty optional lines are not sent."""

    line1: Annotated[str, Meta(min_length=1, max_length=100)]
    line2: Annotated[str, Meta(max_length=100)] = ""
    company: Annotated[str, Meta(max_length=100)] = ""
    city: Annotated[str, Meta(min_length=1, max_length=80)]
    region: Annotated[str, Meta(max_length=80)] = ""
    postcode: Annotated[str, Meta(min_length=2, max_length=12)]
    country: CountryCode


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who buys. An empty `phone` is not sent; the backend checks the email address (RFC 5321)."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    name: PersonName
    phone: Annotated[str, Meta(max_length=32)] = ""


class Totals(Struct, frozen=True, kw_only=True):
    """Everything the shopper will pay: subtotal - discount + delivery, and tax on top where not included.

    `delivery` is None only for a cart without lines; while `estimated` it is the cheapest way to the
    estimated country. `discount` is what promotions take off goods and delivery, 0 or more.
    `tax_basis_points` is the rate of the country it goes to (2300 is 23 %). Where `tax_included`, prices
    already hold the tax and `tax` is the part of `total` that is tax.
    """

    subtotal: Money
    discount: Money
    delivery: Money | None
    tax: Money
    tax_basis_points: Annotated[int, Meta(ge=0, le=10_000)]
    tax_included: bool
    total: Money
    estimated: bool


class DeliveryOption(Struct, frozen=True, kw_only=True):
    """One way to send a parcel, what it costs, and the first and last day it may arrive."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9_]+\Z", max_length=40)]
    name: Annotated[str, Meta(max_length=80)]
    price: Money
    earliest: date
    latest: date
