"""What the cart says when something did not work: plain words, and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from storefront.clients.orders import OrderCode, available
from storefront.core import Invalid, UpstreamRefused

QUANTITY = _lazy("Please type a whole number from 1 to 99.")
UNAVAILABLE = _lazy("Your cart is safe, but we can't show it right now. Please try again in a moment.")
NOT_ADDED = _lazy("We could not add this right now. Nothing has changed; please try again.")
UNKNOWN = _lazy(
    "We did not hear in time whether this was added. Please look at your cart before you try again."
)
CHANGED = _lazy("Your cart was changed in another tab. This is how it is now.")
LINE_GONE = _lazy("That line is not in your cart any more.")
EXPIRED = _lazy("Your earlier cart has expired, so this one is empty.")
MERGED = _lazy("What was in this cart is in the cart of your account now. Sign in to see it.")
UNDONE = _lazy("Your cart is as it was before you signed in.")
NO_SUCH_PLACE = _lazy("Please choose a country from the list and type a postcode of that country.")

# Why checkout sent the shopper here; said only where it is so, whatever the address says (`?about=empty`).
EMPTY = _lazy("Your cart is empty, so there is nothing to check out.")


def why(refused: UpstreamRefused) -> tuple[str, int]:
    """A refusal in plain words, and the status it is answered with."""
    match refused.code:
        case OrderCode.INSUFFICIENT_STOCK:
            return _only(available(refused) or 0), 409
        case OrderCode.UNKNOWN_SKU:
            return _("We don't sell this any more, or never did."), 422
        case OrderCode.QUANTITY_LIMIT:
            return _("A cart holds at most 99 of one thing. Choose fewer, or ask us for more."), 422
        case OrderCode.LINE_LIMIT:
            return _("Your cart is full. Remove something first, or order in two parts."), 422
        case OrderCode.CART_LOCKED:
            return _("The order of this cart is being paid. Finish or cancel it in your cart first."), 409
    if isinstance(refused, Invalid):
        return _("This can't be added to a cart."), refused.status
    return str(NOT_ADDED), refused.status


def _only(left: int) -> str:
    if not left:
        return _("This is sold out.")
    words = ngettext(
        "Only %(left)s of this is left. Choose 1.",
        "Only %(left)s of this are left. Choose %(left)s or fewer.",
        left,
    )
    return words % {"left": left}
