"""Headers that are sent again and again: the server checks and joins them once.

gunicorn looks at every header of every answer, name and value, which for a page out of memory takes longer
than finding the page. So our worker puts a second way to start an answer into the environ, under `START`, for
headers of this type: the first answer goes the usual way, and what came of it is remembered with the headers.
Other servers do not have it, and get the list as usual.
"""

from collections.abc import Iterable

START = "storefront.start_kept"


class KeptHeaders(list[tuple[str, str]]):
    """A list of headers that nobody changes any more. `joined` and `length` belong to the server."""

    __slots__ = ("joined", "length")

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        super().__init__(headers)
        self.joined: list[tuple[str, str]] | None = None
        self.length: int | None = None
