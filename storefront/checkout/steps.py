"""The steps of checkout in their order, what each one needs, and which is the first that is not done.

A step is done when the cart says so, not when a page was visited: back buttons, second tabs and old links
all end on the right page.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from storefront.clients.orders import Cart

State = Literal["done", "current", "todo"]
STEPS: tuple[tuple[str, str | Promise], ...] = (
    ("contact", _lazy("Contact")),
    ("delivery", _lazy("Delivery")),
    ("payment", _lazy("Payment")),
    ("review", _lazy("Review")),
)
"""Name and label of each step; the route is `checkout:<name>`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step as the progress list shows it; `href` is empty where the shopper can't go yet."""

    name: str
    label: str
    href: str
    state: State


def is_done(name: str, *, cart: Cart) -> bool:
    """Whether the step called `name` needs nothing more."""
    match name:
        case "contact":
            return cart.contact is not None
        case "delivery" | "payment":
            # A cart always has a way to pay, the usual one until another is chosen.
            return knows_where(cart)
    return False


def knows_where(cart: Cart) -> bool:
    """Whether the cart says how it gets to the shopper."""
    if cart.fulfilment.kind == "pickup":
        return cart.fulfilment.store is not None
    return cart.address is not None and cart.delivery_option is not None


def first_open(*, cart: Cart) -> str:
    """The first step that is not done; `review` when all before it are."""
    return next(name for name, _ in STEPS if not is_done(name, cart=cart))


def reachable(name: str, *, cart: Cart) -> bool:
    """Whether every step before `name` is done."""
    order = [step for step, _ in STEPS]
    return order.index(name) <= order.index(first_open(cart=cart))


def after(name: str, *, before: Cart) -> str:
    """Where to go once `name` is saved: on, or back to the review when nothing else was missing `before`."""
    if first_open(cart=before) == "review":
        return "review"
    order = [step for step, _ in STEPS]
    return order[order.index(name) + 1]
