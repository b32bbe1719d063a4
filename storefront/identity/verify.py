"""Which tokens count: RS256, a key of our pool, our issuer, our client, the right use, and in time.

Time is checked here and not by PyJWT, whose clock cannot be given. `iat` may lie ahead by a quarter of an
hour: it says when the pool's clock wrote it, and a task whose own clock is ten minutes slow must not lock
everybody out; `exp` and `nbf`, which say when a token counts, have a minute's leeway (RFC 7519, 4.1.4).
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

import jwt
from jwt.types import Options

from storefront.core import Clock
from storefront.identity.errors import TokenRefused
from storefront.identity.keys import SigningKeys
from storefront.identity.tokens import Person, Tokens

LONGEST_TOKEN = 8192
LEEWAY_SECONDS = 60
ISSUED_AHEAD_SECONDS = 900
_HEADERS = frozenset({"alg", "kid", "typ"})
_KID = re.compile(r"[A-Za-z0-9+/=_-]{1,128}")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,64}")
_UNTIMED: Options = {
    "require": ["exp", "iat", "iss", "sub"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
}
_Claims = Mapping[str, Any]


class TokenVerifier:
    """Checks tokens of one pool and one client. Thread-safe."""

    def __init__(self, keys: SigningKeys, clock: Clock, *, issuer: str, client_id: str) -> None:
        if not issuer or not client_id:
            raise ValueError("a verifier without issuer or client would accept anybody's tokens")
        self._keys = keys
        self._clock = clock
        self._issuer = issuer
        self._client_id = client_id

    def access(self, token: str) -> _Claims:
        """Claims of an access token. Raises TokenRefused, UpstreamUnavailable when there are no keys."""
        claims = self._claims(token, "access")
        if claims.get("client_id") != self._client_id:
            raise _refused("client")
        return claims

    def identity(self, token: str, *, nonce: str = "") -> _Claims:
        """Claims of an ID token, which must carry `nonce` when one is given. Raises as `access`."""
        claims = self._claims(token, "id")
        if claims.get("aud") != self._client_id:
            raise _refused("audience")
        if nonce and not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise _refused("nonce")
        return claims

    def person(self, tokens: Tokens) -> Person:
        """Whose tokens these are; both must count and be of one account. Raises as `access`."""
        access, claims = self.access(tokens.access), self.identity(tokens.id)
        if access["sub"] != claims["sub"]:
            raise _refused("sub")
        groups = access.get("cognito:groups", ())
        if not isinstance(groups, list | tuple) or not all(isinstance(one, str) for one in groups):
            raise _refused("groups")
        return Person(
            sub=claims["sub"],
            email=_text(claims, "email"),
            name=_text(claims, "name"),
            groups=frozenset(groups),
            email_verified=claims.get("email_verified") in (True, "true"),
            provider=_provider(claims),
            proved_at=tokens.proved_at,
        )

    def proved_at(self, claims: _Claims) -> int:
        """When the person showed who they are, by our own clock; 0 where an ID token's claims do not say it.

        The pool wrote `auth_time` and `iat` (now) by its clock: how far that one is off ours is no part of
        what lies between them.
        """
        if "auth_time" not in claims:
            return 0
        ago = _moment(claims, "iat") - _moment(claims, "auth_time")
        return int(self._clock.now().timestamp() - max(0.0, ago))

    def _claims(self, token: str, use: str) -> _Claims:
        if len(token) > LONGEST_TOKEN or not token.isascii() or token.count(".") != 2:  # noqa: PLR2004
            raise _refused("form")
        kid = _key_id(token)
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._keys.get(kid), algorithms=["RS256"], issuer=self._issuer, options=_UNTIMED
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise _refused(type(error).__name__) from error
        _strict(token.split(".")[1])
        self._in_time(claims)
        if claims.get("token_use") != use:
            raise _refused("use")
        if not isinstance(claims["sub"], str) or not _SUBJECT.fullmatch(claims["sub"]):
            raise _refused("sub")
        return claims

    def _in_time(self, claims: _Claims) -> None:
        now = self._clock.now().timestamp()
        if now >= _moment(claims, "exp") + LEEWAY_SECONDS:
            raise _refused("expired")
        if _moment(claims, "iat") > now + ISSUED_AHEAD_SECONDS:
            raise _refused("future")
        if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
            raise _refused("not_yet")


def _key_id(token: str) -> str:
    """The key id of a header that says what a Cognito header says and nothing else."""
    header = _strict(token.split(".", maxsplit=1)[0])
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not header.keys() <= _HEADERS:
        raise _refused("header")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise _refused("kid")
    return kid


def _strict(segment: str) -> dict[str, Any]:
    """A segment as the object it holds; refused when a name is there twice, for readers would differ."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _refused("duplicate")
        return found

    try:
        text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        value = json.loads(text, object_pairs_hook=once)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _refused("form") from error
    if not isinstance(value, dict):
        raise _refused("form")
    return value


def _moment(claims: _Claims, name: str) -> float:
    """A time of the claims, in seconds since 1970."""
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise _refused(name)
    return float(value)


def _text(claims: _Claims, name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""


def _provider(claims: _Claims) -> str:
    """The provider that the account is of, "" for one of the pool's own.

    `identities` names it, but an account of the pool that providers were linked to has them, too, and still
    its own password. The user name tells: an account that the first sign-in with a provider made is called
    `google_100000000000000000001`, the provider's name (older pools keep its capitals) and the id there.
    """
    username, identities = _text(claims, "cognito:username").casefold(), claims.get("identities")
    for one in identities if isinstance(identities, list) else ():
        name = _text(one, "providerName") if isinstance(one, dict) else ""
        if name and username.startswith(f"{name}_".casefold()):
            return name
    return ""


def _refused(why: str) -> TokenRefused:
    return TokenRefused("verify", why)
