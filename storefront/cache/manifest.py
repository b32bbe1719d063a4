"""What is cached: one table of key families, which every call site reads.

Every answer has two lifetimes. Until `soft` it is served as it is. Between `soft` and `hard` it is served
and renewed in the background. After `hard` the shopper waits for a new one; should the upstream not answer,
the old copy is served, marked as stale, until it is `stale_for` old. All in seconds from the fetch on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DAY = 86_400.0
# What anybody can make more of by typing must not lie in the shared store for long.
QUARTER_HOUR = 900.0

PartValue = str | int | None
Parts = Mapping[str, PartValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One kind of cached thing.

    `tags` are templates over the key's parts (`product:{handle}`). `invalidated_by` tells, for people, which
    changes make them old; whoever learns of one may purge the tag, the lifetimes bound the wait otherwise.
    `typed` says that its keys hold what people type, which may be personal (an e-mail address in the search
    field): such keys are always hashed. `jitter` spreads both lifetimes by that share, so that what was
    cached together does not expire together. `negative` is how long a NotFound is remembered; 0 for not at
    all. A family whose `serves_purged` is False would rather have nothing than data older than a known change
    (prices). One that is not `by_language` holds no words, and is kept once for all languages of a market.
    """

    name: str
    holds: str
    soft: float
    hard: float
    tags: tuple[str, ...]
    invalidated_by: str
    stale_for: float = DAY
    jitter: float = 0.1
    negative: float = 0.0
    serves_purged: bool = True
    typed: bool = False
    by_language: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.soft <= self.hard <= self.stale_for:
            raise ValueError(f"{self.name}: lifetimes must grow: soft, hard, stale_for")
        if not 0 <= self.jitter < 1:
            raise ValueError(f"{self.name}: jitter is a share below 1")

    def tags_for(self, parts: Parts) -> tuple[str, ...]:
        """The tags of one key. KeyError names a part that a template wants and the key lacks."""
        return tuple(template.format_map(parts) for template in self.tags)


CATEGORIES = Family(
    name="categories",
    holds="the category tree of a market",
    soft=120,
    hard=3_600,
    tags=("categories", "catalog"),
    invalidated_by="a category changes; an import ends",
)
PRODUCT = Family(
    name="product",
    holds="one product without its prices",
    soft=60,
    hard=900,
    tags=("product:{handle}", "catalog"),
    invalidated_by="the product changes or is withdrawn; an import ends",
    negative=10,
)
PRODUCTS = Family(
    name="products",
    holds="one page of products as cards, by category or by handles",
    soft=30,
    hard=600,
    tags=("products", "catalog"),
    invalidated_by="one of its products changes (tag per product); an import ends",
    negative=10,
)
SITEMAP = Family(
    name="sitemap",
    holds="one page of a market's products for the sitemaps: handles and times of change",
    soft=900,
    hard=21_600,
    tags=("products", "catalog"),
    invalidated_by="an import ends",
    by_language=False,
)
OFFERS = Family(
    name="offers",
    holds="price and stock of a product's variants, for display only",
    soft=5,
    hard=60,
    tags=("offers:{handle}", "catalog"),
    invalidated_by="a price or the stock of one of its SKUs changes",
    stale_for=300,
    negative=5,
    serves_purged=False,
    by_language=False,
)
SEARCH = Family(
    name="search",
    holds="one page of search results with facets",
    soft=20,
    hard=300,
    tags=("search", "catalog"),
    invalidated_by="one of its products changes (tag per product); the index is rebuilt",
    stale_for=QUARTER_HOUR,
    typed=True,
)
RELATED = Family(
    name="related",
    holds="others of a product's category",
    soft=60,
    hard=900,
    tags=("search", "product:{handle}", "catalog"),
    invalidated_by="the product or one of those shown changes (tag per product); the index is rebuilt",
    negative=10,
)
SUGGESTIONS = Family(
    name="suggestions",
    holds="completions of what is being typed",
    soft=120,
    hard=600,
    tags=("search",),
    invalidated_by="the index is rebuilt",
    stale_for=QUARTER_HOUR,
    typed=True,
)
HOME = Family(
    name="home",
    holds="the blocks of the home page",
    soft=30,
    hard=900,
    negative=10,
    tags=("content", "content:home"),
    invalidated_by="a merchandiser publishes the home page",
)
MENU = Family(
    name="menu",
    holds="one navigation menu",
    soft=120,
    hard=3_600,
    tags=("content", "menu:{name}"),
    invalidated_by="a merchandiser publishes the menu",
    negative=10,
)
CONTENT_PAGE = Family(
    name="content_page",
    holds="one editorial page",
    soft=60,
    hard=3_600,
    tags=("content", "content:{slug}"),
    invalidated_by="a merchandiser publishes or withdraws the page",
    negative=10,
)

