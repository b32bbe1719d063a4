"""The signed cookie that keeps a cart, a guest's or a customer's, when the session is gone.

It holds the cart's id and the secret that opens it, signed with the shop's key (SECRET_KEY_FALLBACKS are
honoured) and dated. One that is broken or too old counts as absent; it is cleared and the shopper is
told. Each market has a cookie of its own: whoever goes to another market finds the cart they left there. The
signature covers the cookie's name, so that what was kept in one market opens nothing in another.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _lazy

from storefront.clients.orders.models import CartRef
from storefront.core import CartId
from storefront.web.cookies import forget_cookie
from storefront.web.regions import COUNTRIES, current_region

MAX_AGE_SECONDS = 30 * 24 * 3600
LOST = _lazy("We could not recognise the cart this browser remembered, so we started a new one.")
EXPIRED = _lazy("Your cart was more than 30 days old and has been emptied.")
_SALT = "storefront.cart"
_MEMO = "_cart_cookie"


@dataclass(frozen=True, slots=True)
class _Read:
    """What the cookie said: the cart if it is a good one, and a sentence if it is not."""

    ref: CartRef | None = None
    problem: str = ""


def cart_cookie_name(market: str = "") -> str:
    """The cookie of a market, the current region's for "": prices and stock of a cart are one market's."""
    return f"{settings.CART_COOKIE_NAME}-{market or current_region().market}"


def _left_name(market: str = "") -> str:
    return f"{cart_cookie_name(market)}-l"


def cart_in(request: HttpRequest, market: str) -> CartRef | None:
    """The guest's cart that this browser remembers of another market, None when there is none."""
    return _decode(request, cart_cookie_name(market)).ref


def cart_of(request: HttpRequest) -> CartRef | None:
    """The guest's cart that this browser remembers, None when there is none (or none that can be trusted)."""
    return _read(request).ref


def cart_problem(request: HttpRequest) -> str:
    """A sentence for the shopper when the cookie was there but is no good; "" otherwise."""
    return str(_read(request).problem)


def keep_cart(response: HttpResponseBase, ref: CartRef) -> None:
    """Let the browser remember `ref` for 30 days from now."""
    _set(response, cart_cookie_name(), ref)


def _set(response: HttpResponseBase, name: str, ref: CartRef) -> None:
    value = signing.dumps({"id": ref.id, "secret": ref.secret}, salt=_salt(name))
    response.set_cookie(
        name,
        value,
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def left_in(request: HttpRequest) -> CartRef | None:
    """The guest's cart with what did not fit into the customer's when they signed in, None for none."""
    return _decode(request, _left_name()).ref


def keep_left(response: HttpResponseBase, ref: CartRef) -> None:
    """Let the browser remember the cart with what did not fit."""
    _set(response, _left_name(), ref)


def forget_left(response: HttpResponseBase) -> None:
    """Let the browser forget the cart with what did not fit: it has joined the customer's."""
    forget_cookie(response, _left_name())


def forget_cart(response: HttpResponseBase) -> None:
    """Let the browser forget its cart."""
    forget_cookie(response, cart_cookie_name())


def forget_all_carts(response: HttpResponseBase) -> None:
    """Let the browser forget its carts of all markets: whoever uses it next is somebody else."""
    for market in {country.market for country in COUNTRIES.values()}:
        forget_cookie(response, cart_cookie_name(market))
        forget_cookie(response, _left_name(market))


def disregard_carts(request: HttpRequest) -> None:
    """Read this request as if its browser had brought no cart: whose it is has gone."""
    for market in {country.market for country in COUNTRIES.values()}:
        request.COOKIES.pop(cart_cookie_name(market), None)
        request.COOKIES.pop(_left_name(market), None)
    setattr(request, _MEMO, _Read())


def clear_broken(request: HttpRequest, response: HttpResponseBase) -> None:
    """Take a cookie that was found to be no good off the browser, unless the answer sets a new one."""
    read: _Read | None = getattr(request, _MEMO, None)
    if read is not None and read.problem and cart_cookie_name() not in response.cookies:
        forget_cart(response)


def _read(request: HttpRequest) -> _Read:
    known = getattr(request, _MEMO, None)
    if isinstance(known, _Read):
        return known
    read = _decode(request, cart_cookie_name())
    setattr(request, _MEMO, read)
    return read


def _salt(name: str) -> str:
    return f"{_SALT}:{name}"


def _decode(request: HttpRequest, name: str) -> _Read:
    value = request.COOKIES.get(name, "")
    if not value:
        return _Read()
    try:
        data = signing.loads(value, salt=_salt(name), max_age=MAX_AGE_SECONDS)
        return _Read(CartRef(CartId(str(data["id"])), str(data["secret"])))
    except signing.SignatureExpired:
        return _Read(problem=str(EXPIRED))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return _Read(problem=str(LOST))
