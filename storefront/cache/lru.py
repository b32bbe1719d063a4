"""The in-process layer: recently used entries, bounded in bytes."""

import threading
from collections import OrderedDict

from storefront.cache.entry import Entry

# What an entry costs beside its body: the envelope, the key, the dict's slot. An estimate.
_OVERHEAD_BYTES = 600
# One huge answer must not push out everything else.
_MOST_SHARE = 8


class EntryCache:
    """Least recently used entries, at most `most_bytes` of them by estimate; thread-safe."""

    def __init__(self, most_bytes: int = 16 * 1024 * 1024) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Entry | None:
        """The entry, which becomes the most recently used one."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, at the cost of the least recently used ones. Entries too large are not kept."""
        size = _size(key, entry)
        with self._lock:
            self._drop(key)
            if size > self._most // _MOST_SHARE:
                return
            self._entries[key] = entry
            self._bytes += size
            while self._bytes > self._most:
                self._drop(next(iter(self._entries)))

    def drop(self, key: str) -> None:
        """Forget an entry."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    @property
    def size(self) -> int:
        """Bytes held, by estimate."""
        with self._lock:
            return self._bytes

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry)


def _size(key: str, entry: Entry) -> int:
    return len(key) + len(entry.body) + _OVERHEAD_BYTES
