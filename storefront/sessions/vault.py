"""Encrypts what nobody who reads the session table may learn: tokens, who signed in, forms under way.

Sealed text is `s1:` and a Fernet token (AES-128-CBC with HMAC-SHA256) of the compressed text, bound to the
place it belongs to: copied into another session or under another name it does not open. The number is the
format's; a release that does not know it leaves such text alone.
"""

import hashlib
import hmac
import zlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken

from storefront.core import StorefrontError

SEALED = "s1:"
"""What every sealed text of this format begins with."""
_BINDING_BYTES = 16
_MOST_BYTES = 256 * 1024  # of opened text: far more than a session holds, far less than a memory does
# What every JSON Web Token begins with. Searching dumps for it is how one looks for leaks, so chance must not
# put it into a sealed text.
_TOKEN_MARK = b"eyJ"


class Unreadable(StorefrontError):  # noqa: N818 - a state, told to the caller
    """A sealed text that opens with none of the keys, is of another format, or belongs elsewhere."""


class Vault:
    """Seals with the first key, opens with any: put a new key in front, drop the old after 30 days.

    Keys are 32 bytes in URL-safe base64, as `Fernet.generate_key()` makes them; ValueError for others.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a vault needs at least one key")
        self._locks = tuple(Fernet(key) for key in keys)

    def seal(self, text: str, place: str) -> str:
        """`text`, encrypted for `place` (any name of where it is kept)."""
        plain = _binding(place) + zlib.compress(text.encode(), 6)
        while True:
            token = self._locks[0].encrypt(plain)
            if _TOKEN_MARK not in token:
                return SEALED + token.decode()

    def open(self, sealed: str, place: str) -> str:
        """The text that was sealed for `place`; Unreadable for anything else."""
        return self.opened(sealed, place)[0]

    def opened(self, sealed: str, place: str) -> tuple[str, bool]:
        """As `open`, and whether the first key sealed it; others should be sealed anew on occasion."""
        if not sealed.startswith(SEALED):
            raise Unreadable("not sealed in a format that this release knows")
        token = sealed.removeprefix(SEALED).encode()
        for number, lock in enumerate(self._locks):
            try:
                plain = lock.decrypt(token)
            except InvalidToken:
                continue
            if not hmac.compare_digest(plain[:_BINDING_BYTES], _binding(place)):
                raise Unreadable("sealed for another place")
            return _inflated(plain[_BINDING_BYTES:]), number == 0
        raise Unreadable("none of the keys opens it")


def _binding(place: str) -> bytes:
    return hashlib.sha256(place.encode()).digest()[:_BINDING_BYTES]


def _inflated(packed: bytes) -> str:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, _MOST_BYTES)
        if unpacker.unconsumed_tail:
            raise Unreadable("longer than a session can be")
        return plain.decode()
    except (zlib.error, UnicodeDecodeError) as problem:
        raise Unreadable("not what this release seals") from problem
