"""What opens an order in this browser: the token that it keeps, or being the customer who placed it."""

from storefront.clients.orders import OrderRef
from storefront.core import OrderId
from storefront.web.bearer import bearer_of
from storefront.web.identity import IDLE, SignInNeeded
from storefront.web.order_tokens import may_see, order_of
from storefront.web.requests import ShopRequest


def order_ref(request: ShopRequest, order_id: str) -> OrderRef | None:
    """The order and what opens it; None for somebody who holds neither.

    That a customer asks does not say that the order is theirs: then the order service answers NotFound.
    Orders are as the rest of the account: after IDLE without a word, SignInNeeded is raised.
    """
    if may_see(request, order_id):
        return order_of(request, order_id)
    if request.identity.signed_in and not request.identity.is_recent(IDLE):
        raise SignInNeeded(again=True)
    token = bearer_of(request)
    return OrderRef(OrderId(order_id), access_token=token) if token else None
