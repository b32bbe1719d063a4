"""Which orders a browser may see: the last five, and the one that it was let see last is the latest."""

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from storefront.clients.orders import OrderRef
from storefront.core import OrderId
from storefront.web.order_tokens import MOST_ORDERS, keep_order, latest_order, may_see


def browser_that_kept(*order_ids: str) -> HttpRequest:
    """A request of a browser that was let see these orders, in this order."""
    request = RequestFactory().get("/")
    for order_id in order_ids:
        response = HttpResponse()
        keep_order(request, response, OrderRef(OrderId(order_id), f"token-of-{order_id}"))
        for name, morsel in response.cookies.items():
            request.COOKIES[name] = morsel.value
    return request


def test_an_order_that_is_looked_up_again_is_the_latest():
    assert latest_order(browser_that_kept("ord_1", "ord_2", "ord_1")) == "ord_1"


def test_an_order_that_was_just_looked_up_is_not_the_first_to_be_forgotten():
    others = [f"ord_{number}" for number in range(2, MOST_ORDERS + 1)]
    request = browser_that_kept("ord_1", *others, "ord_1", "ord_new")
    assert may_see(request, "ord_1")
    assert not may_see(request, others[0])
