"""Where the shop's pages are, found as a shopper would find them."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from bench.shops import REGION, fetch

FULL = 24  # cards on a whole list page
LINK = r'href="({}[^"?#]+/)"'
WORDS = ("cushion", "print", "vase", "linen", "card", "bowl", "lamp", "throw")
FAR = 40  # pages of a list that are looked through for products, at most


@dataclass(frozen=True, slots=True)
class Pages:
    """Paths of the shop; each is the same on every web tier of a lab."""

    home: str
    list: str
    product: str
    search: str
    lists: tuple[str, ...]
    products: tuple[str, ...]

    def kinds(self) -> dict[str, str]:
        """One page of each kind."""
        return {"home": self.home, "list": self.list, "product": self.product, "search": self.search}


def pages(origin: str, *, products: int = 60) -> Pages:
    """The pages of a shop, with at least one list of 24 cards. ValueError when there is none."""
    home = f"{REGION}/"
    lists = links(fetch(origin + home), f"{REGION}/c/")
    full = [path for path in lists if len(links(fetch(origin + path), f"{REGION}/p/")) >= FULL]
    if not full:
        raise ValueError(f"no list of the shop at {origin} has {FULL} cards")
    found = collected(origin, full, products)
    search = f"{REGION}/search/?q={WORDS[0]}"
    return Pages(home, full[0], found[0], search, tuple(full), tuple(found))


def collected(origin: str, lists: list[str], wanted: int) -> list[str]:
    """So many products, in the order of the lists' pages, or fewer when the lists hold no more."""
    found: dict[str, None] = {}
    for path in lists:
        for number in range(1, FAR + 1):
            fresh = links(fetch(f"{origin}{path}?page={number}"), f"{REGION}/p/")
            before = len(found)
            found |= dict.fromkeys(fresh)
            if len(found) >= wanted or len(found) == before or len(fresh) < FULL:
                break
        if len(found) >= wanted:
            break
    return list(found)[:wanted]


def links(page: str, prefix: str) -> list[str]:
    """Addresses on the page that begin with `prefix`, each once, in their order."""
    return list(dict.fromkeys(re.findall(LINK.format(re.escape(prefix)), page)))


def searches(first: int, count: int) -> list[str]:
    """Searches that nobody has made before, as long as `first` moves on by `count`."""
    numbers = range(first, first + count)
    return [f"{REGION}/search/?q={quote(f'{WORDS[n % len(WORDS)]} {n}')}" for n in numbers]
