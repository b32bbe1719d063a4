"""Single-flight within a process: of those who miss the same key at once, one fetches and the others wait."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    """One fetch under way."""

    def __init__(self) -> None:
        self._landed = threading.Event()
        self._value: T | None = None
        self._error: BaseException | None = None

    def land(self, value: T) -> None:
        """The fetch gave a value."""
        self._value = value
        self._landed.set()

    def crash(self, error: BaseException) -> None:
        """The fetch failed."""
        self._error = error
        self._landed.set()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within `seconds`."""
        return self._landed.wait(max(seconds, 0.0))

    @property
    def error(self) -> BaseException | None:
        """How it failed, once it has ended."""
        return self._error

    @property
    def value(self) -> T | None:
        """What it gave, once it has ended well."""
        return self._value


class Flights(Generic[T]):
    """The fetches under way in this process, by key."""

    def __init__(self) -> None:
        self._flights: dict[str, Flight[T]] = {}
        self._lock = threading.Lock()

    def join(self, key: str) -> tuple[Flight[T], bool]:
        """The flight of a key, and whether the caller has to fly it (and then to `end` it)."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight, False
            flight = self._flights[key] = Flight()
            return flight, True

    def end(self, key: str) -> None:
        """Take the flight off the board; later callers begin a new one."""
        with self._lock:
            self._flights.pop(key, None)
