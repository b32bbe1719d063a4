"""Entries that several requests want at the same time: changed without a loss, renewed by only one of them.

Both work across processes and machines, by conditional writes. No wall clock is compared: a lease is broken
by a process that saw it held, unchanged, for seconds of its own monotonic clock (`leases`), so clocks may be
wrong by any amount.
"""

import json
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from storefront.core import Clock, Reason, UpstreamUnavailable
from storefront.resilience import RESERVE_SECONDS, remaining
from storefront.sessions.contents import LEASE, Codec
from storefront.sessions.table import SessionConflict, SessionGone, SessionTable, StoredSession
from storefront.sessions.vault import Unreadable

_POLL_SECONDS = 0.04
_MOST_WAIT_SECONDS = 5.0  # where no deadline is in force
_MOST_PAUSE_SECONDS = 0.15

Change = Callable[[Any], Any]
Asked = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of one session: where it is kept and how it is read."""

    table: SessionTable
    codec: Codec
    digest: str
    name: str
    clock: Clock

    def value(self, raw: Mapping[str, str], default: Any = None) -> Any:
        """The value in `raw`, the session's entries as the table has them; `default` if it can't be read."""
        kept = raw.get(self.name)
        if kept is None:
            return default
        try:
            return json.loads(self.codec.open(self.digest, self.name, kept))
        except (Unreadable, ValueError):
            return default

    def text(self, value: Any) -> str:
        """What the table keeps for a value."""
        return self.codec.close(
            self.digest, self.name, json.dumps(value, separators=(",", ":"), sort_keys=True)
        )


def modify(place: Place, raw: Mapping[str, str], change: Change, default: Any) -> tuple[Any, StoredSession]:
    """Put `change(value)` in the place of the value, whatever others do to it at the same time.

    `change` may be called several times and must not touch what it is given. Raises SessionGone, and
    UpstreamUnavailable when others are quicker for as long as the deadline allows.
    """
    patience = _Patience(place)
    while True:
        value = change(place.value(raw, default))
        expected = {place.name: raw.get(place.name)}
        try:
            after = place.table.update(place.digest, {place.name: place.text(value)}, (), expected=expected)
        except SessionConflict as conflict:
            raw = conflict.current.data
            patience.pause()
        else:
            return value, after


def renew(
    place: Place,
    raw: Mapping[str, str],
    make: Change,
    *,
    due: Asked,
    usable: Asked,
    along: tuple[str, ...] = (),
) -> tuple[Any, StoredSession | None]:
    """The value, renewed by `make(value)` if it is `due`; of all who ask at the same time one makes it.

    Who finds another at work takes the old value while that is `usable`, and else waits for the new one.
    Where `make` gives None the entry ends, with the entries `along`, and all get None. What `make` raises is
    raised to who called it; the next one tries again. Raises SessionGone, and UpstreamUnavailable when the
    deadline comes first. The session is None where nothing was read or written.
    """
    current: StoredSession | None = None
    patience = _Patience(place)
    while True:
        value = place.value(raw)
        if value is None or not due(value):
            return value, current
        holder = raw.get(LEASE + place.name)
        if holder is None or _is_dead(place, holder):
            try:
                return _renewed(place, raw, value, make, along)
            except SessionConflict as conflict:
                current = conflict.current
                raw = current.data
                continue
        if usable(value):
            return value, current
        patience.pause(_POLL_SECONDS)
        current = place.table.read(place.digest)
        if current is None:
            raise SessionGone(place.digest[:8])
        raw = current.data


def _renewed(
    place: Place, raw: Mapping[str, str], value: Any, make: Change, along: tuple[str, ...]
) -> tuple[Any, StoredSession]:
    """Take the lease, make the new value and write it; SessionConflict when another was quicker."""
    lease, mine = LEASE + place.name, json.dumps(secrets.token_hex(8))
    seen = {place.name: raw.get(place.name)}
    place.table.update(place.digest, {lease: mine}, (), expected=seen | {lease: raw.get(lease)})
    try:
        new = make(value)
    except BaseException:
        _release(place, lease, mine)
        raise
    if new is None:
        return None, place.table.update(place.digest, {}, (place.name, lease, *along), expected=seen)
    try:
        return new, place.table.update(place.digest, {place.name: place.text(new)}, (lease,), expected=seen)
    except SessionConflict as conflict:
        # Somebody took the lease for dead and was quicker all the same: theirs is as good.
        return place.value(conflict.current.data), conflict.current


def _release(place: Place, lease: str, mine: str) -> None:
    """Let the next one try at once; where that fails, they wait until the lease counts as dead."""
    try:
        place.table.update(place.digest, {}, (lease,), expected={lease: mine})
    except (SessionConflict, SessionGone, UpstreamUnavailable):
        return


class _Patience:
    """Pauses that grow, and end with the request's deadline."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._started = place.clock.monotonic()
        self._most = remaining(_MOST_WAIT_SECONDS) - RESERVE_SECONDS
        self._pause = 0.002

    def pause(self, at_most: float = _MOST_PAUSE_SECONDS) -> None:
        """Let others go first; UpstreamUnavailable when there is no time left to wait."""
        if self._place.clock.monotonic() - self._started >= self._most:
            name = f"waiting for {self._place.name.partition(':')[0]}"
            raise UpstreamUnavailable("sessions", name, Reason.BUDGET_EXHAUSTED, sent=False)
        self._pause = min(self._pause * 2, at_most)
        self._place.clock.sleep(random.uniform(self._pause / 2, self._pause))  # noqa: S311 - spreads, hides nothing


def _is_dead(place: Place, holder: str) -> bool:
    return place.table.leases.is_dead(place.digest, place.name, holder, place.clock.monotonic())
