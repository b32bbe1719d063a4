"""Headers that are sent again and again: the server checks and joins them once.

gunicorn looks at every header of every answer, name and value, which for a page out of memory takes longer
than finding the page, and sends headers and body one after the other, which is two packets for what fits the
first. So our worker puts a second way to answer into the environ, under `SEND`, for headers of this type.
Other servers do not have it, and get status, headers and body as usual.
"""

from collections.abc import Iterable

SEND = "storefront.send_kept"


class KeptHeaders(list[tuple[str, str]]):
    """A list of headers that nobody changes any more. `joined` and `length` belong to the server."""

    __slots__ = ("joined", "length")

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        super().__init__(headers)
        self.joined: str | None = None
        self.length: int | None = None
