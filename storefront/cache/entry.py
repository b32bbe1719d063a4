"""What is stored under a key: the answer as msgpack in an envelope with its times and tags. Never pickle."""

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec

from storefront.core import UpstreamRefused, refusal

T = TypeVar("T")

# Data older than this many seconds after a purge is believed to be new even if its version says otherwise:
# a version that never catches up must not keep a product out of the cache for ever.
SETTLE_SECONDS = 30.0


class Tag(NamedTuple):
    """What an answer depends on. With a `version` (the contract's growing number) the data tells its age."""

    name: str
    version: int | None = None


class Stamp(NamedTuple):
    """The last purges of a tag: the highest version an event named and when it came; the last plain purge."""

    version: int = 0
    versioned_at: float = 0.0
    plain_at: float = 0.0

    def after(self, version: int | None, now: float) -> "Stamp":
        """The stamp after one more purge; the same one when the version is no news."""
        if version is None:
            return self._replace(plain_at=now)
        return self._replace(version=version, versioned_at=now) if version > self.version else self

    def merged(self, other: "Stamp") -> "Stamp":
        """All that either stamp knows."""
        versioned = max((self.version, self.versioned_at), (other.version, other.versioned_at))
        return Stamp(*versioned, max(self.plain_at, other.plain_at))


NEVER_PURGED = Stamp()


def purged_by(stamp: Stamp, version: int | None, made_at: float) -> bool:
    """Whether a tag's stamp says that what was fetched at `made_at` is older than a known change.

    `version` is what the data itself says of the tag, None when it says nothing.
    """
    if made_at <= stamp.plain_at:
        return True
    if version is None or not stamp.version:
        return made_at <= stamp.versioned_at
    return version < stamp.version and made_at <= stamp.versioned_at + SETTLE_SECONDS


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """One cached answer. Times are Unix seconds of the wall clock, because hosts share entries.

    `made_at` is when its fetch began. An answer is in `body`; a remembered refusal (404, 410) is in `refused`
    as status, upstream, operation, code, detail.
    """

    made_at: float
    soft_at: float
    hard_at: float
    tags: tuple[Tag, ...]
    body: bytes = b""
    refused: tuple[int, str, str, str, str] | None = None

    def refusal(self) -> UpstreamRefused | None:
        """The refusal this entry remembers, as a new error."""
        if self.refused is None:
            return None
        status, upstream, operation, code, detail = self.refused
        return refusal(status)(upstream, operation, status=status, code=code, detail=detail)


class Codec:
    """Entries to bytes and back, and bodies to typed values. Thread-safe."""

    def __init__(self) -> None:
        self._entries = msgspec.msgpack.Decoder(Entry)
        self._bodies: dict[Any, msgspec.msgpack.Decoder[Any]] = {}

    def dump(self, entry: Entry) -> bytes:
        """An entry as msgpack."""
        return msgspec.msgpack.encode(entry)

    def load(self, blob: bytes) -> Entry | None:
        """The entry, or None when the bytes are not one (another shape, damage)."""
        try:
            return self._entries.decode(blob)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    def body(self, value: object, kind: type[T]) -> bytes:
        """A value as msgpack. Raises ValueError or TypeError when it could not be read back as a `kind`."""
        body = msgspec.msgpack.encode(value)
        self._decoder(kind).decode(body)
        return body

    def value(self, entry: Entry, kind: type[T]) -> T:
        """The answer in an entry. Raises ValueError when it is not a `kind`."""
        value: T = self._decoder(kind).decode(entry.body)
        return value

    def _decoder(self, kind: type[T]) -> "msgspec.msgpack.Decoder[T]":
        decoder = self._bodies.get(kind)
        if decoder is None:
            decoder = self._bodies[kind] = msgspec.msgpack.Decoder(kind)
        return decoder


def merged_tags(names: Iterable[str], found: Iterable[Tag]) -> tuple[Tag, ...]:
    """The family's tags and those found in the answer, each once; a version wins over none."""
    tags: dict[str, int | None] = dict.fromkeys(names)
    for name, version in found:
        tags[name] = version if version is not None else tags.get(name)
    return tuple(Tag(name, version) for name, version in tags.items())
