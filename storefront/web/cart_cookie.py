"""The signed cookie that keeps a cart, a guest's or a customer's, when the session is gone.

It holds the cart's id and the secret that opens it, signed with the shop's key (SECRET_KEY_FALLBACKS are
honoured) and dated. One that is broken or too old counts as absent; it is cleared and the shopper is
told. Each market has a cookie of its own: whoever goes to another market finds the cart they left there. The
signature covers the cookie's name, so that what was kept in one market opens nothing in another.

It also says whose cart it is, by the stamp of who was signed in when it was kept ("" for a guest's). To
somebody else who is signed in it is absent; while nobody is, or nobody can tell, it opens as a guest's does.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _lazy

from storefront.clients.orders.models import CartRef
from storefront.core import CartId
from storefront.web.cookies import forget_cookie
from storefront.web.regions import COUNTRIES, current_region

if TYPE_CHECKING:
    from storefront.web.identity.person import Identity

MAX_AGE_SECONDS = 30 * 24 * 3600
LOST = _lazy("We could not recognise the cart this browser remembered, so we started a new one.")
EXPIRED = _lazy("Your cart was more than 30 days old and has been emptied.")
_SALT = "storefront.cart"
_MEMO = "_cart_cookie"


@dataclass(frozen=True, slots=True)
class _Read:
    """What the cookie said: the cart if it is a good one and whose it is, and a sentence if it is not.

    With `anew` it is what the cookie has to say from now on.
    """

    ref: CartRef | None = None
    problem: str = ""
    owner: str = ""
    anew: bool = False


def cart_cookie_name(market: str = "") -> str:
    """The cookie of a market, the current region's for "": prices and stock of a cart are one market's."""
    return f"{settings.CART_COOKIE_NAME}-{market or current_region().market}"


def agreed_cookie_name(market: str = "") -> str:
    """The cookie beside it that says which cart, at which total, checkout asked about."""
    return f"{cart_cookie_name(market)}-p"


def _left_name(market: str = "") -> str:
    return f"{cart_cookie_name(market)}-l"


def cart_in(request: HttpRequest, market: str) -> CartRef | None:
    """The cart that this browser remembers of another market, None when there is none for who asks."""
    return _for_who_asks(request, _decode(request, cart_cookie_name(market)))


def cart_of(request: HttpRequest) -> CartRef | None:
    """The cart that this browser remembers, None when none can be trusted, or it is somebody else's."""
    return _for_who_asks(request, _read(request))


def cart_problem(request: HttpRequest) -> str:
    """A sentence for the shopper when the cookie was there but is no good; "" otherwise."""
    return str(_read(request).problem)


def keep_cart(request: HttpRequest, response: HttpResponseBase, ref: CartRef) -> None:
    """Let the browser remember `ref` for 30 days from now, as the cart of who is signed in."""
    _set(response, cart_cookie_name(), ref, _owner_of(request, ref))


def go_on_with(request: HttpRequest, ref: CartRef) -> None:
    """Let `ref` be this browser's cart from now on, in this request and with whatever answer it gets."""
    setattr(request, _MEMO, _Read(ref, owner=_owner_of(request, ref), anew=True))


def _set(response: HttpResponseBase, name: str, ref: CartRef, owner: str) -> None:
    kept = {"id": ref.id, "secret": ref.secret} | ({"of": owner} if owner else {})
    value = signing.dumps(kept, salt=_salt(name))
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
    return _for_who_asks(request, _decode(request, _left_name()))


def keep_left(request: HttpRequest, response: HttpResponseBase, ref: CartRef) -> None:
    """Let the browser remember the cart with what did not fit."""
    _set(response, _left_name(), ref, _owner_of(request, ref))


def forget_left(response: HttpResponseBase) -> None:
    """Let the browser forget the cart with what did not fit: it has joined the customer's."""
    forget_cookie(response, _left_name())


def forget_cart(response: HttpResponseBase) -> None:
    """Let the browser forget its cart."""
    forget_cookie(response, cart_cookie_name())


def forget_all_carts(response: HttpResponseBase) -> None:
    """Let the browser forget its carts of all markets: whoever uses it next is somebody else."""
    for name in _all_names():
        forget_cookie(response, name)


def disregard_carts(request: HttpRequest) -> None:
    """Read this request as if its browser had brought no cart: whose it is has gone."""
    for name in _all_names():
        request.COOKIES.pop(name, None)
    setattr(request, _MEMO, _Read())


def settle_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Put the cookie in order, unless the answer has seen to it.

    One that was found to be no good, or another's, is taken off the browser; one to go on with is kept.
    """
    read: _Read | None = getattr(request, _MEMO, None)
    if read is None or cart_cookie_name() in response.cookies:
        return
    if read.anew and read.ref is not None:
        keep_cart(request, response, read.ref)
    elif read.problem or (read.ref is not None and _for_who_asks(request, read) is None):
        forget_cart(response)


def _read(request: HttpRequest) -> _Read:
    known = getattr(request, _MEMO, None)
    if isinstance(known, _Read):
        return known
    read = _decode(request, cart_cookie_name())
    setattr(request, _MEMO, read)
    return read


def _all_names() -> list[str]:
    """Every cookie about carts, of all markets."""
    markets = {country.market for country in COUNTRIES.values()}
    return [name(one) for one in markets for name in (cart_cookie_name, _left_name, agreed_cookie_name)]


def _owner_of(request: HttpRequest, ref: CartRef) -> str:
    """Whose cart it is from now on: of who is signed in. Where nobody is, it stays whose it was."""
    identity: Identity | None = getattr(request, "identity", None)
    if identity is not None and identity.signed_in:
        return identity.stamp
    read = _read(request)
    return read.owner if read.ref is not None and read.ref.id == ref.id else ""


def _for_who_asks(request: HttpRequest, read: _Read) -> CartRef | None:
    """The cart, None for somebody who is signed in and is not whose it is.

    Asked anew each time: somebody may sign in within the request.
    """
    identity: Identity | None = getattr(request, "identity", None)
    if read.owner and identity is not None and identity.is_another_than(read.owner):
        return None
    return read.ref


def _salt(name: str) -> str:
    return f"{_SALT}:{name}"


def _decode(request: HttpRequest, name: str) -> _Read:
    value = request.COOKIES.get(name, "")
    if not value:
        return _Read()
    try:
        data = signing.loads(value, salt=_salt(name), max_age=MAX_AGE_SECONDS)
        ref = CartRef(CartId(str(data["id"])), str(data["secret"]))
        return _Read(ref, owner=str(data.get("of", "")))  # a guest's has none
    except signing.SignatureExpired:
        return _Read(problem=str(EXPIRED))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return _Read(problem=str(LOST))
