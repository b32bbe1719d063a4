"""Proving a password without sending it (SRP-6a, as Cognito does it): warrant-lite, its faults kept out.

Loaded at the first sign-in of a process and never before, so that nothing of it can slow or break a start.
What warrant-lite does differently, and why that is not used:

- it sets the locale of the whole process to write a date (and fails where `en_US` is missing): we write the
  date ourselves;
- it accepts a B that is 0 modulo N, with which whoever poses as the pool would know the key: we refuse it;
- it answers under the name that was typed, not under the one the pool asked for: we use the pool's;
- it drops the `Session` and takes challenges for tokens: `storefront.identity.entrance` makes the calls;
- its `verify_token` believes issuer and audience of the token itself: `storefront.identity.verify` does it.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from warrant_lite import (  # type: ignore[import-untyped]
    WarrantLite,
    calculate_u,
    compute_hkdf,
    hash_sha256,
    hex_hash,
    hex_to_long,
    long_to_hex,
    pad_hex,
)

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# N has 3,072 bits; a longer B is nonsense that would only cost time.
_MOST_HEX_DIGITS = 1024
Power = Callable[[int, int, int], int]


def _fastest_power() -> Power:
    """pow() for secret exponents: GMP's, which is 6 times faster and takes the same time for all of them.

    It lets other threads run meanwhile: a proof takes tens of milliseconds, and a page from memory one.
    """
    try:
        import gmpy2  # type: ignore[import-untyped]  # noqa: PLC0415 - there is no wheel for every platform, and pow() does it too
    except ImportError:
        return pow

    def power(base: int, exponent: int, modulus: int) -> int:
        with gmpy2.context(gmpy2.get_context(), allow_release_gil=True):
            return int(gmpy2.powmod_sec(base % modulus, exponent, modulus))

    return power


class ChallengeInvalid(ValueError):  # noqa: N818 - says what happened
    """The pool's challenge cannot be answered safely, or at all."""


@dataclass(frozen=True, slots=True)
class _NoClient:
    """Stands where warrant-lite wants a boto3 client, which it would otherwise make itself."""


class SrpProof(WarrantLite):  # type: ignore[misc]
    """One sign-in's side of the exchange: `get_auth_params` opens it, `process_challenge` proves.

    Not to be used twice: the secret number of one exchange must not answer another.
    """

    def __init__(
        self,
        username: str,
        password: str,
        *,
        pool_id: str,
        client_id: str,
        client_secret: str = "",
        now: Callable[[], datetime],
        power: Power | None = None,
    ) -> None:
        self._power = power or _fastest_power()
        self._now = now
        super().__init__(
            username, password, pool_id, client_id, client=_NoClient(), client_secret=client_secret or None
        )

    def calculate_a(self) -> int:
        """A = g^a mod N."""
        return self._power(self.g, self.small_a_value, self.big_n)

    def get_password_authentication_key(
        self, username: str, password: str, server_b_value: int, salt: str
    ) -> bytes:
        """The key that only the password, or the pool's verifier of it, can give. Raises ChallengeInvalid.

        RFC 5054, section 2.5.3, wants the exchange ended when B mod N is 0, and SRP-6a when u is.
        """
        if server_b_value % self.big_n == 0:
            raise ChallengeInvalid("B is 0 modulo N")
        u_value = calculate_u(self.large_a_value, server_b_value)
        if u_value == 0:
            raise ChallengeInvalid("u is 0")
        inner = hash_sha256(f"{self._pool_name}{username}:{password}".encode())
        x_value = hex_to_long(hex_hash(pad_hex(hex_to_long(salt)) + inner))
        base = (server_b_value - self.k * self._power(self.g, x_value, self.big_n)) % self.big_n
        s_value = self._power(base, self.small_a_value + u_value * x_value, self.big_n)
        key: bytes = compute_hkdf(
            bytearray.fromhex(pad_hex(s_value)), bytearray.fromhex(pad_hex(long_to_hex(u_value)))
        )
        return key

    def process_challenge(self, challenge_parameters: Mapping[str, str]) -> dict[str, str]:
        """The ChallengeResponses of PASSWORD_VERIFIER. Raises ChallengeInvalid."""
        try:
            user_id = challenge_parameters["USER_ID_FOR_SRP"]
            name = challenge_parameters.get("USERNAME") or user_id
            salt, srp_b = challenge_parameters["SALT"], challenge_parameters["SRP_B"]
            block = challenge_parameters["SECRET_BLOCK"]
            if max(len(salt), len(srp_b)) > _MOST_HEX_DIGITS:
                raise ChallengeInvalid("a number is too long")
            key = self.get_password_authentication_key(user_id, self.password, hex_to_long(srp_b), salt)
            secret = base64.b64decode(block, validate=True)
        except (KeyError, binascii.Error, ValueError) as error:
            raise ChallengeInvalid(type(error).__name__) from error
        timestamp = srp_timestamp(self._now())
        message = f"{self._pool_name}{user_id}".encode() + secret + timestamp.encode()
        signature = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
        responses = {
            "TIMESTAMP": timestamp,
            "USERNAME": name,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": signature,
        }
        if self.client_secret is not None:
            responses["SECRET_HASH"] = self.get_secret_hash(name, self.client_id, self.client_secret)
        return responses

    def verify_token(self, *_: object) -> None:
        """Not this way: it would believe the issuer and audience that the token names itself."""
        raise NotImplementedError("tokens are verified by storefront.identity.verify")

    @property
    def _pool_name(self) -> str:
        """The pool's id without its region."""
        return str(self.pool_id).partition("_")[2]


def srp_timestamp(moment: datetime) -> str:
    """`moment` (in UTC) as Cognito reads it: English in any locale, the day without a leading zero."""
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment.day} {moment:%H:%M:%S} UTC {moment.year}"
