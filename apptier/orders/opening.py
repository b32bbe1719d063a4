"""The two things that open a cart or an order for whoever holds them: the cart secret and the order token.

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
        key: ORDER_SECRET_KEY: the order service's own, whatever other services may know.
        fallbacks: Keys of before. What was made under one of them is told again as it was told first; what
            was handed out keeps working in any case.
    """

    key: str
    fallbacks: tuple[str, ...] = ()

    def cart_secret(self, cart_id: str, generation: int = 0) -> str:
        """The secret of a cart: 256 bits, base64url; each `generation` of it has another."""
        return _derived(self.key, "cart-secret", _subject(cart_id, generation))

    def order_token(self, order_id: str) -> str:
        """The token of a new order: 256 bits, base64url."""
        return _derived(self.key, "order-token", order_id)

    def known_cart_secret(self, cart_id: str, stored: str, generation: int = 0) -> str:
        """The secret of a cart that was made before, by its stored fingerprint."""
        return self._known("cart-secret", _subject(cart_id, generation), stored)

    def known_order_token(self, order_id: str, stored: str) -> str:
        """The token of an order that was made before, by its stored fingerprint."""
        return self._known("order-token", order_id, stored)

    def _known(self, purpose: str, subject: str, stored: str) -> str:
        """What fits the fingerprint; of the present key where none does, which opens nothing."""
        made = [_derived(key, purpose, subject) for key in (self.key, *self.fallbacks)]
        return next((secret for secret in made if opens(secret, stored)), made[0])


def _subject(cart_id: str, generation: int) -> str:
    return f"{cart_id}#{generation}" if generation else cart_id


def _derived(key: str, purpose: str, subject: str) -> str:
    digest = hmac.new(key.encode(), f"{purpose}\x00{subject}".encode(), hashlib.sha256).digest()
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
