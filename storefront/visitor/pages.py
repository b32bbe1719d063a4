"""What the header's personal fragment holds. Nothing is critical: without the cart it has no number."""

from collections.abc import Callable
from dataclasses import dataclass

from storefront.clients.orders import CartRef, NewCart
from storefront.core import Gone, NotFound, UpstreamError
from storefront.web.shop import Shop


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """`item_count` is how many things are in the cart, None when that can't be known now.

    `name` is who is signed in, by their first name, "" for nobody. `marks` and `count` are what hearts need
    to know of the wish list (templates/components/saved.html). `header` says whether there is a place for
    these: only the header has it, not other frames that ask for notices.
    """

    item_count: int | None
    notices: tuple[str, ...]
    header: bool = False
    name: str = ""
    marks: str = ""
    count: str = ""


def build_summary(
    shop: Shop,
    ref: CartRef | None,
    notices: tuple[str, ...],
    reopen: Callable[[CartRef], NewCart | None] = lambda _ref: None,
) -> tuple[SummaryPage, bool]:
    """The fragment, and whether the cart that the browser remembers is no more.

    `reopen` gives a customer's cart that opens no more to what the browser remembers.
    """
    if ref is None:
        return SummaryPage(0, notices), False
    try:
        cart = shop.orders.get_cart(cart=ref)
    except (NotFound, Gone):
        again = reopen(ref)
        if again is None:
            return SummaryPage(0, notices), True
        cart = again.cart
    except UpstreamError:
        shop.telemetry.degraded("cart_count", "unavailable")
        return SummaryPage(None, notices), False
    bought = cart.status == "ordered"
    return SummaryPage(0 if bought else cart.item_count, notices), bought
