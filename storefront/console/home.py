"""The console's first page: where to go, and how the purger does."""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from storefront.cache.purger import PurgerState
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.web.notices import take_notices
from storefront.web.requests import ShopRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage(ConsolePage):
    """`purger` is None when it has said nothing for a minute; `heard` is how many seconds ago it did."""

    purger: PurgerState | None
    heard: float


@staff_view()
def show(request: ShopRequest) -> HttpResponseBase:
    """The page. A store that is away is a purger that is not heard of."""
    state = request.shop.cache.purger()
    now = request.shop.clock.now().timestamp()
    page = HomePage(
        title=_("Console"),
        route="console:home",
        notices=take_notices(request),
        purger=state,
        heard=max(now - state.at, 0.0) if state else 0.0,
    )
    return console_page(request, "home", page)
