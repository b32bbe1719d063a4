"""Product cards as pieces of pages that are rendered once: what a card's markup depends on, and its name.

The name holds a digest of all that the card shows. So a changed price is another card, at once and whatever
purge was lost; and a list that is rendered of old answers finds the card that belongs to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from msgspec import msgpack

from storefront.clients.shapes import ProductCard
from storefront.web.regions import current_region

SIZES = "(width >= 75rem) 20vw, (width >= 48rem) 30vw, 46vw"
EAGER = 2  # pictures of a list that are seen at once
PAGE = 24
_DIGEST_BYTES = 12
_encoder = msgpack.Encoder()


@dataclass(frozen=True, slots=True)
class CardView:
    """A card at its place: `level` is its heading's, `eager` one whose picture is seen at once.

    `anchor` is the name of the link that a page of a list begins with, "" for none; `listed` cards have an
    id of their own, by which the browser finds them again.
    """

    card: ProductCard
    country: str
    level: int = 3
    eager: bool = False
    sizes: str = SIZES
    anchor: str = ""
    listed: bool = False

    @property
    def name(self) -> str:
        """A digest of all that the card's markup depends on; links and amounts depend on the country."""
        shown = (self.card, self.country, self.level, self.eager, self.sizes, self.anchor, self.listed)
        return blake2b(_encoder.encode(shown), digest_size=_DIGEST_BYTES).hexdigest()


def card_views(cards: Iterable[ProductCard], sizes: str = SIZES) -> list[CardView]:
    """Cards of a shelf: none of them is what the page is about."""
    country = current_region().country
    return [CardView(card, country, sizes=sizes) for card in cards]


def listed_cards(cards: Sequence[ProductCard], first_page: int) -> list[CardView]:
    """Cards of a list that begins with the page `first_page`; the first pictures come at once."""
    country = current_region().country
    return [
        CardView(
            card,
            country,
            level=2,
            eager=at < EAGER,
            anchor="" if at % PAGE else f"page-{first_page + at // PAGE}",
            listed=True,
        )
        for at, card in enumerate(cards)
    ]
