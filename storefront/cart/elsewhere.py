"""The cart that a shopper left in another market: prices and stock differ, so each market has its own."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from storefront.clients.orders import CartRef
from storefront.core import UpstreamError
from storefront.web.cart_cookie import cart_in
from storefront.web.regions import COUNTRIES, region_by_key, region_of, within
from storefront.web.requests import ShopRequest


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another market's cart: a country of that market (upper case), and the way to it."""

    country: str
    href: str


def cart_elsewhere(request: ShopRequest) -> Elsewhere | None:
    """The cart, in the language being read, that this browser has put things into; None for none.

    The order service is asked only where a cookie of another market is there.
    """
    here = request.region.market
    for market in dict.fromkeys(country.market for country in COUNTRIES.values() if country.market != here):
        ref = cart_in(request, market)
        if ref is not None and _holds_things(request, ref):
            return _way_to(_country_of(request, market), request.region.language)
    return None


def _way_to(country: str, language: str) -> Elsewhere | None:
    region = region_of(country, language)
    if region is None:
        return None
    with within(region):
        return Elsewhere(region.territory, reverse("cart:show"))


def _holds_things(request: ShopRequest, ref: CartRef) -> bool:
    try:
        cart = request.shop.orders.get_cart(cart=ref)
    except UpstreamError:  # gone, or nobody answers: then it is not worth a word
        return False
    return cart.status != "ordered" and bool(cart.lines)


def _country_of(request: ShopRequest, market: str) -> str:
    """The market's country that the shopper chose once, else its first."""
    chosen = region_by_key(request.COOKIES.get(settings.REGION_COOKIE_NAME, ""))
    if chosen is not None and chosen.market == market:
        return chosen.country
    return next(country.code for country in COUNTRIES.values() if country.market == market)
