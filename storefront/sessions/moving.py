"""What a session is known to hold in the table, and what of it moves along when its key changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.sessions.contents import LEASE


@dataclass(frozen=True, slots=True)
class Known:
    """What the table holds: JSON text of the entries this request knows, and `raw`, all as it is kept."""

    texts: Mapping[str, str]
    raw: Mapping[str, str]
    until: int
    others: Mapping[str, Any]
    outdated: frozenset[str] = frozenset()

    @property
    def strange(self) -> dict[str, str]:
        """Entries of another release, which this one cannot read: they move along as they are."""
        return {n: t for n, t in self.raw.items() if n not in self.texts and not n.startswith(LEASE)}


def brought(before: Known, now: Mapping[str, str], last: Mapping[str, str]) -> frozenset[str]:
    """Names of the entries that others changed in the old row, `last`, after we had read it as `before`.

    `now` is what we wrote to the new row: what we changed ourselves is ours.
    """
    names = last.keys() | before.raw.keys()
    return frozenset(
        name
        for name in names
        if not name.startswith(LEASE)
        and before.texts.get(name) == now.get(name)
        and last.get(name) != before.raw.get(name)
    )
