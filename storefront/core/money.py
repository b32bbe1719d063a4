"""Money as integer minor units with its currency, so that no price is ever a float or loses its unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from storefront.core.errors import CurrencyMismatchError

_CODE_LENGTH = 3
# What the contracts allow on a wire, in minor units (contracts/common.yaml).
_MOST = 99_999_999_999


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, pence, yen) of one currency.

    `amount` is an integer count of minor units and may be negative (refunds, discounts).
    `currency` is an ISO 4217 alphabetic code in capitals. Values that are not so raise ValueError.

    Sums may grow beyond any bound; what is decoded may not: there the contracts' range and pattern hold, and
    an error names the very member.
    """

    amount: Annotated[int, Meta(ge=-_MOST, le=_MOST)]
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            raise ValueError(f"money counts whole minor units, not {self.amount!r}")  # noqa: TRY004 - one error
        code = self.currency
        if not (len(code) == _CODE_LENGTH and code.isascii() and code.isalpha() and code.isupper()):
            raise ValueError(f"not an ISO 4217 currency code: {code!r}")

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in `currency`."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """Sum of `amounts`, zero for none; all must be in `currency`, else CurrencyMismatchError."""
        total = cls.zero(currency)
        for amount in amounts:
            total = total + amount
        return total

    def __add__(self, other: "Money") -> "Money":
        """Sum of two amounts of the same currency; CurrencyMismatchError otherwise."""
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Difference of two amounts of the same currency; CurrencyMismatchError otherwise."""
        return Money(self.amount - self._same(other).amount, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        """The price of `quantity` such things. Fractions are refused: rounding is the backend's business."""
        if not isinstance(quantity, int) or isinstance(quantity, bool):
            raise TypeError(f"money multiplies by whole quantities, not {quantity!r}")
        return Money(self.amount * quantity, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        """Whether this is the smaller amount; CurrencyMismatchError across currencies."""
        return self.amount < self._same(other).amount

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatchError(self.currency, other.currency)
        return other
