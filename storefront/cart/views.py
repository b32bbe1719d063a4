"""The cart's routes: look at it, change a line, say where it goes, use a promotion's code."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from storefront.cart.answers import away, cart_page, changed, posted
from storefront.cart.elsewhere import cart_elsewhere
from storefront.cart.operations import parse_quantity, shown_quantity
from storefront.cart.pages import EstimateForm
from storefront.cart.words import CHANGED, LINE_GONE, NO_SUCH_PLACE, QUANTITY, UNDONE, why
from storefront.clients.orders import Cart, CartRef
from storefront.core import Conflict, Gone, Invalid, LineId, NotFound, PreconditionFailed, UpstreamError
from storefront.web import reads
from storefront.web.cart_cookie import cart_of, cart_problem, forget_left
from storefront.web.cart_merge import NotUndone, own_cart, reopened, undo_merge
from storefront.web.cart_version import at_version, parse_version
from storefront.web.forms import clean
from storefront.web.notices import Notice, Undo, take_undo
from storefront.web.open_cart import forget_presses
from storefront.web.policies import private_page
from storefront.web.promo_codes import CodeForm, change_code
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


@private_page(query=("about",))
@require_safe
def show(request: ShopRequest) -> HttpResponseBase:
    """The cart, or a sentence that says why it can't be shown."""
    notices = tuple(filter(None, (cart_problem(request),)))
    undo, own = take_undo(request), own_cart(request)
    elsewhere = cart_elsewhere(request) if cart_of(request) is None else None
    cart = own.opened.cart if own.opened else None
    response = cart_page(
        request,
        own.ref,
        cart=cart,
        notices=notices,
        say_empty=request.GET.get("about") == "empty",
        undo=undo,
        elsewhere=elsewhere,
    )
    own.keep(request, response)
    return response


@private_page()
@require_POST
def change(request: ShopRequest, line_id: str) -> HttpResponseBase:
    """Set a line's quantity or take the line out, then show the cart again."""
    ref = cart_of(request)
    if ref is None:
        return see_other(reverse("cart:show"))
    remove = request.POST.get("action") == "remove"
    try:
        cart, undo = (_removed if remove else _resized)(request, ref, LineId(line_id))
    except (NotFound, Gone):
        if (again := reopened(request, ref)) is not None:
            return cart_page(request, again.ref, cart=again.cart, notices=(str(CHANGED),), status=412)
        return cart_page(request, ref, notices=(str(LINE_GONE),), status=404)
    except PreconditionFailed:
        return cart_page(request, ref, notices=(str(CHANGED),), status=412)
    except (Invalid, Conflict) as refused:
        return _wrong(request, ref, line_id, *why(refused))
    except _BadQuantityError as wrong:
        return _wrong(request, ref, line_id, str(wrong), 422)
    except UpstreamError:
        return away(request)
    finally:
        # Whatever came of it: an answer that was lost may have changed the cart.
        forget_presses(ref.id)
    return changed(request, ref, cart, anchor="" if remove else f"line-{line_id}", undo=undo)


class _BadQuantityError(ValueError):
    """What was typed is no quantity."""


def _resized(request: ShopRequest, ref: CartRef, line_id: LineId) -> tuple[Cart, None]:
    quantity = parse_quantity(request.POST.get("quantity", ""))
    if quantity is None:
        raise _BadQuantityError(" ".join((str(QUANTITY), _("To take it out, use Remove."))))
    orders = request.shop.orders
    return orders.change_line(cart=ref, line_id=line_id, quantity=quantity, version=_seen(request)), None


def _removed(request: ShopRequest, ref: CartRef, line_id: LineId) -> tuple[Cart, Undo | None]:
    """The cart without the line, and what puts it back: the form says what it showed."""
    cart = request.shop.orders.remove_line(cart=ref, line_id=line_id, version=_seen(request))
    sku, quantity = posted(request.POST, "sku"), parse_quantity(posted(request.POST, "was"))
    title = clean(request.POST.get("title", ""))[:200]
    return cart, Undo(title, sku, quantity) if sku and quantity and title else None


def _wrong(request: ShopRequest, ref: CartRef, line_id: str, words: str, status: int) -> HttpResponseBase:
    """The cart with what is wrong with a line beside it, and the quantity as typed, if it is a number."""
    typed = {line_id: shown_quantity(request.POST.get("quantity", ""))}
    return cart_page(request, ref, status=status, errors={line_id: words}, typed=typed)


@private_page(query=())
@require_POST
def unmerge(request: ShopRequest) -> HttpResponseBase:
    """Take out again what signing in put into the cart; the browser goes on with the cart of before."""
    try:
        back = undo_merge(request, posted(request.POST, "merge"))
    except NotUndone as stays:
        return cart_page(request, cart_of(request), status=409 if stays.gone else 503, notices=(str(stays),))
    response = changed(request, back.ref, back.cart, said=(Notice(str(UNDONE), "good"),))
    forget_left(response)
    return response


@private_page(query=())
@require_POST
def code(request: ShopRequest) -> HttpResponseBase:
    """Use a promotion's code, or no longer."""
    ref = cart_of(request)
    if ref is None:
        return see_other(reverse("cart:show"))
    typed, remove = posted(request.POST, "code"), request.POST.get("action") == "remove"
    try:
        answer = change_code(request, ref, code=typed, version=_seen(request), remove=remove)
    except (NotFound, Gone, Conflict):
        return cart_page(request, ref, status=409)
    except UpstreamError:
        return away(request)
    if isinstance(answer, CodeForm):
        return answer.told(cart_page(request, ref, status=answer.status, code=answer))
    return changed(request, ref, answer, anchor="promo")


@private_page(query=())
@require_POST
def estimate(request: ShopRequest) -> HttpResponseBase:
    """Say where it will probably go: delivery, tax and total are then those of that place."""
    ref = cart_of(request)
    if ref is None:
        return see_other(reverse("cart:show"))
    orders = request.shop.orders
    country, postcode = posted(request.POST, "country"), clean(request.POST.get("postcode", ""))
    try:
        cart = at_version(
            orders,
            ref,
            _seen(request),
            lambda seen: orders.set_estimate(
                cart=ref, country=country, postcode=postcode or None, version=seen
            ),
        )
    except Invalid:
        return _no_such_place(request, ref, country, postcode)
    except PreconditionFailed:
        return cart_page(request, ref, notices=(str(CHANGED),), status=409)
    except (NotFound, Gone, Conflict):
        return cart_page(request, ref, status=409)
    except UpstreamError:
        return away(request)
    return changed(request, ref, cart, anchor="estimate")


def _no_such_place(request: ShopRequest, ref: CartRef, country: str, postcode: str) -> HttpResponseBase:
    """The form as it was filled in, and what is wrong with it."""
    shop = request.shop
    try:
        countries = reads.delivery_quotes(shop, shop.country).value.countries
    except UpstreamError:
        return away(request)
    form = EstimateForm(country, postcode, countries, str(NO_SUCH_PLACE))
    return cart_page(request, ref, status=422, estimate=form)


def _seen(request: ShopRequest) -> int:
    return parse_version(request.POST.get("version", ""))
