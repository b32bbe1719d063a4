"""What opens a list: the secret of a guest's, and the token that shows a shared one.

Both are derived with a key of this service, so that no copy of the table opens anything. Of a secret the
SHA-256 is stored; of a share only its number: the token is made again and compared, so it is one of those
that can be told to the owner at any time.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from apptier.kit.ids import CROCKFORD, digest, same_secret

PREFIX: Final = "lst_"
_NAME_CHARS: Final = 26
_SHARE_BYTES: Final = 16
_NOTHING: Final = "0" * 64
"""Compared with when there is nothing else, so that a missing list takes as long as a foreign one."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Makes and checks what opens lists.

    Attributes:
        key: LIST_SECRET_KEY: the service's own, whatever other services may know.
        fallbacks: Keys of before; what was handed out under one of them keeps working while it is here.
    """

    key: str
    fallbacks: tuple[str, ...] = ()

    def secret(self, list_id: str) -> str:
        """The secret of a new guest's list: 256 bits, base64url."""
        return _derived(self.key, "list-secret", list_id)

    def known_secret(self, list_id: str, stored: str) -> str:
        """The secret of a list that was made before, by its stored SHA-256."""
        made = [_derived(key, "list-secret", list_id) for key in (self.key, *self.fallbacks)]
        return next((secret for secret in made if opens(secret, stored)), made[0])

    def share(self, list_id: str, number: int) -> str:
        """The token of a list's n-th share: the list's name and 128 bits."""
        return _share(self.key, list_id, number)

    def shows(self, token: str, list_id: str, number: int) -> bool:
        """Whether `token` is that of the n-th share; 0 is of no share and never shows anything."""
        keys = (self.key, *self.fallbacks)
        fits = [same_secret(token, _share(key, list_id, number)) for key in keys]
        return any(fits) and number > 0


def opens(secret: str, stored: str | None) -> bool:
    """Whether `secret` is the one whose SHA-256 is stored; takes the same time whatever the answer."""
    return same_secret(digest(secret), stored or _NOTHING) and stored is not None


def list_of(token: str) -> str:
    """The id of the list that a share's token is about."""
    return PREFIX + token[:_NAME_CHARS]


def name_of(*parts: str) -> str:
    """A name for what `parts` say, always the same: 26 characters, 130 bits of their SHA-256."""
    number = int.from_bytes(hashlib.sha256("\x00".join(parts).encode()).digest(), "big")
    chars = []
    for _ in range(_NAME_CHARS):
        number, rest = divmod(number, 32)
        chars.append(CROCKFORD[rest])
    return "".join(chars)


def _share(key: str, list_id: str, number: int) -> str:
    made = _mac(key, "list-share", f"{list_id}\x00{number}")[:_SHARE_BYTES]
    return list_id.removeprefix(PREFIX) + base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _derived(key: str, purpose: str, subject: str) -> str:
    return base64.urlsafe_b64encode(_mac(key, purpose, subject)).rstrip(b"=").decode()


def _mac(key: str, purpose: str, subject: str) -> bytes:
    return hmac.new(key.encode(), f"{purpose}\x00{subject}".encode(), hashlib.sha256).digest()
