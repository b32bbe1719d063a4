"""What can happen to a payment, as a table: only a pending one changes, and it changes once.

pending ──approve──> approved
   │────decline────> declined
   │────cancel─────> cancelled
   └────challenge──> pending, with a code still to be given
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """How a payment stands; everything but pending is for good."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether it can't change any more."""
        return self is not Status.PENDING


METHODS: Final = ("card", "bank", "wallet")
"""How the test provider lets one pay; the shop offers some of them in each market."""

CHALLENGE_CODE: Final = "123456"
"""The code that the challenge page of the test provider takes; the page says so itself."""

CHALLENGE_TRIES: Final = 3
"""A wrong code this many times declines the payment, as card issuers do."""


def after_wrong_code(tries_before: int) -> Status:
    """How a payment stands after one more wrong code, when there were `tries_before` wrong ones already."""
    return Status.DECLINED if tries_before + 1 >= CHALLENGE_TRIES else Status.PENDING
