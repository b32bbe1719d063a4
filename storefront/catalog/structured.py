"""What search engines read of a product page: JSON-LD in schema.org's words, safe in a script element."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django.conf import settings
from django.urls import reverse
from markupsafe import Markup

from storefront.clients.catalog import Offer, Product
from storefront.clients.shapes import Image
from storefront.core import Money
from storefront.web.html import script_json
from storefront.web.site import Crumb

_STOCK = {"in_stock": "InStock", "low_stock": "LimitedAvailability", "out_of_stock": "OutOfStock"}


def structured_data(product: Product, offers: Mapping[str, Offer] | None, way: tuple[Crumb, ...]) -> Markup:
    """The product and the way to it. Offers are left out while prices can't be had."""
    graph = [_product(product, offers or {}), _breadcrumbs(way)]
    return script_json({"@context": "https://schema.org", "@graph": graph})


def _product(product: Product, offers: Mapping[str, Offer]) -> dict[str, Any]:
    url = settings.PUBLIC_ORIGIN + reverse("catalog:product", kwargs={"handle": product.handle})
    data: dict[str, Any] = {"@type": "Product", "name": product.title, "url": url, "sku": product.handle}
    if product.summary:
        data["description"] = product.summary
    if product.vendor:
        data["brand"] = {"@type": "Brand", "name": product.vendor}
    if product.images:
        data["image"] = [_image_url(image) for image in product.images]
    sold = [offers[variant.sku] for variant in product.variants if variant.sku in offers]
    if sold:
        data["offers"] = [_offer(url, offer) for offer in sold]
    return data


def _offer(url: str, offer: Offer) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "sku": offer.sku,
        "url": url,
        "price": _amount(offer.price),
        "priceCurrency": offer.price.currency,
        "availability": f"https://schema.org/{_STOCK[offer.availability]}",
    }


def _breadcrumbs(way: tuple[Crumb, ...]) -> dict[str, Any]:
    items = []
    for position, crumb in enumerate(way, start=1):
        item: dict[str, Any] = {"@type": "ListItem", "position": position, "name": crumb.label}
        if crumb.href:
            item["item"] = settings.PUBLIC_ORIGIN + crumb.href
        items.append(item)
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _image_url(image: Image) -> str:
    url = image.url(max(image.widths), image.formats[-1])
    return settings.PUBLIC_ORIGIN + url if url.startswith("/") else url


def _amount(price: Money) -> str:
    """An amount with a point and the currency's decimals, as schema.org wants it."""
    return str(Decimal(price.amount).scaleb(-get_currency_precision(price.currency)))
