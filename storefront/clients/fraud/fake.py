"""A fraud screen for tests: says what it is told to say and remembers what it was asked."""

from storefront.clients.failing import Failing
from storefront.clients.fraud.models import ALLOW, SignInAttempt, Verdict


class FakeScreen(Failing):
    """Answers `verdict`. `attempts` lists what it was asked, in order."""

    def __init__(self, verdict: Verdict = ALLOW) -> None:
        super().__init__("fraud")
        self.verdict = verdict
        self.attempts: list[SignInAttempt] = []

    def screen(self, attempt: SignInAttempt) -> Verdict:
        """`verdict`, or the failure that a test switched on."""
        with self._call("screen"):
            self.attempts.append(attempt)
            return self.verdict
