"""What the cart's pages hold: the cart at today's prices, what is wrong with it, and what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.cart.elsewhere import Elsewhere
from storefront.cart.words import EXPIRED, MERGED
from storefront.clients.orders import Cart, CartRef, Country, Line, NewCart, OrderCode
from storefront.clients.shapes import DeliveryOption
from storefront.clients.stores import PickupPromise
from storefront.core import Gone, NotFound, UpstreamError
from storefront.web import reads
from storefront.web.cart_merge import Merged
from storefront.web.formats import money, number
from storefront.web.notices import Undo
from storefront.web.promo_codes import CodeForm, reasons
from storefront.web.shop import Shop

FEW = 5
"""So many left, or fewer, is worth saying."""


@dataclass(frozen=True, slots=True)
class EstimateForm:
    """Where it will probably go: what was typed, and what is wrong with it ("" for nothing)."""

    country: str
    postcode: str
    countries: tuple[Country, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPage:
    """The cart page. `cart` is None when there is none, or (then `problem` says so) when it can't be shown.

    `errors` and `typed` are by line id: what is wrong with a quantity, and the quantity as typed. `sent_by`
    is how and when it comes, `pickup` the nearest store that has it, None while not known. `latest_href`
    leads to the order that this browser placed last, `elsewhere` is another market's cart that holds
    things while this one is empty; `can_cancel` is whether it may give up the order that holds the cart.
    `merged` is what signing in put into it, as long as that can be undone.
    """

    title: str = ""
    description: str = ""
    cart: Cart | None = None
    problem: str = ""
    notices: tuple[str, ...] = ()
    undo: Undo | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    code: CodeForm = field(default_factory=CodeForm)
    estimate: EstimateForm | None = None
    sent_by: DeliveryOption | None = None
    pickup: PickupPromise | None = None
    latest_href: str = ""
    elsewhere: Elsewhere | None = None
    can_cancel: bool = False
    merged: Merged | None = None
    signed_in: bool = False

    @property
    def can_check_out(self) -> bool:
        """Whether every line can be bought as it stands."""
        cart = self.cart
        return (
            cart is not None and cart.status == "open" and bool(cart.lines) and all(map(buyable, cart.lines))
        )

    @property
    def reasons(self) -> dict[str, str]:
        """By code why it does not apply now."""
        return reasons(self.cart) if self.cart else {}

    @property
    def is_wrong(self) -> bool:
        """Whether something that was typed could not be taken."""
        return bool(self.errors or self.code.error or (self.estimate and self.estimate.error))

    @property
    def announcement(self) -> str:
        """What is said aloud once the page was swapped: what it brought, and what it costs now."""
        cart = self.cart
        if cart is None or not cart.lines:
            state = _("Your cart is empty.")
        else:
            words = ngettext(
                "%(count)s item in your cart, %(total)s in total.",
                "%(count)s items in your cart, %(total)s in total.",
                cart.item_count,
            )
            state = words % {"count": number(cart.item_count), "total": money(cart.totals.total)}
        removed = (_("%(title)s was removed.") % {"title": self.undo.title},) if self.undo else ()
        wrong = (*self.errors.values(), self.code.error, self.estimate.error if self.estimate else "")
        return " ".join(filter(None, (*wrong, *removed, *self.notices, state)))

    @property
    def kept_until(self) -> datetime | None:
        """Until when the cart is kept."""
        return self.cart.expires_at if self.cart else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedPage:
    """What is said after "Add to cart" worked."""

    title: str
    message: str
    cart: Cart
    line: Line | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAddedPage:
    """Why "Add to cart" did not work, with what was typed, so that it can be tried again."""

    title: str
    message: str
    sku: str
    quantity: str
    back_href: str
    can_retry: bool


def buyable(line: Line) -> bool:
    """Whether a line's quantity is in stock."""
    return line.available >= line.quantity


def build_cart_page(
    shop: Shop,
    ref: CartRef | None,
    cart: Cart | None = None,
    reopen: Callable[[CartRef], NewCart | None] = lambda _ref: None,
) -> CartPage:
    """The cart that `ref` opens (or `cart`, read already); deferred is what helps with the estimate.

    A cart that is gone, or was bought, is shown as an empty one; `reopen` gives a customer's that opens no
    more to what the browser remembers.

    Raises UpstreamUnavailable or UpstreamInvalid.
    """
    described = _("What you have chosen, and what it costs with delivery and tax before you say who you are.")
    page = CartPage(title=_("Your cart"), description=described)
    if ref is None:
        return page
    try:
        cart = cart or shop.orders.get_cart(cart=ref)
    except (NotFound, Gone) as gone:
        again = reopen(ref)
        if again is None:
            words = MERGED if gone.code == OrderCode.CART_MERGED else EXPIRED
            return replace(page, notices=(str(words),))
        cart = again.cart
    if cart.status == "ordered":
        return page
    page = replace(page, cart=cart)
    return _with_help(shop, page, cart) if cart.lines else page


def unavailable_page(problem: str) -> CartPage:
    """The page while the order service is away."""
    return CartPage(title=_("Your cart"), problem=problem)


def order_href(order_id: str) -> str:
    """The page of an order, "" for none."""
    return reverse("orders:confirmation", kwargs={"order_id": order_id}) if order_id else ""


def _with_help(shop: Shop, page: CartPage, cart: Cart) -> CartPage:
    """The page with the countries to choose from, when it comes, and where it could be picked up."""
    goes = cart.estimate
    form = EstimateForm(goes.country, goes.postcode or "", (Country(code=goes.country, name=""),))
    sent_by = cart.delivery_option
    try:
        quotes = reads.delivery_quotes(shop, goes.country, goes.postcode).value
        form = replace(form, countries=quotes.countries)
        sent_by = sent_by or quotes.items[0]
    except UpstreamError:
        shop.telemetry.degraded("delivery_quotes", "unavailable")
    pickup = None if cart.fulfilment.store else _nearest(shop, goes.country, goes.postcode)
    return replace(page, estimate=form, sent_by=sent_by, pickup=pickup)


def _nearest(shop: Shop, country: str, postcode: str | None) -> PickupPromise | None:
    try:
        promises = reads.pickup_promises(shop, country, postcode).value.items
    except UpstreamError:
        shop.telemetry.degraded("pickup_promises", "unavailable")
        return None
    return next((promise for promise in promises if promise.available), None)
