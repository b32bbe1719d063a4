"""Which orders this browser may see: their tokens, in a signed cookie, newest last.

A cookie and not the session, so that a guest can buy and come back to the order while the session table is
away. It holds the last five orders for thirty days; older ones are found by number and e-mail address.
"""

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponseBase

from storefront.clients.orders import OrderRef
from storefront.core import OrderId
from storefront.web.cookies import forget_cookie

MAX_AGE_SECONDS = 30 * 24 * 3600
MOST_ORDERS = 5
_SALT = "storefront.orders"


def keep_order(request: HttpRequest, response: HttpResponseBase, order: OrderRef) -> None:
    """Let this browser see the order, which is its newest from now on."""
    known = _tokens(request)
    known.pop(order.id, None)
    known[order.id] = order.token
    newest = dict(list(known.items())[-MOST_ORDERS:])
    response.set_cookie(
        settings.ORDER_COOKIE_NAME,
        signing.dumps(newest, salt=_SALT),
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_orders(response: HttpResponseBase) -> None:
    """Let the browser forget which orders it may see."""
    forget_cookie(response, settings.ORDER_COOKIE_NAME)


def may_see(request: HttpRequest, order_id: str) -> bool:
    """Whether this browser holds the order's token."""
    return order_id in _tokens(request)


def latest_order(request: HttpRequest) -> str:
    """The order that this browser was let see last, "" when there is none."""
    return next(reversed(_tokens(request)), "")


def order_of(request: HttpRequest, order_id: str) -> OrderRef:
    """The order and what opens it; Http404 for anybody else."""
    token = _tokens(request).get(order_id)
    if token is None:
        raise Http404
    return OrderRef(OrderId(order_id), token)


def _tokens(request: HttpRequest) -> dict[str, str]:
    """Tokens by order id; none for a cookie that is absent, broken, too old or not ours."""
    try:
        kept = signing.loads(
            request.COOKIES.get(settings.ORDER_COOKIE_NAME, ""), salt=_SALT, max_age=MAX_AGE_SECONDS
        )
    except (signing.BadSignature, ValueError):
        return {}
    return {str(name): str(token) for name, token in kept.items()} if isinstance(kept, dict) else {}
