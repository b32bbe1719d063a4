"""Tells a journal how cached answers were come by: where from, how old, what an upstream took for them."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from storefront.core import Gone, NotFound, UpstreamError
from storefront.telemetry import Journal, Part, current_journal

if TYPE_CHECKING:
    from storefront.cache.swr import Cached

T = TypeVar("T")

_KEPT = frozenset({"fresh", "aging"})


def told(
    journal: Journal,
    asked: tuple[str, Mapping[str, object], float | None],
    fetch: Callable[[], T],
    get: Callable[[Callable[[], T]], "Cached[T]"],
) -> "Cached[T]":
    """`get(fetch)`, noted.

    `asked` is the family, the key's parts, and when the copy in memory was made (Unix seconds, None without
    one). Raises what `get` raises.
    """
    family, parts, held = asked
    took: list[float] = []

    def timed() -> T:
        asked = time.perf_counter()
        try:
            return fetch()
        finally:
            took.append((time.perf_counter() - asked) * 1_000)

    detail = _named(parts)
    began = time.perf_counter()

    def note(source: str, age: float | None, tags: tuple[tuple[str, int | None], ...]) -> None:
        ms = (time.perf_counter() - began) * 1_000
        journal.add(Part(family, detail, source, age, tags, ms, sum(took) if took else None))

    try:
        answer = get(timed)
    except UpstreamError as error:
        note("not_found" if isinstance(error, NotFound | Gone) else "failed", None, ())
        raise
    note(_source(answer, held), answer.age, _tags(answer))
    return answer


def told_of_pieces(family: str, pieces: int, rendered: int) -> None:
    """Note in the journal in force that of so many rendered pieces so many were not kept already."""
    journal = current_journal()
    if journal is not None and pieces:
        detail = _named({"pieces": pieces, "rendered": rendered})
        journal.add(Part(family, detail, "rendered" if rendered else "kept", None, (), None))


def _source(answer: "Cached[T]", held: float | None) -> str:
    state = str(answer.state)
    if state not in _KEPT:
        return state
    return "memory" if held == answer.made_at else "redis"


def _tags(answer: "Cached[T]") -> tuple[tuple[str, int | None], ...]:
    return tuple((tag.name, tag.version) for tag in answer.tags)


def _named(parts: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(parts.items()) if value is not None)
