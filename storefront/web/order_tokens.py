"""Which orders this browser may see: their tokens, each under a key of its own in the session.

One key per order, because the session store keeps concurrent writes of different keys apart.
"""

from django.http import Http404

from storefront.clients.orders import OrderRef
from storefront.core import OrderId
from storefront.web.errors import PageProblem
from storefront.web.requests import ShopRequest

_PREFIX = "order."
SESSIONS_AWAY = (
    "We can't look up which orders are yours right now. Your order is safe; please try again in a moment."
)


def keep_order(request: ShopRequest, order: OrderRef) -> None:
    """Let this browser see the order."""
    request.session[_PREFIX + order.id] = order.token


def may_see(request: ShopRequest, order_id: str) -> bool:
    """Whether this browser holds the order's token."""
    return bool(_token(request, order_id))


def order_of(request: ShopRequest, order_id: str) -> OrderRef:
    """The order and what opens it; Http404 for anybody else, a 503 page while sessions can't be read."""
    token = _token(request, order_id)
    if token:
        return OrderRef(OrderId(order_id), token)
    if getattr(request.session, "unavailable", False):
        raise PageProblem(503, SESSIONS_AWAY)
    raise Http404


def _token(request: ShopRequest, order_id: str) -> str:
    token = request.session.get(_PREFIX + order_id, "")
    return token if isinstance(token, str) else ""
