"""Entering and taking back a promotion's code, the same way in the cart and on the review page.

Codes are short words, so tries are counted by the address they come from: nobody finds one by guessing.
"""

import re
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from storefront.clients.orders import Cart, CartRef, OrderCode, PromotionCode
from storefront.core import Invalid, PreconditionFailed, UpstreamRefused
from storefront.web.cart_version import at_version
from storefront.web.client_address import client_name
from storefront.web.counters import AllowanceEach
from storefront.web.formats import money
from storefront.web.forms import below
from storefront.web.requests import ShopRequest

TRIES_A_MINUTE = 20
_WAIT_SECONDS = 60
_CODE = re.compile(r"[A-Za-z0-9_-]{2,40}")
_tries = AllowanceEach("promo-codes", TRIES_A_MINUTE)


@dataclass(frozen=True, slots=True)
class CodeForm:
    """The field for a code: what was typed, and what is wrong with it ("" for nothing).

    `wait` is how many seconds to wait before the next try, 0 when there is no need to; `raced` when the cart
    was changed again and again meanwhile.
    """

    typed: str = ""
    error: str = ""
    wait: int = 0
    raced: bool = False

    @property
    def fault(self) -> str:
        """The error as it stands below the field's label."""
        return below(_("Promo code"), self.error)

    @property
    def status(self) -> int:
        """The status of a page that says what is wrong."""
        if self.raced:
            return 409
        return 429 if self.wait else 422

    def told(self, response: HttpResponseBase) -> HttpResponseBase:
        """The page that says what is wrong, which also tells programs when to try again."""
        if self.wait:
            response.headers["Retry-After"] = str(self.wait)
        return response


def change_code(
    request: ShopRequest, ref: CartRef, *, code: str, version: int, remove: bool
) -> Cart | CodeForm:
    """The cart after the change, or the form with the reason why the code was not taken.

    Codes get in nobody's way, so a cart that was changed meanwhile is no reason to ask again. Taking one back
    is no try.

    Raises the order service's errors but those about the code itself.
    """
    typed = code.strip()
    if not _CODE.fullmatch(typed):
        return CodeForm(typed, _("Promo code: please type it as printed, letters and digits only."))
    if not remove and not _tries.take(client_name(request)):
        words = _(
            "Promo code: that was tried very often in a short time. Please wait a minute and try again."
        )
        return CodeForm(typed, words, wait=_WAIT_SECONDS)
    orders = request.shop.orders
    if not remove and typed.upper() in {one.code for one in orders.get_cart(cart=ref).codes}:
        return CodeForm(typed, _("Promo code: this one is in your cart already."))
    send = orders.remove_code if remove else orders.apply_code
    try:
        return at_version(orders, ref, version, lambda seen: send(cart=ref, code=typed, version=seen))
    except PreconditionFailed:
        words = _("Promo code: your cart was being changed at the same moment. Please try again.")
        return CodeForm(typed, words, raced=True)
    except Invalid as refused:
        return CodeForm(typed, _refusal(refused))


def _refusal(refused: UpstreamRefused) -> str:
    match refused.code:
        case OrderCode.UNKNOWN_CODE:
            return _("Promo code: we don't know this one. Please check how it is spelt.")
        case OrderCode.CODE_EXPIRED:
            return _("Promo code: this one has ended.")
        case OrderCode.CODE_NOT_STARTED:
            return _("Promo code: this one has not started yet.")
        case OrderCode.CODE_USED_UP:
            return _("Promo code: this one has been used as often as it could be.")
        case OrderCode.CODE_LIMIT:
            return _("Promo code: a cart takes three. Remove one to use another.")
    return _("Promo code: this one can't be used here.")


def reasons(cart: Cart) -> dict[str, str]:
    """By code why it does not apply now."""
    return {code.code: why_not(code) for code in cart.codes if not code.applied}


def why_not(code: PromotionCode) -> str:
    """Why a code that the cart holds does not apply now, in the shopper's language; "" when it does."""
    if code.applied:
        return ""
    match code.reason:
        case "minimum_not_reached" if code.missing is not None:
            return _("Applies once you add %(missing)s more.") % {"missing": money(code.missing)}
        case "no_matching_items":
            return code.detail or _("Nothing in your cart goes with it yet.")
        case "not_combinable":
            return code.detail or _("It can't be used together with another offer.")
        case "code_expired":
            return _("It has ended.")
        case "code_used_up":
            return _("It has been used as often as it could be.")
    return code.detail
