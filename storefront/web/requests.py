"""The request as views see it: Django's, with region, Shop, htmx's headers and the route's policy typed."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from storefront.web.flags import RequestFlags
    from storefront.web.identity import Identity
    from storefront.web.policies import Policy
    from storefront.web.regions import Region
    from storefront.web.shop import Shop


class ShopRequest(HttpRequest):
    """An HttpRequest after the middleware of this package; used for its types, never made by hand.

    `route` is the URL's name (`catalog:product`), "" where nothing matched. `path` is the address as the
    browser has it, `path_info` the part after the region that the URL table knows. `identity` is who asks; it
    reads the session at first use, so public pages cannot.
    """

    region: "Region"
    shop: "Shop"
    flags: "RequestFlags"
    identity: "Identity"
    htmx: "HtmxDetails"
    policy: "Policy"
    request_id: str
    route: str
