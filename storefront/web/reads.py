"""What pages read, each through the cache by its family of the manifest.

Slices share these, so that a category tree or a product is one cached thing however many pages show it. Every
function raises what its client raises when there is no usable copy either; see `CachedAnswers.get`.
"""

from collections.abc import Iterable, Sequence

from storefront.cache import Cached, Tag, manifest
from storefront.clients.catalog import CategoryTree, OfferList, Product, ProductPage, SitemapPage
from storefront.clients.content import ContentPage, Home, Menu, PageList, RedirectList
from storefront.clients.orders import DeliveryQuotes, PaymentMethodList
from storefront.clients.reviews import ReviewPage, ReviewSort, Summary
from storefront.clients.search import RelatedProducts, SearchResult, Sort, SuggestionList
from storefront.clients.shapes import ProductCard
from storefront.clients.stores import PickupPromiseList
from storefront.web.listing import PAGE_SIZE
from storefront.web.shop import Shop


def category_tree(shop: Shop) -> Cached[CategoryTree]:
    """Every category of the market."""
    return shop.cache.get(
        manifest.CATEGORIES,
        {},
        lambda: shop.catalog.list_categories(market=shop.market, locale=shop.locale),
        type=CategoryTree,
        tags_of=lambda tree: (Tag("categories", tree.version),),
    )


def product(shop: Shop, handle: str) -> Cached[Product]:
    """One product without its prices."""
    return shop.cache.get(
        manifest.PRODUCT,
        {"handle": handle},
        lambda: shop.catalog.get_product(handle=handle, market=shop.market, locale=shop.locale),
        type=Product,
        tags_of=lambda found: (Tag(f"product:{found.handle}", found.version),),
    )


def offers(shop: Shop, handle: str) -> Cached[OfferList]:
    """Price and stock of a product's variants, for display only."""
    return shop.cache.get(
        manifest.OFFERS,
        {"handle": handle},
        lambda: shop.catalog.get_product_offers(handle=handle, market=shop.market),
        type=OfferList,
        tags_of=lambda found: (Tag(f"offers:{handle}", found.version),),
    )


def newest_products(shop: Shop, category: str | None, limit: int = PAGE_SIZE) -> Cached[ProductPage]:
    """The newest products of a category, of the whole shop for None; needs no search service."""
    return shop.cache.get(
        manifest.PRODUCTS,
        {"category": category, "limit": limit},
        lambda: shop.catalog.list_products(
            market=shop.market, locale=shop.locale, category=category, limit=limit
        ),
        type=ProductPage,
        tags_of=lambda page: _card_tags(page.items),
    )


def named_products(shop: Shop, handles: Sequence[str]) -> Cached[ProductPage]:
    """Just these products, in this order; unknown ones are left out. At least one must be named."""
    return shop.cache.get(
        manifest.PRODUCTS,
        {"handles": ",".join(handles)},
        lambda: shop.catalog.list_products(
            market=shop.market, locale=shop.locale, handles=tuple(handles), limit=len(handles)
        ),
        type=ProductPage,
        tags_of=lambda page: _card_tags(page.items),
    )


def sitemap_entries(shop: Shop, cursor: str | None, limit: int) -> Cached[SitemapPage]:
    """One page of all products of the market, newest first, from `cursor` on."""
    return shop.cache.get(
        manifest.SITEMAP,
        {"cursor": cursor, "limit": limit},
        lambda: shop.catalog.list_sitemap_entries(market=shop.market, cursor=cursor, limit=limit),
        type=SitemapPage,
    )


def results(
    shop: Shop,
    *,
    q: str = "",
    category: str | None = None,
    filters: Sequence[str] = (),
    sort: Sort = "relevance",
    page: int = 1,
    limit: int = PAGE_SIZE,
) -> Cached[SearchResult]:
    """One page of search results with facets."""
    # Sorted, so that the same choice made in another order is the same cached thing.
    chosen = tuple(sorted(filters))
    return shop.cache.get(
        manifest.SEARCH,
        {
            "q": q,
            "category": category,
            "filters": "\n".join(chosen),
            "sort": sort,
            "page": page,
            "limit": limit,
        },
        lambda: shop.search.search_products(
            market=shop.market,
            locale=shop.locale,
            q=q,
            category=category,
            filters=chosen,
            sort=sort,
            page=page,
            limit=limit,
        ),
        type=SearchResult,
        tags_of=lambda found: _card_tags(found.items),
    )


def related_products(shop: Shop, handle: str, limit: int) -> Cached[RelatedProducts]:
    """Others of a product's category, as search knows them."""
    return shop.cache.get(
        manifest.RELATED,
        {"handle": handle, "limit": limit},
        lambda: shop.search.list_related_products(
            market=shop.market, locale=shop.locale, handle=handle, limit=limit
        ),
        type=RelatedProducts,
        tags_of=lambda found: _card_tags(found.items),
    )


