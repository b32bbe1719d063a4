"""Which experiments run now, by what is decided about their flags."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from storefront.experiments.tallies import run_of
from storefront.flags import Kind, Snapshot


class Running:
    """Asks a process's snapshot; works it out once for each. Thread-safe."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._known: tuple[Snapshot, Mapping[str, str]] | None = None

    def __call__(self) -> Mapping[str, str]:
        """The keys of experiments that are switched on, each with the name of its run."""
        snapshot, known = self._snapshot(), self._known
        if known is None or known[0] is not snapshot:
            known = self._known = snapshot, running(snapshot)
        return known[1]


def running(snapshot: Snapshot) -> Mapping[str, str]:
    """The same of one snapshot: flags of the kind EXPERIMENT of which something is decided, switched on."""
    found = {}
    for key in experiments(snapshot):
        state = snapshot.state(key)
        if state is not None and state.enabled and not state.killed:
            found[key] = run_of(state)
    return MappingProxyType(found)


def experiments(snapshot: Snapshot) -> tuple[str, ...]:
    """The keys of all declared experiments."""
    declared = ((key, snapshot.declaration(key)) for key in snapshot.keys())  # noqa: SIM118 - not a mapping
    return tuple(key for key, one in declared if one is not None and one.kind is Kind.EXPERIMENT)
