"""Opaque list cursors: a place in a list, signed, so that one the service did not make is refused."""

import base64
import hashlib
import hmac
import json
from typing import Any

from apptier.kit.problems import Problem

_TAG_BYTES = 12


class Cursors:
    """Makes and reads cursors; `scope` binds one to its list and filters."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(b"cursor:" + key.encode()).digest()

    def encode(self, scope: str, place: Any) -> str:
        """A cursor for a JSON value."""
        payload = json.dumps(place, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._tag(scope, payload) + payload).rstrip(b"=").decode()

    def decode(self, scope: str, cursor: str) -> Any:
        """The place in it. Raises Problem 400 `bad_cursor`."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError as error:
            raise _bad() from error
        tag, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(scope, payload)):
            raise _bad()
        return json.loads(payload)

    def _tag(self, scope: str, payload: bytes) -> bytes:
        return hmac.new(self._key, scope.encode() + b"\0" + payload, hashlib.sha256).digest()[:_TAG_BYTES]


def _bad() -> Problem:
    return Problem(400, "bad_cursor", "This place in the list is not known; start from the first page.")
