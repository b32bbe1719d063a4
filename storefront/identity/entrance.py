"""Signing in to a pool and staying signed in: SRP, challenges, refresh, sign-out."""

import base64
import logging
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import jwt

from storefront.core import UpstreamError, UpstreamInvalid
from storefront.identity import inputs
from storefront.identity.errors import (
    ChallengeExpired,
    IdentityRefused,
    NotSupported,
    RefreshRefused,
    TokenRefused,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.pool import Pool
from storefront.identity.tokens import Challenge, Outcome, Tokens

if TYPE_CHECKING:
    from storefront.identity.srp import SrpProof

_CODES = {
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",
    "SMS_MFA": "SMS_MFA_CODE",
    "EMAIL_OTP": "EMAIL_OTP_CODE",
}
_B_BYTES = 383  # one less than N has: always below it, never 0 modulo it
_LOG = logging.getLogger(__name__)


class Entrance:
    """The part of People that begins and ends sign-ins."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def sign_in(self, *, email: str, password: str) -> Outcome:
        """Two round trips: the pool's challenge, then our proof. See People."""
        address = inputs.address(email, "sign_in")
        if not inputs.is_text(password):
            raise WrongCredentials("sign_in", "not_text")
        proof = self._proof(address, password)
        try:
            begun = self._pool.call(
                "initiate_auth",
                repeatable=True,
                AuthFlow="USER_SRP_AUTH",
                ClientId=self._pool.settings.client_id,
                AuthParameters=proof.get_auth_params(),
            )
        except IdentityRefused:
            self._take_as_long(proof)
            raise
        if begun.get("ChallengeName") != "PASSWORD_VERIFIER":
            raise UpstreamInvalid("cognito", "sign_in", "no PASSWORD_VERIFIER")
        return self._prove(proof, begun["ChallengeParameters"], begun.get("Session"))

    def answer(self, *, challenge: Challenge, answer: str) -> Outcome:
        """A code, or a new password. See People."""
        if challenge.name == "NEW_PASSWORD_REQUIRED":
            responses = {"NEW_PASSWORD": inputs.new_password(answer, "answer")}
        elif challenge.name in _CODES:
            responses = {_CODES[challenge.name]: inputs.code(answer, "answer")}
        else:
            raise NotSupported("answer", challenge.name)
        return self._pool.respond(
            challenge.name,
            challenge.username,
            responses,
            session=challenge.session,
            denied=ChallengeExpired,
            odd=ChallengeExpired,
        )

    def begin_totp_setup(self, *, challenge: Challenge) -> tuple[str, Challenge]:
        """A secret for a pool that lets nobody in without an authenticator. See People."""
        if "SOFTWARE_TOKEN_MFA" not in challenge.parameters.get("MFAS_CAN_SETUP", "SOFTWARE_TOKEN_MFA"):
            raise NotSupported("begin_totp_setup", "MFAS_CAN_SETUP")
        answer = self._pool.call(
            "associate_software_token",
            denied=ChallengeExpired,
            odd=ChallengeExpired,
            Session=challenge.session,
        )
        return str(answer["SecretCode"]), _goes_on(challenge, answer.get("Session"))

    def finish_totp_setup(self, *, challenge: Challenge, code: str) -> Outcome:
        """The first code of the new authenticator, then in. See People."""
        answer = self._pool.call(
            "verify_software_token",
            denied=ChallengeExpired,
            odd=ChallengeExpired,
            Session=challenge.session,
            UserCode=inputs.code(code, "finish_totp_setup"),
        )
        if answer.get("Status") != "SUCCESS":
            raise WrongCode("finish_totp_setup", str(answer.get("Status", "")))
        session = _goes_on(challenge, answer.get("Session")).session
        return self._pool.respond(
            "MFA_SETUP", challenge.username, {}, session=session, denied=ChallengeExpired
        )

    def refresh(self, *, refresh_token: str, sub: str) -> Tokens:
        """New tokens for the same person. See People.

        Never asked twice: where the pool rotates refresh tokens, the first answer may have used this one up.
        """
        answer = self._pool.call(
            "get_tokens_from_refresh_token",
            denied=RefreshRefused,
            odd=RefreshRefused,
            RefreshToken=refresh_token,
            **self._pool.with_secret(),
        )
        tokens = self._pool.tokens(answer, refresh_token)
        if _subject(tokens.access) != sub:
            raise RefreshRefused("refresh", "sub")
        return tokens

    def revoke(self, *, refresh_token: str) -> None:
        """End one sign-in. See People."""
        try:
            self._pool.call(
                "revoke_token",
                denied=TokenRefused,
                odd=TokenRefused,
                repeatable=True,
                Token=refresh_token,
                **self._pool.with_secret(),
            )
        except TokenRefused:
            return  # it had ended already
        except NotSupported:
            _LOG.warning(
                "the pool's client has token revocation switched off: sign-outs end in the shop only"
            )

    def _proof(self, address: str, password: str) -> "SrpProof":
        from storefront.identity.srp import SrpProof  # noqa: PLC0415 - only who signs people in pays for it

        settings, clock = self._pool.settings, self._pool.clock
        return SrpProof(
            address,
            password,
            pool_id=settings.pool_id,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            now=clock.now,
        )

    def _prove(self, proof: "SrpProof", parameters: dict[str, str], session: str | None) -> Outcome:
        try:
            responses = proof.process_challenge(parameters)
        except ValueError as error:
            raise UpstreamInvalid("cognito", "sign_in", f"unsafe challenge: {error}") from None
        return self._pool.respond(
            "PASSWORD_VERIFIER",
            responses.pop("USERNAME"),
            responses,
            session=session,
            denied=WrongCredentials,
        )

    def _take_as_long(self, proof: "SrpProof") -> None:
        """The rest of an exchange that was refused at once, in vain, so that its time tells nothing."""
        invented = {
            "USER_ID_FOR_SRP": proof.username,
            "SALT": secrets.token_hex(16),
            "SRP_B": secrets.token_hex(_B_BYTES),
            "SECRET_BLOCK": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        with suppress(IdentityRefused, UpstreamError):
            self._prove(proof, invented, None)


def _goes_on(challenge: Challenge, session: str | None) -> Challenge:
    return Challenge(challenge.name, session or challenge.session, challenge.username, challenge.parameters)


def _subject(token: str) -> str:
    """The `sub` of a token that came straight from the pool.

    Not verified, on purpose: were the keys away, a refresh token just rotated would be lost with the answer.
    The connection says who wrote it (OpenID Connect Core, 3.1.3.7); who uses the token verifies it.
    """
    try:
        return str(jwt.decode(token, options={"verify_signature": False}).get("sub", ""))
    except jwt.PyJWTError as error:
        raise UpstreamInvalid("cognito", "refresh", type(error).__name__) from error
