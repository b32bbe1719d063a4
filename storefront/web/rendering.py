"""What Django tells the page cache about a page that it renders: a `Rendering` in the request's environ."""

from collections.abc import Mapping
from typing import Any, Protocol

_KEY = "storefront.rendering"


class Answers(Protocol):
    """The flags of the request that a page is made for, as they stood at one moment."""

    def value(self, name: str) -> str:
        """The value's short name ("on", "b"); one of few, or pages are kept too often to be of use."""
        ...


class Rendering:
    """One page being made for the cache. The routing middleware fills it in, the cache reads it afterwards.

    `public` is whether the route and the answer may be kept for everybody. `reads` are the flags that the
    page asked for so far. While a rendering is there, public answers stay uncompressed: the cache keeps them
    in every coding.
    """

    def __init__(self, answers: Answers, *, renewal: bool = False) -> None:
        self.public = False
        self.degraded = False
        self.route = ""
        self.tags: tuple[str, ...] = ()
        self.renewal = renewal
        self.answers = answers
        self._values: dict[str, str] = {}

    def variant(self, name: str) -> str:
        """The value of a flag for this page; from now on the page is one of that value's."""
        if name not in self._values:
            self._values[name] = self.answers.value(name)
        return self._values[name]

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """The flags read, by name, with the values they had."""
        return tuple(sorted(self._values.items()))

    def note(self, *, route: str, public: bool, degraded: bool, tags: tuple[str, ...]) -> None:
        """What the routing middleware knows once the view has answered."""
        self.route, self.public, self.degraded, self.tags = route, public, degraded, tags

    def put_into(self, environ: dict[str, Any]) -> None:
        """Let the middleware of a request find this."""
        environ[_KEY] = self


def rendering_of(meta: Mapping[str, Any]) -> Rendering | None:
    """The rendering that a request (its META, or the environ) belongs to, None outside of the page cache."""
    found = meta.get(_KEY)
    return found if isinstance(found, Rendering) else None
