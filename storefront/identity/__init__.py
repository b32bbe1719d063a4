"""People: the port to the identity provider, its errors and values.

Importing this opens nothing and loads neither boto3 nor warrant-lite: what talks to Cognito is in
`storefront.identity.cognito`, which the composition root alone imports.
"""

from storefront.identity.errors import (
    ChallengeExpired,
    ExpiredCode,
    IdentityRefused,
    NotConfirmed,
    NotSupported,
    RefreshRefused,
    ResetRequired,
    TokenRefused,
    TooManyTries,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.people import Passkeys, People
from storefront.identity.tokens import Challenge, ChallengeName, Outcome, Passkey, Person, Tokens

__all__ = [
    "Challenge",
    "ChallengeExpired",
    "ChallengeName",
    "ExpiredCode",
    "IdentityRefused",
    "NotConfirmed",
    "NotSupported",
    "Outcome",
    "Passkey",
    "Passkeys",
    "People",
    "Person",
    "RefreshRefused",
    "ResetRequired",
    "TokenRefused",
    "Tokens",
    "TooManyTries",
    "WeakPassword",
    "WrongCode",
    "WrongCredentials",
]
