"""The confirmation page. It answers only to the browser whose cookie holds the order's token."""

from django.http import Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from storefront.core import NotFound, Unauthorized
from storefront.orders.pages import ConfirmationPage
from storefront.web.order_tokens import order_of
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page


@private_page(query=())
@require_safe
def confirmation(request: ShopRequest, order_id: str) -> HttpResponseBase:
    """What was bought, by whom, for how much and what happens next; 404 for anybody else."""
    ref = order_of(request, order_id)
    try:
        order = request.shop.orders.get_order(order=ref)
    except (NotFound, Unauthorized) as gone:
        raise Http404 from gone
    return render_page(request, "orders/confirmation.html", ConfirmationPage.of(order))
