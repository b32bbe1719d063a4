"""The last look: everything once more, with the total that will be paid, and what changed if it did."""

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from storefront.checkout import intents
from storefront.checkout.guards import Checkout, at_step, load
from storefront.checkout.intents import Intent
from storefront.checkout.pages import ReviewPage, steps_for
from storefront.checkout.saving import seen_version
from storefront.clients.orders import Cart, Line
from storefront.core import Conflict, Gone, NotFound, UpstreamError
from storefront.web import reads
from storefront.web.notices import add_notice
from storefront.web.order_access import order_ref
from storefront.web.policies import private_page
from storefront.web.promo_codes import CodeForm, change_code, why_not
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

OUTCOMES = {
    "declined": _lazy(
        "Your payment was declined, so nothing was charged. Your cart is as it was: "
        "you can try again, with another way to pay if you like."
    ),
    "changed": _lazy("Nothing was ordered, because your order has changed since you agreed to it."),
}


@private_page(query=("outcome", "order"), payment=True)
@require_safe
@at_step("review")
def review(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Everything once more; after a declined payment it says so."""
    cart, outcome = checkout.cart, request.GET.get("outcome", "")
    was = intents.shown(request, cart.id, sent=True) if outcome == "changed" else None
    # Anybody can be sent an address: it is believed only where it is so.
    is_so = was is not None or (outcome == "declined" and _was_declined(request, cart))
    return render_review(request, checkout, problem=str(OUTCOMES[outcome]) if is_so else "", was=was)


def _was_declined(request: ShopRequest, cart: Cart) -> bool:
    """Whether the payment of the order that the address names, one of this cart, was declined."""
    ref = order_ref(request, request.GET.get("order", ""))
    if ref is None:
        return False
    try:
        order = request.shop.orders.get_order(order=ref)
    except UpstreamError:
        return False
    return order.status == "payment_failed" and order.cart_id == cart.id


@private_page(query=(), payment=True)
@require_POST
@at_step("review")
def code(request: ShopRequest, checkout: Checkout) -> HttpResponseBase:
    """Use a promotion's code, or no longer, and see what that makes of the total."""
    typed, remove = request.POST.get("code", "").strip(), request.POST.get("action") == "remove"
    try:
        answer = change_code(request, checkout.ref, code=typed, version=seen_version(request), remove=remove)
    except (Conflict, NotFound, Gone):
        return see_other(reverse("checkout:start"))
    except UpstreamError:
        away = CodeForm(
            typed, _("Promo code: we could not check it right now. Please try again in a moment.")
        )
        return render_review(request, checkout, code=away, status=503)
    if isinstance(answer, CodeForm):
        now = load(request) if answer.raced else checkout
        if isinstance(now, HttpResponseBase):
            return now
        return answer.told(render_review(request, now, code=answer, status=answer.status))
    for notice in answer.notices:
        add_notice(request, notice.detail, kind="good" if notice.code == "promotion_gained" else "care")
    return see_other(f"{reverse('checkout:review')}#promo")


def render_review(
    request: ShopRequest,
    checkout: Checkout,
    *,
    problem: str = "",
    was: Intent | None = None,
    code: CodeForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """The review page; `problem` says why an order was not placed, `was` what had been agreed to."""
    cart = checkout.cart
    page = ReviewPage(
        title=_("Review your order"),
        steps=steps_for("review", cart=cart),
        cart=cart,
        method=_method(request, cart),
        problem=problem,
        was=was if was is not None and was.total != cart.totals.total else None,
        changes=_changes(cart, codes=was is not None) if problem else (),
        code=code or CodeForm(),
    )
    response = render_page(request, "checkout/review.html", page, status=status)
    if page.can_place:
        # Before the first call: should its answer be lost, the browser still knows what to ask again.
        intents.keep(response, cart.id, page.agreed, sent=False)
        intents.expect(request)
    return response


def _method(request: ShopRequest, cart: Cart) -> str:
    try:
        methods = reads.payment_methods(request.shop).value.items
    except UpstreamError:
        return ""
    return next((method.name for method in methods if method.id == cart.payment_method), "")


def _changes(cart: Cart, *, codes: bool) -> tuple[str, ...]:
    """What may be different from before: prices, stock and, where the total is another, codes that are out.

    A code that does not apply says so in its own place; it is no news after a declined payment.
    """
    lines = (f"{line.title}: {words}" for line in cart.lines for words in line_notes(line))
    out = (f"{one.code}: {why_not(one)}" for one in cart.codes if codes and not one.applied)
    return (*lines, *out)


def line_notes(line: Line) -> tuple[str, ...]:
    """What is to be said about a line whose price or stock has changed."""
    left = ngettext("Only %(left)s left", "Only %(left)s left", line.available) % {"left": line.available}
    words = {"unavailable": _("Sold out"), "insufficient_stock": left}
    return tuple(words.get(notice.code, notice.detail) for notice in line.notices)
