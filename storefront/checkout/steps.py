"""The steps of checkout in their order, what each one needs, and which is the first that is not done.

A step is done when the cart says so, not when a page was visited: back buttons, second tabs and old links
all end on the right page.
"""

from dataclasses import dataclass
from typing import Literal

from storefront.clients.orders import Cart

State = Literal["done", "current", "todo"]
STEPS: tuple[tuple[str, str], ...] = (
    ("contact", "Contact"),
    ("delivery", "Delivery"),
    ("payment", "Payment"),
    ("review", "Review"),
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
            # There is one way to pay, so choosing it takes no answer that would have to be kept.
            return cart.address is not None and cart.delivery_option is not None
    return False


def first_open(*, cart: Cart) -> str:
    """The first step that is not done; `review` when all before it are."""
    return next(name for name, _ in STEPS if not is_done(name, cart=cart))


def reachable(name: str, *, cart: Cart) -> bool:
    """Whether every step before `name` is done."""
    order = [step for step, _ in STEPS]
    return order.index(name) <= order.index(first_open(cart=cart))
