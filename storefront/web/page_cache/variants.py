"""The flags that a page reads: each value makes a page of its own, kept once for everybody who has it.

What stands in the environ of the request decides (its address, a cookie of the visitor's); the page itself is
rendered without it and asks `Rendering.variant`, so that what it reads is known and part of its key.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from storefront.web.rendering import Answers

Environ = dict[str, Any]
Values = tuple[tuple[str, str], ...]


class Variants(Protocol):
    """Says which values of flags a request gets. Must be quick, and must not raise."""

    def answers(self, environ: Environ) -> Answers:
        """What a page that is made for this request is told."""
        ...

    def values(self, environ: Environ, names: Sequence[str]) -> Values:
        """The values of several flags now, in the order of their names. Asked for every page view."""
        ...

    def personal(self, environ: Environ, names: Sequence[str]) -> bool:
        """Whether who asks, and not the address or a CDN alone, decides about one of these flags."""
        ...

    def alone(self, environ: Environ) -> bool:
        """Whether this request gets pages that are made for it alone, and kept for nobody."""
        ...


class NullVariants:
    """For a shop without flags: everybody gets the same."""

    def answers(self, environ: Environ) -> Answers:
        """Answers that are all ""."""
        del environ
        return self

    def value(self, name: str) -> str:
        """Always ""."""
        del name
        return ""

    def values(self, environ: Environ, names: Sequence[str]) -> Values:
        """Always ""."""
        del environ
        return tuple((name, "") for name in sorted(names))

    def personal(self, environ: Environ, names: Sequence[str]) -> bool:
        """None is anybody's."""
        del environ, names
        return False

    def alone(self, environ: Environ) -> bool:
        """Nobody is."""
        del environ
        return False
