"""Notices leases that are held by somebody who died: the same holder for longer than anybody needs.

No wall clock is compared, because those of two machines may differ by minutes; and no single request waits
for so long. So a process remembers what its requests saw.
"""

import threading
from collections import OrderedDict

LEASE_SECONDS = 6.0
"""How long somebody may take to renew an entry before the next one tries: more than any call it makes."""
_MOST_REMEMBERED = 1_000


class LeaseWatch:
    """What one process saw of leases, and since when. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str, str], float] = OrderedDict()

    def is_dead(self, digest: str, name: str, holder: str, now: float) -> bool:
        """Whether `holder` was seen here LEASE_SECONDS ago; `now` is of a monotonic clock, in seconds."""
        lease = (digest, name, holder)
        with self._lock:
            since = self._seen.setdefault(lease, now)
            if len(self._seen) > _MOST_REMEMBERED:
                self._seen.popitem(last=False)
        return now - since >= LEASE_SECONDS
