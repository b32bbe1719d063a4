"""What a pool's refusals mean to a page: its error codes as ours.

Most codes mean one thing. Three depend on what was asked: NotAuthorizedException and UserNotFoundException
are whatever the caller says `denied` is, InvalidParameterException what it says `odd` is.
"""

from collections.abc import Mapping
from types import MappingProxyType

from storefront.aws import AwsRefused
from storefront.core import StorefrontError, UpstreamInvalid
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

Refusal = type[IdentityRefused]
TAKEN = "UsernameExistsException"
"""The code of the WrongCredentials that a sign-up with a known address raises."""

_BY_CODE: Mapping[str, Refusal] = MappingProxyType(
    {
        TAKEN: WrongCredentials,
        "AliasExistsException": WrongCode,
        "CodeMismatchException": WrongCode,
        "EnableSoftwareTokenMFAException": WrongCode,
        "ExpiredCodeException": ExpiredCode,
        "LimitExceededException": TooManyTries,
        "TooManyFailedAttemptsException": TooManyTries,
        "RefreshTokenReuseException": RefreshRefused,
        "UserNotConfirmedException": NotConfirmed,
        "PasswordResetRequiredException": ResetRequired,
        "WebAuthnChallengeNotFoundException": ChallengeExpired,
        "WebAuthnClientMismatchException": WrongCredentials,
        "WebAuthnCredentialNotSupportedException": WrongCredentials,
        "WebAuthnOriginNotAllowedException": WrongCredentials,
        "WebAuthnRelyingPartyMismatchException": WrongCredentials,
        "FeatureUnavailableInTierException": NotSupported,
        "InvalidAction": NotSupported,  # the local emulator's word for an operation that it lacks
        "MFAMethodNotFoundException": NotSupported,
        "SoftwareTokenMFANotFoundException": NotSupported,
        "UnsupportedOperationException": NotSupported,
        "WebAuthnConfigurationMissingException": NotSupported,
        "WebAuthnNotEnabledException": NotSupported,
    }
)
_DENIED = frozenset(
    {
        "NotAuthorizedException",
        "UnauthorizedException",
        "UnsupportedTokenTypeException",
        "UserLambdaValidationException",  # the pool's own hook said no
        "UserNotFoundException",
    }
)
_POLICY: tuple[tuple[str, str], ...] = (
    ("long", "too_short"),
    ("length", "too_short"),
    ("lowercase", "lowercase"),
    ("uppercase", "uppercase"),
    ("numeric", "number"),
    ("symbol", "symbol"),
    ("space", "spaces"),
)


def refusal(
    error: AwsRefused, operation: str, *, denied: Refusal, odd: Refusal | None, proven: bool
) -> StorefrontError:
    """Ours for the pool's: an IdentityRefused, or UpstreamInvalid for what should never be said to us."""
    code, words = error.code, error.detail.lower()
    if code in _DENIED:
        return _denied(words, denied)(operation, code)
    if code == "CodeMismatchException" and "session" in words:
        return ChallengeExpired(operation, code)
    if code == "InvalidPasswordException" or (code == "InvalidParameterException" and "password" in words):
        return WeakPassword(operation, code, reasons=_reasons(words))
    if code == "PasswordHistoryPolicyViolationException":
        return WeakPassword(operation, code, reasons=("used_before",))
    if code == "InvalidParameterException" and odd is not None:
        return odd(operation, code)
    kind = _BY_CODE.get(code)
    if kind is None:
        return UpstreamInvalid(error.upstream, operation, f"refused with {error.status} {code}")
    if issubclass(kind, NotConfirmed | ResetRequired):
        return kind(operation, code, proven=proven)
    return kind(operation, code)


def _denied(words: str, denied: Refusal) -> Refusal:
    """`denied`, unless the pool says more. It does so in words only; where they change, `denied` stands."""
    if "attempts exceeded" in words:
        return TooManyTries
    if denied is TokenRefused and "incorrect username or password" in words:
        return WrongCredentials  # the token is fine, the old password that came with it is not
    return denied


def _reasons(words: str) -> tuple[str, ...]:
    """The rules that a password breaks, as far as the pool's sentence says."""
    found = [reason for word, reason in _POLICY if word in words]
    return tuple(dict.fromkeys(found))
