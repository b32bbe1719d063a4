"""What a purge will hit, before it is made: which families, and how many of the keys in the shared store.

Nothing is changed. The look at the keys is bounded in number and in time, because the store serves shoppers;
of what is in the workers' memories nothing is known here, but it is a part of what is in the store.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from storefront.cache import StoredPage
from storefront.cache.entry import Entry
from storefront.cache.manifest import MANIFEST, Family
from storefront.core import Clock

MOST_KEYS = 20_000
MOST_SECONDS = 5.0
_BATCH = 100
_FIELD = re.compile(r"\\\{[a-z_]+\\\}")  # of a template that was escaped for a regular expression


@dataclass(frozen=True, slots=True)
class Hit:
    """One family of cached things, and how many of its keys would go."""

    family: str
    holds: str
    keys: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What purging `tags` would do. Not `complete`: there are more keys than the `looked_at`."""

    tags: tuple[str, ...]
    hits: tuple[Hit, ...]
    looked_at: int
    complete: bool
    edge: str

    @property
    def keys(self) -> int:
        """How many keys would go, of those that were looked at."""
        return sum(hit.keys for hit in self.hits)


class Previewer:
    """Looks. `scan` names the keys of this shop and release, `read` gives their values (None: gone).

    Some of the keys at a time, or none: what takes long comes in many steps, between which a look can end.
    """

    def __init__(
        self,
        scan: Callable[[], Iterable[Sequence[bytes]]],
        read: Callable[[Sequence[str]], Sequence[bytes | None]],
        means: Callable[[Sequence[str]], str],
        clock: Clock,
    ) -> None:
        self._scan = scan
        self._read = read
        self._means = means
        self._clock = clock
        self._entries = msgspec.msgpack.Decoder(Entry)
        self._pages = msgspec.msgpack.Decoder(StoredPage)

    def preview(
        self, tags: Sequence[str], *, most: int = MOST_KEYS, seconds: float = MOST_SECONDS
    ) -> Preview:
        """What purging these tags would hit, as far as `most` keys or so many seconds tell.

        Raises what `scan` raises.
        """
        wanted = frozenset(tags)
        counts: Counter[str] = Counter(dict.fromkeys(families_of(tags), 0))
        until, looked_at, complete = self._clock.monotonic() + seconds, 0, False
        for batch in _batches(self._scan()):
            if looked_at >= most or self._clock.monotonic() > until:
                break
            for key, blob in zip(batch, self._read(batch) if batch else (), strict=True):
                if blob is not None and wanted & self._tags(blob):
                    counts[_family(key)] += 1
            looked_at += len(batch)
        else:
            complete = True
        hits = tuple(Hit(name, _holds(name), count) for name, count in sorted(counts.items()))
        return Preview(tuple(tags), hits, looked_at, complete, self._means(tags))

    def _tags(self, blob: bytes) -> frozenset[str]:
        """The tags of what lies in the store; none of what can't be read, which is not served either."""
        try:
            return frozenset(name for name, _ in self._entries.decode(blob).tags)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
        try:
            return frozenset(name for name, _, _ in self._pages.decode(blob).uses)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return frozenset()


def _batches(replies: Iterable[Sequence[bytes]]) -> Iterator[list[str]]:
    """The keys that are no locks, so many at once; an empty batch for a reply that names none."""
    for reply in replies:
        names = [key.decode() for key in reply if not key.endswith(b":lock")]
        for at in range(0, max(len(names), 1), _BATCH):
            yield names[at : at + _BATCH]


def families_of(tags: Iterable[str]) -> list[str]:
    """The families whose own tags include one of these; others may carry them as well, by what they show."""
    known = list(tags)
    return [family.name for family in MANIFEST.values() if any(_carries(family, tag) for tag in known)]


def tags_of_family(name: str) -> tuple[str, ...]:
    """The narrowest tags that hit all of a family. KeyError for a family that there is not."""
    whole = [tag for tag in MANIFEST[name].tags if "{" not in tag]
    return tuple(whole[:1])


def every_tag() -> tuple[str, ...]:
    """Tags that hit everything that is cached: one for each family."""
    return tuple(dict.fromkeys(tag for name in MANIFEST for tag in tags_of_family(name)))


def in_words(preview: Preview) -> list[str]:
    """A preview for people, line by line."""
    lines = [f"Tags: {', '.join(preview.tags)}"]
    seen = f"{preview.looked_at:,} keys" if preview.complete else f"the first {preview.looked_at:,} keys"
    lines.append(f"In the shared cache, of {seen} of this release:")
    wide = max((len(hit.family) for hit in preview.hits), default=0)
    lines += [f"  {hit.family:<{wide}}  {hit.keys:>7,}  {hit.holds}" for hit in preview.hits]
    if not preview.keys:
        lines.append("  nothing that is kept now carries these tags")
    lines.append("In every worker's memory: the same copies, within a second.")
    lines.append(f"At the CDN: {preview.edge}.")
    return lines


def _carries(family: Family, tag: str) -> bool:
    return any(re.fullmatch(_FIELD.sub(".+", re.escape(template)), tag) for template in family.tags)


def _family(key: str) -> str:
    """The family in a key (storefront.cache.keys): `sf:<where>:<family>:<rest>`."""
    parts = key.split(":", 3)
    return parts[2] if len(parts) > 2 else "?"  # noqa: PLR2004 - as the pattern has


def _holds(name: str) -> str:
    family = MANIFEST.get(name)
    return family.holds if family else "something of another release"
