"""What the purger says of itself in the shared store, for those who show it: alive, how far, how late.

The purger is another process, so its metrics are not a web worker's; this is the little that both share.
"""

import msgspec

from storefront.cache.keys import KeySpace
from storefront.cache.store import Store

# After so long without a word the purger counts as gone.
ALIVE_SECONDS = 60.0


class PurgerState(msgspec.Struct, frozen=True, kw_only=True):
    """How the purger does. Times are Unix seconds, lags seconds from a change to its purge being noted.

    `lag_count` of the last thousand changes have these lags. `missed` is what sweeps found that no event had
    told; `edge_waiting` how many tags the CDN could not be told yet.
    """

    at: float
    started_at: float
    events: int
    purges: int
    unreadable: int
    missed: int
    edge_waiting: int
    lag_count: int
    lag_p50: float
    lag_p99: float
    lag_most: float
    swept_at: float = 0.0


def say(store: Store, keys: KeySpace, state: PurgerState) -> None:
    """Put the state down; it is forgotten after a minute. A store that is away is no error."""
    store.write([(_key(keys), msgspec.msgpack.encode(state), ALIVE_SECONDS)])


def heard(store: Store, keys: KeySpace) -> PurgerState | None:
    """What the purger said last; None when it has not for a minute, or the store is away."""
    blob = store.read_one(_key(keys))
    if blob is None:
        return None
    try:
        return msgspec.msgpack.decode(blob, type=PurgerState)
    except msgspec.DecodeError:  # of another release
        return None


def _key(keys: KeySpace) -> str:
    return keys.feed_key() + ":purger"
