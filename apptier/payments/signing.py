"""The signature on a webhook: who sent it, when, and that nobody changed it on the way.

The scheme is the one that contracts/orders.yaml names `webhookSignature`: `t=<unix seconds>,v1=<hex>` where
the hex is HMAC-SHA-256 over `<t>.<body>`. The time is inside the signed text, so an old message can't be
given a new date.
"""

import hashlib
import hmac


def sign(secret: str, body: bytes, at: int) -> str:
    """The value of the `Payment-Signature` header for these bytes.

    Args:
        secret: Known to the payment and the order service only.
        body: Exactly the bytes that are sent.
        at: When it is sent, in unix seconds.
    """
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
