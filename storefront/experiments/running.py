"""Which experiments run now, by what is decided about their flags."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from storefront.experiments.tallies import run_of
from storefront.flags import Context, Kind, Snapshot

_OUT_OF_TIME = frozenset({"before", "after"})


class Running:
    """Asks a process's snapshot; names the runs once for each. Thread-safe."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._known: tuple[Snapshot, Mapping[str, str]] | None = None

    def __call__(self) -> Mapping[str, str]:
        """The keys of experiments that are switched on, within their time, each with the name of its run."""
        snapshot, known = self._snapshot(), self._known
        if known is None or known[0] is not snapshot:
            known = self._known = snapshot, _switched_on(snapshot)
        return _within_time(snapshot, known[1])


def running(snapshot: Snapshot) -> Mapping[str, str]:
    """The same of one snapshot: flags of the kind EXPERIMENT of which something is decided, switched on."""
    return _within_time(snapshot, _switched_on(snapshot))


def experiments(snapshot: Snapshot) -> tuple[str, ...]:
    """The keys of all declared experiments."""
    declared = ((key, snapshot.declaration(key)) for key in snapshot.keys())  # noqa: SIM118 - not a mapping
    return tuple(key for key, one in declared if one is not None and one.kind is Kind.EXPERIMENT)


def _switched_on(snapshot: Snapshot) -> Mapping[str, str]:
    found = {}
    for key in experiments(snapshot):
        state = snapshot.state(key)
        if state is not None and state.enabled and not state.killed:
            found[key] = run_of(state, snapshot.segments)
    return MappingProxyType(found)


def _within_time(snapshot: Snapshot, runs: Mapping[str, str]) -> Mapping[str, str]:
    """Without those whose window has not begun or is over: everybody gets the off variant of these."""
    timed = [key for key in runs if (state := snapshot.state(key)) is not None and state.window is not None]
    out = {key for key in timed if snapshot.evaluate(key, Context()).why in _OUT_OF_TIME}
    return MappingProxyType({key: run for key, run in runs.items() if key not in out}) if out else runs
