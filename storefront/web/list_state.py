"""What a list's URL says, and the links that say it a little differently.

The whole state of a list is in its URL, so that it can be shared, kept and walked back through. Equal states
have one URL: facets stand in the order of their codes, values in their own, and what is usual isn't said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

Filters = tuple[tuple[str, tuple[str, ...]], ...]

FROM_FIRST = "from"
"""The key that makes `page=3` mean pages 1 to 3: where "Load more" has led, and where back returns to."""


@dataclass(frozen=True, slots=True)
class ListState:
    """What the URL says about a list.

    `sort` is "" for the list's own order, which `own_sort` names; neither it nor page 1 appear in links.
    `from_first` lists all pages up to `page` at once. `dropped` are codes of filters that made no sense.
    """

    path: str
    q: str = ""
    filters: Filters = ()
    sort: str = ""
    page: int = 1
    own_sort: str = field(default="relevance")
    from_first: bool = False
    dropped: tuple[str, ...] = ()

    def href(self, **changes: object) -> str:
        """The link to this state with some of it changed; any change but that of the page leads to page 1."""
        changed = replace(self, **({"page": 1, "from_first": False} | changes))  # type: ignore[arg-type]
        pairs: list[tuple[str, str]] = [("q", changed.q)] if changed.q else []
        pairs += [(code, value) for code, values in changed.filters for value in values]
        if changed.sort and changed.sort != changed.own_sort:
            pairs.append(("sort", changed.sort))
        if changed.page > 1:
            pairs.append(("page", str(changed.page)))
            pairs += [(FROM_FIRST, "1")] if changed.from_first else []
        return f"{changed.path}?{urlencode(pairs)}" if pairs else changed.path

    @property
    def values_chosen(self) -> int:
        """How many values of facets are chosen."""
        return sum(len(values) for _code, values in self.filters)

    @property
    def canonical(self) -> str:
        """The path that search engines should know this by: a page of the plain list, or of one value of it.

        Order makes no list of its own, nor do several values together, nor pages that stand on one.
        """
        kept = self.filters if self.values_chosen == 1 else ()
        return self.href(filters=kept, sort="", page=1 if self.from_first else max(self.page, 1))

    @property
    def indexable(self) -> bool:
        """Whether search engines may list this URL: there are too many mixtures of filters to crawl."""
        return self.values_chosen <= 1

    @property
    def own_href(self) -> str:
        """The one address of this state, without what is usual or made no sense."""
        return self.href(page=max(self.page, 1), from_first=self.from_first)

    def toggled(self, code: str, value: str) -> Filters:
        """The filters with one value added, or taken away when it was there."""
        found = dict(self.filters)
        values = found.get(code, ())
        found[code] = tuple(v for v in values if v != value) if value in values else (*values, value)
        return ordered(found)

    def as_filter(self) -> tuple[str, ...]:
        """The filters as the search service reads them: `colour:Ink`."""
        return tuple(f"{code}:{value}" for code, values in self.filters for value in values)


def ordered(filters: Mapping[str, Sequence[str]]) -> Filters:
    """These filters in the one order that URLs have them in, without facets that have no value."""
    return tuple((code, tuple(sorted(filters[code]))) for code in sorted(filters) if filters[code])
