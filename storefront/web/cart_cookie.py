"""The signed cookie that keeps a guest's cart when the session is gone.

It holds the cart's id and the secret that opens it, signed with the shop's key (SECRET_KEY_FALLBACKS are
honoured) and dated. One that is broken or too old counts as absent; it is cleared and the shopper is
told. Each market has a cookie of its own: whoever goes to another market finds the cart they left there.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _lazy

from storefront.clients.orders.models import CartRef
from storefront.core import CartId
from storefront.web.regions import current_region

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


def cart_in(request: HttpRequest, market: str) -> CartRef | None:
    """The guest's cart that this browser remembers of another market, None when there is none."""
    return _decode(request.COOKIES.get(cart_cookie_name(market), "")).ref


def cart_of(request: HttpRequest) -> CartRef | None:
    """The guest's cart that this browser remembers, None when there is none (or none that can be trusted)."""
    return _read(request).ref


def cart_problem(request: HttpRequest) -> str:
    """A sentence for the shopper when the cookie was there but is no good; "" otherwise."""
    return str(_read(request).problem)


def keep_cart(response: HttpResponseBase, ref: CartRef) -> None:
    """Let the browser remember `ref` for 30 days from now."""
    value = signing.dumps({"id": ref.id, "secret": ref.secret}, salt=_SALT)
    response.set_cookie(
        cart_cookie_name(),
        value,
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_cart(response: HttpResponseBase) -> None:
    """Let the browser forget its cart."""
    name = cart_cookie_name()
    response.delete_cookie(name, path="/", samesite="Lax")
    # Browsers ignore a __Host- cookie that is not Secure, and so would ignore its deletion.
    response.cookies[name]["secure"] = settings.SESSION_COOKIE_SECURE
    response.cookies[name]["httponly"] = True


def clear_broken(request: HttpRequest, response: HttpResponseBase) -> None:
    """Take a cookie that was found to be no good off the browser, unless the answer sets a new one."""
    read: _Read | None = getattr(request, _MEMO, None)
    if read is not None and read.problem and cart_cookie_name() not in response.cookies:
        forget_cart(response)


def _read(request: HttpRequest) -> _Read:
    known = getattr(request, _MEMO, None)
    if isinstance(known, _Read):
        return known
    read = _decode(request.COOKIES.get(cart_cookie_name(), ""))
    setattr(request, _MEMO, read)
    return read


def _decode(value: str) -> _Read:
    if not value:
        return _Read()
    try:
        data = signing.loads(value, salt=_SALT, max_age=MAX_AGE_SECONDS)
        return _Read(CartRef(CartId(str(data["id"])), str(data["secret"])))
    except signing.SignatureExpired:
        return _Read(problem=str(EXPIRED))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return _Read(problem=str(LOST))
