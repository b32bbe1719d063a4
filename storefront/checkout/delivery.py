"""How it gets to the shopper: sent to an address, or picked up in a store."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from storefront.checkout.forms import address_form, store_form
from storefront.checkout.guards import Checkout, at_step, go
from storefront.checkout.operations import has_delivery, set_delivery
from storefront.checkout.pages import AddressPage, PickupPage, StoreChoice, steps_for
from storefront.checkout.people import Book, book_of, keep_address
from storefront.checkout.saving import Saved, save
from storefront.checkout.views import onward, status_of
from storefront.clients.orders import STANDARD_OPTION, Cart, DeliveryOptionList
from storefront.clients.stores import PickupPromise
from storefront.core import Invalid, UpstreamError
from storefront.web import reads
from storefront.web.address_fields import address_of, address_values
from storefront.web.addresses import format_of
from storefront.web.formats import number
from storefront.web.forms import Form, clean
from storefront.web.moments import moment
from storefront.web.policies import private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page

_MOST_POSTCODE = 12


@private_page(query=("by", "postcode"))
@require_http_methods(["GET", "HEAD", "POST"])
@at_step("delivery")
def delivery(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Where it goes and how; `by` says which of the two ways is looked at."""
    by = request.POST.get("by") or request.GET.get("by") or checkout.cart.fulfilment.kind
    return _pickup(request, checkout) if by == "pickup" else _address(request, checkout)


# --- to an address ----------------------------------------------------------------------------------------


