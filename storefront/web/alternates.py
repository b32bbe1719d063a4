"""The same page in every region: for search engines (hreflang) and for the switcher.

Links in the head, and not in the sitemaps: nine regions cost 80 bytes of a compressed page, and the
sitemaps of 20,000 products would grow tenfold. Every version names all of them and itself, as search engines
ask; `x-default` is the address without a region, which leads everybody to their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.web.regions import REGIONS, split

X_DEFAULT = "x-default"


@dataclass(frozen=True, slots=True)
class Alternate:
    """One version of a page: `hreflang` as HTML wants it ("de-IE", "x-default"), and its absolute address."""

    hreflang: str
    href: str


def alternates(origin: str, path: str, markets: Sequence[str] | None = None) -> tuple[Alternate, ...]:
    """Every version of the page at `path` (with or without a region, with its query), own one included.

    `markets` are those that have the page, None for all.
    """
    plain = split(path)[1]
    regions = (region for region in REGIONS if markets is None or region.market in markets)
    versions = (Alternate(region.locale, origin + region.href(plain)) for region in regions)
    return (*versions, Alternate(X_DEFAULT, origin + plain))
