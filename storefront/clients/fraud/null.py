"""The screen of a shop that has none: every sign-in goes on."""

from storefront.clients.fraud.models import ALLOW, SignInAttempt, Verdict


class NullScreen:
    """Allows everything, at no cost."""

    def screen(self, attempt: SignInAttempt) -> Verdict:
        """Always `ALLOW`."""
        del attempt
        return ALLOW
