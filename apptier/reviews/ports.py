"""What the reviews service needs of its neighbours; adapters join it to the real ones."""

from typing import Protocol


class NotKnown(Exception):  # noqa: N818 - says what happened
    """The order service gave no usable answer. The message is for the log."""


class ProductsPort(Protocol):
    """The catalogue."""

    def sold(self, handle: str) -> bool:
        """Whether some market sells a product of that name. Raises Problem 503 when that can't be told."""
        ...


class OrdersPort(Protocol):
    """The order service."""

    def bought(self, number: str, email: str, handle: str) -> bool:
        """Whether a placed order with this number and e-mail address holds the product.

        Raises:
            NotKnown: that can't be told now.
        """
        ...
