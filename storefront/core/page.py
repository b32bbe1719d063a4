"""One page of a longer list, as every listing API of the backend answers it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items, and the opaque cursor that asks for the next ones (None at the end)."""

    items: tuple[T, ...]
    next_cursor: str | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """The same page with every item changed; the cursor stays."""
        return Page(tuple(change(item) for item in self.items), self.next_cursor)
