"""The page, or part of one, that answers a postcode: for one variant of one product."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.catalog.delivery import DeliveryView, build_delivery
from storefront.catalog.variants import choose
from storefront.clients.catalog import Product
from storefront.web import reads
from storefront.web.shop import Shop


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """What `catalog/_delivery.html` needs, and the way back for the page that stands alone.

    `sku` is the variant that is asked about, "" when the product has none of that name.
    """

    title: str
    description: str
    product: Product
    sku: str
    back_href: str
    delivery: DeliveryView


def build_delivery_page(
    shop: Shop, handle: str, *, country_code: str, postcode: str, sku: str
) -> DeliveryPage:
    """The page. Raises NotFound for an unknown product; another product's SKU is as good as none."""
    product = reads.product(shop, handle).value
    variant = choose(product, None, sku, shop.country)
    known = variant.sku if variant else ""
    path = reverse("catalog:product", kwargs={"handle": handle})
    return DeliveryPage(
        title=_("Delivery of %(product)s") % {"product": product.title},
        description="",
        product=product,
        sku=known,
        back_href=f"{path}?{urlencode({'variant': known})}",
        delivery=build_delivery(shop, country_code=country_code, postcode=postcode, sku=known, handle=handle),
    )