def _address(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    action = request.POST.get("action", "")
    form, offered, book = _form(request, checkout)
    if request.method != "POST":
        return _show_address(request, Saved(checkout, form), offered, book)
    if action == "option":
        saved = _option_now(request, checkout, form)
        if saved.elsewhere:
            return go(request, saved.elsewhere.headers["Location"])
        return _show_address(request, saved, offered, book, beside=saved.form.problem)
    read = form.read(_given(request, book))
    if action == "country":
        # Nothing was sent off yet, so nothing is wrong yet.
        shown = {} if book.address else read.values
        return _show_address(request, Saved(checkout, form.filled(shown)), offered, book)
    saved = _save_address(request, checkout, read) if read.ok else Saved(checkout, read)
    if saved.done or saved.elsewhere:
        if saved.done and book.address is None and request.POST.get("keep"):
            keep_address(request, checkout.cart, address_of(read))
        return saved.elsewhere or onward(request, checkout.cart, "delivery")
    return _show_address(request, saved, offered, book.typed() if saved.form.errors else book)


def _form(request: ShopRequest, checkout: Checkout) -> tuple[Form, DeliveryOptionList, Book]:
    """The form for the country that is chosen now, how things can be sent there, and the address book."""
    cart = checkout.cart
    known = cart.address.country if cart.address else cart.estimate.country
    book = book_of(request, cart)
    kept = book.address
    country = kept.country if kept else request.POST.get("country", known)
    offered = _offered(request, checkout, country, known)
    served = {one.code for one in offered.countries}
    if country not in served:
        country = known
    return address_form(cart, country, offered), offered, book.within(served)


def _given(request: ShopRequest, book: Book) -> dict[str, str]:
    """What was sent; a kept address that was chosen stands for what its fields hold."""
    data = request.POST.dict()
    kept = book.address
    return data | address_values(kept) | {"country": kept.country} if kept else data


def _offered(request: ShopRequest, checkout: Checkout, country: str, known: str) -> DeliveryOptionList:
    """What the cart can be sent by; for a country that it does not know of yet what is usual there."""
    if country != known or checkout.cart.fulfilment.kind == "pickup":
        try:
            quotes = reads.delivery_quotes(request.shop, country).value
            return DeliveryOptionList(countries=quotes.countries, items=quotes.items)
        except Invalid:  # no country of this market
            pass
    return request.shop.orders.list_delivery_options(cart=checkout.ref)


def _option_now(request: ShopRequest, checkout: Checkout, form: Form) -> Saved:
    """Choose the way to send at once, so that the total beside the form says what it costs."""
    option = form["option_id"].read(request.POST.get("option_id", ""))
    form = form.filled({"option_id": option.value})
    if option.error:
        return Saved(checkout, form.with_errors({"option_id": option.error}))
    return save(
        request,
        checkout,
        form,
        write=lambda seen: request.shop.orders.set_delivery_option(
            cart=checkout.ref, option_id=option.value, version=seen
        ),
        holds=lambda cart: cart.delivery_option is not None and cart.delivery_option.id == option.value,
    )


def _save_address(request: ShopRequest, checkout: Checkout, form: Form) -> Saved:
    address, option_id = address_of(form), form["option_id"].value

    def write(seen: int) -> Cart:
        return set_delivery(
            request.shop.orders,
            ref=checkout.ref,
            cart=checkout.cart,
            address=address,
            option_id=option_id,
            version=seen,
        )

    return save(
        request, checkout, form, write=write, holds=lambda cart: has_delivery(cart, address, option_id)
    )


def _show_address(
    request: ShopRequest, saved: Saved, offered: DeliveryOptionList, book: Book, *, beside: str = ""
) -> HttpResponseBase:
    cart, form = saved.checkout.cart, saved.form
    page = AddressPage(
        title=_("Delivery"),
        steps=steps_for("delivery", cart=cart),
        cart=cart,
        form=form,
        way=format_of(form["country"].value),
        options=offered.items,
        free_option=_free_option(request, cart),
        option_problem=beside,
        signed_in=request.identity.signed_in,
        book=book,
        keep=_keeps(request, cart, book),
    )
    return render_page(request, "checkout/delivery.html", page, status=status_of(form))


def _keeps(request: ShopRequest, cart: Cart, book: Book) -> bool:
    """Whether the box is ticked: as it was left, or at first where this would be the only address kept."""
    if request.method == "POST":
        return bool(request.POST.get("keep"))
    return book.empty and cart.address is None


def _free_option(request: ShopRequest, cart: Cart) -> str:
    """The way that an offer makes free: by what the cart says, or (sent another way now) by its value."""
    if any(one.kind == "free_delivery" and one.amount.amount for one in cart.promotions):
        return STANDARD_OPTION
    try:
        free_from = reads.delivery_quotes(request.shop, cart.estimate.country).value.free_from
    except UpstreamError:
        request.shop.telemetry.degraded("delivery_quotes", "unavailable")
        return ""
    reached = free_from is not None and not cart.totals.subtotal < free_from
    return STANDARD_OPTION if reached else ""


# --- in a store -------------------------------------------------------------------------------------------


def _pickup(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    estimate = checkout.cart.estimate
    data = request.POST if request.method == "POST" else request.GET
    postcode = clean(data.get("postcode", estimate.postcode or ""))[:_MOST_POSTCODE]
    promises, problem = _promises(request, estimate.country, postcode)
    form = store_form(checkout.cart, promises)
    saved = Saved(checkout, form)
    if request.method == "POST":
        form = form.read(request.POST.dict())
        saved = _save_store(request, checkout, form) if form.ok else Saved(checkout, form)
        if saved.done or saved.elsewhere:
            return saved.elsewhere or onward(request, checkout.cart, "delivery")
    cart = saved.checkout.cart
    page = PickupPage(
        title=_("Pick up in a store"),
        steps=steps_for("delivery", cart=cart),
        cart=cart,
        form=saved.form,
        stores=tuple(map(_choice, promises)),
        postcode=postcode,
        problem=problem,
    )
    return render_page(request, "checkout/pickup.html", page, status=status_of(saved.form))


def _promises(request: ShopRequest, country: str, postcode: str) -> tuple[tuple[PickupPromise, ...], str]:
    """The stores near a postcode, and why there are none."""
    shop = request.shop
    try:
        try:
            return reads.pickup_promises(shop, country, postcode or None).value.items, ""
        except Invalid:
            found = reads.pickup_promises(shop, country).value.items
            return found, _("Postcode: this is not one of that country, so the stores are in no order.")
    except UpstreamError:
        shop.telemetry.degraded("pickup_promises", "unavailable")
        return (), _("We can't show our stores right now. Have it delivered, or try again in a moment.")


def _save_store(request: ShopRequest, checkout: Checkout, form: Form) -> Saved:
    store_id = form["store_id"].value

    def holds(cart: Cart) -> bool:
        return cart.fulfilment.store is not None and cart.fulfilment.store.id == store_id

    return save(
        request,
        checkout,
        form,
        write=lambda seen: request.shop.orders.set_fulfilment(
            cart=checkout.ref, store_id=store_id, version=seen
        ),
        holds=holds,
    )


def _choice(promise: PickupPromise) -> StoreChoice:
    far = promise.distance_km
    distance = "" if far is None else _("%(distance)s km away") % {"distance": number(round(far, 1))}
    return StoreChoice(
        id=promise.store_id,
        name=promise.name,
        address=promise.address,
        distance=distance,
        available=promise.available,
        ready=moment(promise.ready_from, promise.timezone) if promise.ready_from else "",
    )