def suggestions(shop: Shop, q: str) -> Cached[SuggestionList]:
    """Completions of what is being typed."""
    return shop.cache.get(
        manifest.SUGGESTIONS,
        {"q": q},
        lambda: shop.search.suggest(market=shop.market, locale=shop.locale, q=q),
        type=SuggestionList,
    )


def home(shop: Shop) -> Cached[Home]:
    """The blocks of the home page."""
    return shop.cache.get(
        manifest.HOME,
        {},
        lambda: shop.content.get_home(market=shop.market, locale=shop.locale),
        type=Home,
        tags_of=lambda found: (Tag("content:home", found.version),),
    )


def menu(shop: Shop, name: str) -> Cached[Menu]:
    """One navigation menu."""
    return shop.cache.get(
        manifest.MENU,
        {"name": name},
        lambda: shop.content.get_menu(name=name, market=shop.market, locale=shop.locale),
        type=Menu,
        tags_of=lambda found: (Tag(f"menu:{found.name}", found.version),),
    )


def content_page(shop: Shop, slug: str) -> Cached[ContentPage]:
    """One editorial page."""
    return shop.cache.get(
        manifest.CONTENT_PAGE,
        {"slug": slug},
        lambda: shop.content.get_page(slug=slug, market=shop.market, locale=shop.locale),
        type=ContentPage,
        tags_of=lambda found: (Tag(f"content:{found.slug}", found.version),),
    )


def content_pages(shop: Shop) -> Cached[PageList]:
    """Which editorial pages there are."""
    return shop.cache.get(
        manifest.CONTENT_PAGES,
        {},
        lambda: shop.content.list_pages(market=shop.market, locale=shop.locale),
        type=PageList,
        tags_of=lambda found: (Tag("content_pages", found.version),),
    )


def redirects(shop: Shop) -> Cached[RedirectList]:
    """Where every address leads that has no page any more."""
    return shop.cache.get(
        manifest.REDIRECTS,
        {},
        shop.content.list_redirects,
        type=RedirectList,
        tags_of=lambda found: (Tag("redirects", found.version),),
    )


def delivery_quotes(shop: Shop, country: str, postcode: str | None = None) -> Cached[DeliveryQuotes]:
    """What sending something to `country` ("IE") costs and when it arrives."""
    return shop.cache.get(
        manifest.DELIVERY_QUOTES,
        {"country": country, "postcode": postcode},
        lambda: shop.orders.list_delivery_quotes(
            market=shop.market, locale=shop.locale, country=country, postcode=postcode
        ),
        type=DeliveryQuotes,
    )


def pickup_promises(
    shop: Shop, country: str, postcode: str | None = None, *, sku: str | None = None, quantity: int = 1
) -> Cached[PickupPromiseList]:
    """Where so many of a SKU (None: whatever a cart may hold) can be picked up, nearest first."""
    return shop.cache.get(
        manifest.PICKUP_PROMISES,
        {"country": country, "postcode": postcode, "sku": sku, "quantity": quantity},
        lambda: shop.stores.list_pickup_promises(
            market=shop.market,
            locale=shop.locale,
            country=country,
            postcode=postcode,
            sku=sku,
            quantity=quantity,
        ),
        type=PickupPromiseList,
    )


def payment_methods(shop: Shop) -> Cached[PaymentMethodList]:
    """How one can pay in this market."""
    return shop.cache.get(
        manifest.PAYMENT_METHODS,
        {},
        lambda: shop.orders.list_payment_methods(market=shop.market, locale=shop.locale),
        type=PaymentMethodList,
    )


def review_summary(shop: Shop, handle: str) -> Cached[Summary]:
    """A product's reviews in numbers."""
    return shop.cache.get(
        manifest.REVIEW_SUMMARY,
        {"handle": handle},
        lambda: shop.reviews.get_summary(handle=handle),
        type=Summary,
        tags_of=lambda found: (Tag(f"reviews:{handle}", found.version),),
    )


def reviews(
    shop: Shop,
    handle: str,
    *,
    sort: ReviewSort = "newest",
    rating: int | None = None,
    cursor: str | None = None,
    limit: int = 10,
) -> Cached[ReviewPage]:
    """Some of a product's reviews, all or those with `rating` stars; `cursor` goes on where others ended."""
    return shop.cache.get(
        manifest.REVIEWS,
        {"handle": handle, "sort": sort, "rating": rating, "cursor": cursor, "limit": limit},
        lambda: shop.reviews.list_reviews(
            handle=handle,
            market=shop.market,
            locale=shop.locale,
            sort=sort,
            rating=rating,
            cursor=cursor,
            limit=limit,
        ),
        type=ReviewPage,
    )


def _card_tags(cards: Iterable[ProductCard]) -> tuple[Tag, ...]:
    """A page of cards is as old as its products: purged when one of them, or its price, changes."""
    tags = []
    for card in cards:
        tags += [Tag(f"product:{card.handle}", card.version), Tag(f"offers:{card.handle}")]
    return tuple(tags)
