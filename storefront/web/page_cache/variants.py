"""The flags that a page reads: each value makes a page of its own, kept once for everybody who has it.

What stands in the environ of the request decides (a cookie of the experiment, say); the page itself is
rendered without it and asks `Rendering.variant`, so that what it reads is known and part of its key.
"""

from collections.abc import Sequence
from typing import Any, Protocol

Environ = dict[str, Any]


class Variants(Protocol):
    """Says which value of a flag a request gets. Must be quick, and must not raise."""

    def value(self, environ: Environ, name: str) -> str:
        """The value's short name ("on", "b"); one of few, or pages are kept too often to be of use."""
        ...


class NullVariants:
    """For a shop without flags: everybody gets the same."""

    def value(self, environ: Environ, name: str) -> str:
        """Always ""."""
        del environ, name
        return ""


def variants_of(variants: Variants, environ: Environ, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The values of several flags, in the order of their names."""
    return tuple((name, variants.value(environ, name)) for name in sorted(names))
