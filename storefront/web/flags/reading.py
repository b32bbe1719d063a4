"""The flags of one request: one snapshot, one moment, one visitor, so that a page never shows two answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from types import MappingProxyType
from typing import Final

import msgspec

from storefront.flags.context import Context, Evaluation, Fact
from storefront.flags.declaration import Declaration
from storefront.flags.snapshot import Snapshot
from storefront.web.regions import Region

_DIGEST_BYTES: Final = 4
_NOTHING: Final[Mapping[str, Fact]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """What is known of a visitor: the id that shares are dealt by ("" for nobody known), and facts."""

    id: str = ""
    facts: Mapping[str, Fact] = field(default_factory=lambda: _NOTHING)


NOBODY: Final = Who()


def region_facts(region: Region | None) -> dict[str, Fact]:
    """What an address tells."""
    if region is None:
        return {}
    return {"market": region.market, "locale": region.language, "country": region.country}


class Reading:
    """Answers of one snapshot. `who` is asked once, and only for flags that may differ by person.

    `edge` are the variants that a CDN has chosen by the visitor's cookies and keeps pages by: on public pages
    nothing else then decides about people. `overrides` are a preview's.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        region: Region | None,
        now: datetime,
        who: Callable[[], Who] = lambda: NOBODY,
        edge: Mapping[str, str] | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._plain = Context(facts=region_facts(region), now=now)
        self._who = who
        self._edge = edge
        self._overrides = overrides
        self._full: Context | None = None
        self._known: dict[str, Evaluation] = {}

    def declaration(self, key: str) -> Declaration | None:
        """What the code says of a flag, None for one that there is not."""
        return self._snapshot.declaration(key)

    def evaluate(self, key: str) -> Evaluation:
        """The flag's value and why; never raises."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._evaluated(key)
        return found

    def value(self, name: str) -> str:
        """The short name of a flag's value, for the keys of pages.

        With a digest of the value: what is shown under the same name after a change is another page.
        """
        found = self.evaluate(name)
        raw = msgspec.json.encode(found.value, order="sorted")
        return f"{found.variant}~{blake2b(raw, digest_size=_DIGEST_BYTES).hexdigest()}"

    def _evaluated(self, key: str) -> Evaluation:
        declared = self._snapshot.declaration(key)
        if declared is None or (declared.pages and not declared.by_person):
            return self._snapshot.evaluate(key, self._plain, self._overrides)
        if self._edge is not None and declared.pages:
            return self._of_edge(key, self._edge.get(edge_name(key), ""))
        if self._full is None:
            who = self._who()
            facts = {**who.facts, **self._plain.facts}
            self._full = Context(id=who.id, facts=facts, now=self._plain.now)
        return self._snapshot.evaluate(key, self._full, self._overrides)

    def _of_edge(self, key: str, told: str) -> Evaluation:
        """The variant that the edge has chosen, as long as anybody may get it: a kill switch is stronger."""
        found = self._snapshot.evaluate(key, self._plain, self._overrides)
        possible = self._snapshot.values_in_play(key, self._plain)
        variant = next((one for one in possible if edge_name(one) == told), found.variant)
        if found.variant == variant:
            return found
        return replace(found, value=possible[variant], variant=variant, reason="SPLIT", why="edge")


def edge_name(name: str) -> str:
    """The name of a flag or of a variant at the edge, where names are words (config.cdn)."""
    return name.replace("-", "_")