CONTENT_PAGES = Family(
    name="content_pages",
    holds="which editorial pages there are",
    soft=300,
    hard=3_600,
    tags=("content", "content_pages"),
    invalidated_by="a merchandiser publishes or withdraws a page",
)
REDIRECTS = Family(
    name="redirects",
    holds="where every moved address leads",
    soft=120,
    hard=3_600,
    tags=("content", "redirects"),
    invalidated_by="a merchandiser writes a redirect",
    negative=60,
    by_language=False,
)
DELIVERY_QUOTES = Family(
    name="delivery_quotes",
    holds="what sending something to a country or postcode costs and when it arrives, before there is a cart",
    soft=60,
    hard=600,
    tags=("delivery",),
    invalidated_by="rates or carriers change; the dates move at midnight",
    stale_for=QUARTER_HOUR,
    negative=10,
    typed=True,
)
PICKUP_PROMISES = Family(
    name="pickup_promises",
    holds="where so many of a SKU can be picked up and from when, for display only",
    soft=15,
    hard=60,
    tags=("stores",),
    invalidated_by="the stock of a store or its opening times change",
    stale_for=300,
    negative=10,
    typed=True,
)
PAYMENT_METHODS = Family(
    name="payment_methods",
    holds="how one can pay in a market",
    soft=120,
    hard=3_600,
    tags=("payments",),
    invalidated_by="a market's ways to pay change",
    negative=10,
)

REVIEW_SUMMARY = Family(
    name="review_summary",
    holds="a product's reviews in numbers",
    soft=60,
    hard=900,
    tags=("reviews", "reviews:{handle}"),
    invalidated_by="a review of the product is shown or taken away",
    by_language=False,
)
REVIEWS = Family(
    name="reviews",
    holds="a stretch of a product's reviews, in one order",
    soft=60,
    hard=900,
    tags=("reviews", "reviews:{handle}"),
    invalidated_by="a review of the product is shown or taken away; votes are seen when it is renewed",
    by_language=False,
)

CARD = Family(
    name="card",
    holds="one rendered product card, named by all that it shows",
    soft=3_600,
    hard=3_600,
    tags=(),
    invalidated_by="nothing: what is changed has another name",
    stale_for=3_600,
)

PAGE = Family(
    name="page",
    holds="a whole public page, ready to send, at an address without a query",
    soft=60,
    hard=600,
    tags=("pages",),
    invalidated_by="anything changes that the page was made of (it carries all of their tags)",
)
QUERIED_PAGE = Family(
    name="queried_page",
    holds="a whole public page at an address with a query: filters, pages of lists, searches",
    soft=60,
    hard=600,
    tags=("pages",),
    invalidated_by="anything changes that the page was made of (it carries all of their tags)",
    stale_for=QUARTER_HOUR,
    typed=True,
)

MANIFEST: Mapping[str, Family] = MappingProxyType(
    {
        family.name: family
        for family in (
            CATEGORIES,
            PRODUCT,
            PRODUCTS,
            SITEMAP,
            OFFERS,
            SEARCH,
            RELATED,
            SUGGESTIONS,
            HOME,
            MENU,
            CONTENT_PAGE,
            DELIVERY_QUOTES,
            PICKUP_PROMISES,
            PAYMENT_METHODS,
            CONTENT_PAGES,
            REDIRECTS,
            REVIEW_SUMMARY,
            REVIEWS,
            CARD,
            PAGE,
            QUERIED_PAGE,
        )
    }
)
