"""What a refusal of the order service says beyond its code, read with types.

The members come off a wire and their document is not a model's, so each reader answers None for a member
that is missing or not of its kind: a refusal stays a refusal whatever its details look like.
"""

from enum import StrEnum

import msgspec

from storefront.core import Money, Sku, UpstreamRefused


class OrderCode(StrEnum):
    """The stable codes (contracts/orders.yaml) that the shop tells apart."""

    UNKNOWN_SKU = "unknown_sku"
    INSUFFICIENT_STOCK = "insufficient_stock"
    QUANTITY_LIMIT = "quantity_limit"
    LINE_LIMIT = "line_limit"
    CART_LOCKED = "cart_locked"
    CART_CHANGED = "cart_changed"
    CART_EXPIRED = "cart_expired"
    CART_MERGED = "cart_merged"
    CART_INCOMPLETE = "cart_incomplete"
    TOTAL_CHANGED = "total_changed"
    VERSION_MISMATCH = "version_mismatch"
    UNKNOWN_DELIVERY_OPTION = "unknown_delivery_option"
    ORDER_PAID = "order_paid"
    REQUEST_IN_PROGRESS = "request_in_progress"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    VALIDATION_FAILED = "validation_failed"
    COUNTRY_NOT_SERVED = "country_not_served"
    POSTCODE_INVALID = "postcode_invalid"
    STORE_NOT_OFFERED = "store_not_offered"
    UNKNOWN_PAYMENT_METHOD = "unknown_payment_method"
    UNKNOWN_CODE = "unknown_code"
    CODE_EXPIRED = "code_expired"
    CODE_NOT_STARTED = "code_not_started"
    CODE_USED_UP = "code_used_up"
    CODE_LIMIT = "code_limit"
    ORDER_NOT_FOUND = "order_not_found"
    TOO_MANY_TRIES = "too_many_tries"


def available(error: UpstreamRefused) -> int | None:
    """With `insufficient_stock`: how many can still be bought."""
    return _count(error, "available", least=0)


def cart_version(error: UpstreamRefused) -> int | None:
    """With `version_mismatch` and `cart_changed`: the cart's version now."""
    return _count(error, "cart_version", least=1)


def short_sku(error: UpstreamRefused) -> Sku | None:
    """With `insufficient_stock`: which SKU."""
    value = error.extensions.get("sku")
    return Sku(value) if isinstance(value, str) and value else None


def new_total(error: UpstreamRefused) -> Money | None:
    """With `total_changed`: what it costs now."""
    try:
        return msgspec.convert(error.extensions.get("total"), Money)
    except (msgspec.ValidationError, ValueError):
        return None


def _count(error: UpstreamRefused, name: str, *, least: int) -> int | None:
    value = error.extensions.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        return None
    return value
