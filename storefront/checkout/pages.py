"""What checkout's pages hold: the step's form, the cart beside it, and the steps on top."""

from dataclasses import dataclass

from django.urls import reverse

from storefront.checkout.steps import STEPS, State, Step, is_done, reachable
from storefront.clients.orders import Cart, Order
from storefront.clients.shapes import DeliveryOption
from storefront.web.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """A step of checkout. `options` are the ways to deliver, on the delivery step."""

    title: str
    steps: tuple[Step, ...]
    cart: Cart
    form: Form
    options: tuple[DeliveryOption, ...] = ()
    delivery_estimate: DeliveryOption | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """The last look before paying. `problem` says why the order was not placed, when it was tried."""

    title: str = "Review your order"
    steps: tuple[Step, ...]
    cart: Cart
    payment_label: str
    problem: str = ""

    @property
    def can_place(self) -> bool:
        """Whether every line can be bought as it stands."""
        return all(line.available >= line.quantity for line in self.cart.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingPage:
    """The order's outcome is not known yet.

    With an `order` it awaits its payment; without one the answer to "Place order" was lost, and asking again
    with the same `version`, `amount` and `currency` (`retry`) finds out without ordering twice.
    """

    title: str = "We are checking your order"
    order: Order | None = None
    pay_href: str = ""
    retry: dict[str, int | str] | None = None


def steps_for(current: str, *, cart: Cart) -> tuple[Step, ...]:
    """The progress list of a page: links to what can be gone back to, plain words for the rest."""
    return tuple(
        Step(
            name,
            label,
            _href(name, current, cart),
            _state(name, current, cart),
        )
        for name, label in STEPS
    )


def _href(name: str, current: str, cart: Cart) -> str:
    open_to_go = name != current and reachable(name, cart=cart)
    return reverse(f"checkout:{name}") if open_to_go else ""


def _state(name: str, current: str, cart: Cart) -> State:
    if name == current:
        return "current"
    return "done" if is_done(name, cart=cart) else "todo"
