"""What the cart's pages hold: the cart at today's prices, what is wrong with it, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storefront.clients.orders import Cart, CartRef, Line
from storefront.clients.shapes import DeliveryOption
from storefront.core import Gone, NotFound, UpstreamError
from storefront.web.shop import Shop

EXPIRED = "Your earlier cart has expired, so this one is empty."


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPage:
    """The cart page. `cart` is None when there is none, or (then `problem` says so) when it can't be shown.

    `errors` and `typed` are by line id: what is wrong with a quantity, and the quantity as typed.
    `delivery_estimate` is the cheapest way to send it, until the shopper has chosen one.
    """

    title: str = "Your cart"
    cart: Cart | None = None
    problem: str = ""
    notices: tuple[str, ...] = ()
    delivery_estimate: DeliveryOption | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def can_check_out(self) -> bool:
        """Whether every line can be bought as it stands."""
        cart = self.cart
        return (
            cart is not None and cart.status == "open" and bool(cart.lines) and all(map(buyable, cart.lines))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedPage:
    """What is said after "Add to cart" worked."""

    title: str = "Added to your cart"
    message: str
    cart: Cart
    line: Line | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAddedPage:
    """Why "Add to cart" did not work, with what was typed, so that it can be tried again."""

    title: str = "Not added to your cart"
    message: str
    sku: str
    quantity: str
    back_href: str
    can_retry: bool


def buyable(line: Line) -> bool:
    """Whether a line's quantity is in stock."""
    return line.available >= line.quantity


def build_cart_page(shop: Shop, ref: CartRef | None) -> CartPage:
    """The cart that `ref` opens: critical the cart, deferred the delivery estimate.

    A cart that is gone, or was bought, is shown as an empty one.

    Raises UpstreamUnavailable or UpstreamInvalid.
    """
    if ref is None:
        return CartPage()
    try:
        cart = shop.orders.get_cart(cart=ref)
    except (NotFound, Gone):
        return CartPage(notices=(EXPIRED,))
    if cart.status == "ordered":
        return CartPage()
    return with_estimate(shop, ref, CartPage(cart=cart))


def with_estimate(shop: Shop, ref: CartRef, page: CartPage) -> CartPage:
    """The page with what delivery will cost at least, when that can be known in time."""
    cart = page.cart
    if cart is None or not cart.lines or cart.delivery_option is not None:
        return page
    try:
        options = shop.orders.list_delivery_options(cart=ref)
    except UpstreamError:
        shop.telemetry.degraded("delivery_estimate", "unavailable")
        return page
    return CartPage(
        title=page.title,
        cart=cart,
        problem=page.problem,
        notices=page.notices,
        delivery_estimate=options.items[0],
        errors=page.errors,
        typed=page.typed,
    )
