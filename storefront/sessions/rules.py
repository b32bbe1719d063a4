"""Which entries of a session are treated how, by their names; the setting SESSION_ENTRIES says it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryRules:
    """Three lists of names. One that ends with a colon stands for every name that begins so.

    `soft` entries may be lost: while the table is away, and when a session grows too large (then the first
    kind goes first, and of one kind the lowest name, which is the oldest where names hold the time; a list
    loses its first half before it goes).
    `sealed` entries are encrypted in the table.
    `merged` entries are lists or dicts of which two requests may change different parts at the same time:
    what both did is united. Of any other entry the later write holds, and `SessionStore.modify` is for what
    depends on the value before.
    """

    soft: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()

    def is_soft(self, name: str) -> bool:
        """Whether the entry may be lost."""
        return _among(name, self.soft)

    def is_sealed(self, name: str) -> bool:
        """Whether the entry is encrypted in the table."""
        return _among(name, self.sealed)

    def is_merged(self, name: str) -> bool:
        """Whether changes of two requests are united."""
        return _among(name, self.merged)

    def expendable(self, names: Iterable[str]) -> list[str]:
        """The soft ones of `names`, in the order in which they are given up."""
        found = [(rank, name) for name in names for rank, rule in enumerate(self.soft) if _is(name, rule)]
        return [name for _rank, name in sorted(found)]


def _among(name: str, rules: tuple[str, ...]) -> bool:
    return any(_is(name, rule) for rule in rules)


def _is(name: str, rule: str) -> bool:
    return name.startswith(rule) if rule.endswith(":") else name == rule
