"""What the shop asks of a fraud screen: the port for adapters, of which this shop has none yet."""

from typing import Protocol

from storefront.clients.fraud.models import SignInAttempt, Verdict


class FraudScreen(Protocol):
    """Judges sign-ins. Thread-safe; opens nothing when made.

    An adapter may raise and may be slow: `Guarded` stands before it and lets the sign-in go on.
    """

    def screen(self, attempt: SignInAttempt) -> Verdict:
        """What to do with a sign-in whose password was right."""
        ...
