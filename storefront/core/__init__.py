"""Values and errors that every other package speaks in. Imports nothing of the project."""

from storefront.core.clock import Clock, ManualClock, SystemClock
from storefront.core.errors import (
    Conflict,
    CurrencyMismatchError,
    FieldProblem,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    Reason,
    StorefrontError,
    Unauthorized,
    UpstreamError,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
    refusal,
)
from storefront.core.ids import (
    CartId,
    CustomerId,
    LineId,
    OrderId,
    ProductId,
    RequestId,
    Sku,
    StoreId,
    new_request_id,
    new_secret,
)
from storefront.core.money import Money
from storefront.core.page import Page
from storefront.core.structs import build_structs

__all__ = [
    "CartId",
    "Clock",
    "Conflict",
    "CurrencyMismatchError",
    "CustomerId",
    "FieldProblem",
    "Gone",
    "Invalid",
    "LineId",
    "ManualClock",
    "Money",
    "NotFound",
    "OrderId",
    "Page",
    "PreconditionFailed",
    "ProductId",
    "Reason",
    "RequestId",
    "Sku",
    "StoreId",
    "StorefrontError",
    "SystemClock",
    "Unauthorized",
    "UpstreamError",
    "UpstreamInvalid",
    "UpstreamRefused",
    "UpstreamUnavailable",
    "build_structs",
    "new_request_id",
    "new_secret",
    "refusal",
]
