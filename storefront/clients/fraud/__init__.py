"""Fraud screening at sign-in: a port, a twin that allows everything, and the guard that stands before any."""

from storefront.clients.fraud.guarded import SCREEN_SECONDS, UNSCREENED, Guarded
from storefront.clients.fraud.models import ALLOW, Decision, SignInAttempt, Verdict
from storefront.clients.fraud.null import NullScreen
from storefront.clients.fraud.port import FraudScreen

__all__ = [
    "ALLOW",
    "SCREEN_SECONDS",
    "UNSCREENED",
    "Decision",
    "FraudScreen",
    "Guarded",
    "NullScreen",
    "SignInAttempt",
    "Verdict",
]
