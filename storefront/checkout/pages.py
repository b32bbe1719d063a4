"""What checkout's pages hold: the step's form, the cart beside it, and the steps on top."""

from dataclasses import dataclass, field

from django.urls import reverse

from storefront.checkout.intents import Intent
from storefront.checkout.people import Book
from storefront.checkout.steps import STEPS, State, Step, is_done, reachable
from storefront.clients.orders import Cart, Order
from storefront.clients.shapes import Address, DeliveryOption
from storefront.web.addresses import AddressFormat
from storefront.web.forms import Field, Form
from storefront.web.promo_codes import CodeForm, reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """A step of checkout with its form. `sign_in_href` is for who has an account, "" for who is signed in."""

    title: str
    steps: tuple[Step, ...]
    cart: Cart
    form: Form
    signed_in: bool = False
    sign_in_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPage(StepPage):
    """Delivery to an address: how its country writes one, and the ways to send.

    `free_option` is the way that costs nothing because of an offer, "" for none. `option_problem` says why a
    way that was just chosen was not kept: it stands beside the choice, the only part of the page that is
    swapped then. `book` is the address book of who is signed in; `keep` is whether what is typed joins it.
    """

    way: AddressFormat
    options: tuple[DeliveryOption, ...]
    free_option: str = ""
    option_problem: str = ""
    book: Book = field(default_factory=Book)
    keep: bool = False

    def form_fields(self, names: tuple[str, ...]) -> list[Field]:
        """The fields called so."""
        return [self.form[name] for name in names]


@dataclass(frozen=True, slots=True)
class StoreChoice:
    """A store to pick up in. `distance` is in kilometres as the language writes them, "" when not known."""

    id: str
    name: str
    address: Address
    distance: str
    available: bool
    ready: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPage(StepPage):
    """Pick-up in a store: the stores near a postcode. `problem` says why there are none."""

    stores: tuple[StoreChoice, ...]
    postcode: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """The last look before paying.

    `problem` says why the order was not placed, when it was tried; `was` is what had been agreed to then, and
    `changes` what is different now. `method` names the way to pay.
    """

    title: str
    steps: tuple[Step, ...]
    cart: Cart
    method: str
    problem: str = ""
    was: Intent | None = None
    changes: tuple[str, ...] = ()
    code: CodeForm = field(default_factory=CodeForm)

    @property
    def can_place(self) -> bool:
        """Whether every line can be bought as it stands."""
        return all(line.available >= line.quantity for line in self.cart.lines)

    @property
    def agreed(self) -> Intent:
        """What pressing the button agrees to."""
        return Intent.of(self.cart)

    @property
    def reasons(self) -> dict[str, str]:
        """By code why it does not apply now."""
        return reasons(self.cart)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingPage:
    """The order's outcome is not known yet; the page at `again_href` follows it.

    With an `order` it awaits its payment; without one the answer to "Place order" was lost, and asking again
    with the same intent (`retry`) finds out without ordering twice. While the checkout is `closed` it is not
    asked for, only looked for.
    """

    title: str
    again_href: str
    order: Order | None = None
    pay_href: str = ""
    retry: dict[str, int | str] | None = None
    closed: bool = False


def steps_for(current: str, *, cart: Cart) -> tuple[Step, ...]:
    """The progress list of a page: links to what can be gone back to, plain words for the rest."""
    return tuple(
        Step(name, str(label), _href(name, current, cart), _state(name, current, cart))
        for name, label in STEPS
    )


def _href(name: str, current: str, cart: Cart) -> str:
    open_to_go = name != current and reachable(name, cart=cart)
    return reverse(f"checkout:{name}") if open_to_go else ""


def _state(name: str, current: str, cart: Cart) -> State:
    if name == current:
        return "current"
    return "done" if is_done(name, cart=cart) else "todo"
