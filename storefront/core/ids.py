"""Names for the kinds of identifier that travel between packages, and the making of new ones."""

import secrets
from typing import NewType

ProductId = NewType("ProductId", str)
Sku = NewType("Sku", str)
CartId = NewType("CartId", str)
LineId = NewType("LineId", str)
OrderId = NewType("OrderId", str)
CustomerId = NewType("CustomerId", str)
StoreId = NewType("StoreId", str)
RequestId = NewType("RequestId", str)

_SECRET_BYTES = 32
_REQUEST_ID_BYTES = 16


def new_request_id() -> RequestId:
    """128 random bits in hexadecimal: unique enough to find one request in a fleet's logs."""
    return RequestId(secrets.token_hex(_REQUEST_ID_BYTES))


def new_secret() -> str:
    """256 random bits, URL-safe: for cookies and tokens that must not be guessed."""
    return secrets.token_urlsafe(_SECRET_BYTES)
