"""The two things that open what is a guest's: the cart secret and the order token.

Both are derived with a key of the server, so that the same idempotency key can be answered with the same
secret while only its SHA-256 is stored: a copy of the tables opens no cart and no order.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True)
class Secrets:
    """Makes and checks cart secrets and order tokens.

    Attributes:
        key: Known to the order service only; a new one makes replays answer with secrets that open nothing,
        what was
            handed out before keeps working.
    """

    key: bytes

    def cart_secret(self, cart_id: str) -> str:
        """The secret of a guest's cart: 256 bits, base64url."""
        return self._derive("cart-secret", cart_id)

    def order_token(self, order_id: str) -> str:
        """The token of an order: 256 bits, base64url."""
        return self._derive("order-token", order_id)

    def _derive(self, purpose: str, subject: str) -> str:
        digest = hmac.new(self.key, f"{purpose}\x00{subject}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def fingerprint(secret: str) -> str:
    """What is stored instead of a secret: SHA-256, hexadecimal.

    Enough for 256 random bits, which nobody guesses.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


NO_FINGERPRINT = "0" * 64
"""Compared with when there is nothing else, so that a missing cart takes as long as a foreign one."""


def opens(secret: str, stored: str | None) -> bool:
    """Whether `secret` is the one whose fingerprint is stored; takes the same time whatever the answer."""
    same = hmac.compare_digest(fingerprint(secret), stored or NO_FINGERPRINT)
    return same and stored is not None
