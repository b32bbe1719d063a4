"""The user pool that people sign in to, and the keys that keep their tokens secret, from the environment."""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from config.env import Env, SettingError

_KEY_BYTES = 32
_POOL = r"[a-z]{2}(-[a-z]+)+-[0-9]_[A-Za-z0-9]{1,55}"


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """A Cognito user pool and our client in it. `domain` is the origin of its hosted pages, "" for none.

    `providers` are the names of the pool's other identity providers that get a button of their own.
    `passkeys` says whether the pool's client allows USER_AUTH with WEB_AUTHN: then there is a button for it.
    """

    pool_id: str
    client_id: str
    client_secret: str = field(repr=False)
    issuer: str
    jwks_url: str
    domain: str
    providers: tuple[str, ...]
    passkeys: bool = False

    @property
    def configured(self) -> bool:
        """Whether there is a pool at all; without one nobody can sign in, and everything else works."""
        return bool(self.pool_id and self.client_id)


def read_identity(env: Env, region: str, schemes: tuple[str, ...] = ("http", "https")) -> IdentitySettings:
    """The pool, from COGNITO_*; SettingError names an odd variable."""
    pool = env.text("COGNITO_POOL_ID", "", pattern=_POOL)
    client = env.text("COGNITO_CLIENT_ID", "", pattern=r"[A-Za-z0-9+_]{1,128}")
    if bool(pool) != bool(client):
        raise SettingError("COGNITO_POOL_ID and COGNITO_CLIENT_ID must be set both, or none of them")
    issuer = f"https://cognito-idp.{pool.partition('_')[0] or region}.amazonaws.com/{pool}"
    issuer = env.url("COGNITO_ISSUER", issuer, schemes=schemes)
    domain = env.origin("COGNITO_DOMAIN") if env.text("COGNITO_DOMAIN", "") else ""
    if domain and domain.partition(":")[0] not in schemes:
        raise SettingError(f"COGNITO_DOMAIN must begin with {schemes[0]}://")
    return IdentitySettings(
        pool_id=pool,
        client_id=client,
        client_secret=env.text("COGNITO_CLIENT_SECRET", ""),
        issuer=issuer,
        jwks_url=env.url("COGNITO_JWKS_URL", f"{issuer}/.well-known/jwks.json", schemes=schemes),
        domain=domain,
        providers=env.items("COGNITO_PROVIDERS"),
        passkeys=env.flag("COGNITO_PASSKEYS", default=False),
    )


def read_token_keys(env: Env, otherwise: str = "") -> tuple[str, ...]:
    """TOKEN_KEYS: Fernet keys by comma, the first encrypts. One made from `otherwise` where none is set."""
    keys = env.items("TOKEN_KEYS")
    for key in keys:
        try:
            good = len(base64.b64decode(key, altchars=b"-_", validate=True)) == _KEY_BYTES
        except (binascii.Error, ValueError):
            good = False
        if not good:
            raise SettingError("TOKEN_KEYS must be keys of 32 bytes in URL-safe base64, by comma")
    if keys:
        return keys
    if not otherwise:
        raise SettingError("TOKEN_KEYS is not set (nor is TOKEN_KEYS_FILE)")
    return (_derived(otherwise),)


def _derived(secret: str) -> str:
    digest = hashlib.sha256(b"storefront token key\0" + secret.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
