"""What search engines read of a product page: JSON-LD in schema.org's words, safe in a script element."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from babel.numbers import get_currency_precision
from django.conf import settings
from markupsafe import Markup

from storefront.clients.catalog import Offer, Product, UnitMeasure, Variant
from storefront.clients.shapes import Image
from storefront.core import Money
from storefront.web.paths import path_of
from storefront.web.product_reviews import ReviewsView, rating_data, review_data
from storefront.web.site import Crumb
from storefront.web.structured import breadcrumb_list, document, image_url

_STOCK = {"in_stock": "InStock", "low_stock": "LimitedAvailability", "out_of_stock": "OutOfStock"}
# UN/CEFACT Recommendation 20, as schema.org's unitCode wants it.
_UNIT_CODES = {"m": "MTR", "m2": "MTK", "kg": "KGM", "g": "GRM", "l": "LTR", "ml": "MLT", "piece": "C62"}


def structured_data(
    product: Product,
    offers: Mapping[str, Offer] | None,
    chosen: Variant | None,
    way: tuple[Crumb, ...],
    reviews: ReviewsView,
) -> Markup:
    """The product with the chosen variant first, and the way to it.

    Every variant that is sold has an offer with its own address; none has while prices can't be had.
    """
    thing = _product(product, offers or {}, chosen) | _opinions(reviews)
    return document(thing, breadcrumb_list(way))


def _product(product: Product, offers: Mapping[str, Offer], chosen: Variant | None) -> dict[str, Any]:
    url = settings.PUBLIC_ORIGIN + path_of("catalog:product", handle=product.handle)
    data: dict[str, Any] = {
        "@type": "Product",
        "name": product.title,
        "url": url,
        "sku": chosen.sku if chosen else product.handle,
    }
    if product.summary:
        data["description"] = product.summary
    if product.vendor:
        data["brand"] = {"@type": "Brand", "name": product.vendor}
    if product.images:
        data["image"] = [image_url(image) for image in _images(product, chosen)]
    first = [chosen] if chosen else []
    variants = first + [variant for variant in product.variants if variant not in first]
    sold = [variant for variant in variants if variant.sku in offers]
    if sold:
        data["offers"] = [_offer(url, offers[one.sku], one.unit_measure) for one in sold]
    return data


def _opinions(reviews: ReviewsView) -> dict[str, Any]:
    """The rating and the first reviews; nothing of a product that nobody has reviewed."""
    rating = rating_data(reviews.summary)
    return {"aggregateRating": rating, "review": review_data(reviews.items)} if rating else {}


def _images(product: Product, chosen: Variant | None) -> list[Image]:
    first = chosen.image_index if chosen else None
    if first is None or first >= len(product.images):
        return list(product.images)
    return [product.images[first], *product.images[:first], *product.images[first + 1 :]]


def _offer(url: str, offer: Offer, measure: UnitMeasure | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Offer",
        "sku": offer.sku,
        "url": f"{url}?{urlencode({'variant': offer.sku})}",
        "price": _amount(offer.price),
        "priceCurrency": offer.price.currency,
        "availability": f"https://schema.org/{_STOCK[offer.availability]}",
        "itemCondition": "https://schema.org/NewCondition",
    }
    if measure:
        data["priceSpecification"] = _measured(offer.price, measure)
    return data


def _measured(price: Money, measure: UnitMeasure) -> dict[str, Any]:
    """The price again, with how much that buys and for what quantity its unit price is told."""
    code = _UNIT_CODES[measure.unit]
    return {
        "@type": "UnitPriceSpecification",
        "price": _amount(price),
        "priceCurrency": price.currency,
        "referenceQuantity": {
            "@type": "QuantitativeValue",
            "value": measure.quantity,
            "unitCode": code,
            "valueReference": {"@type": "QuantitativeValue", "value": measure.reference, "unitCode": code},
        },
    }


def _amount(price: Money) -> str:
    """An amount with a point and the currency's decimals, as schema.org wants it."""
    return str(Decimal(price.amount).scaleb(-get_currency_precision(price.currency)))
