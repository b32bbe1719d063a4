"""What an order says about itself: its status, what happened to it, and what will happen next."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.clients.orders import Order, OrderStatus, StepKind
from storefront.web.formats import day, money
from storefront.web.moments import moment_in

THANKS_SECONDS = 15 * 60
"""How long after it was paid an order's page thanks for it; later it says how the order stands."""
TITLES: Mapping[OrderStatus, str | Promise] = {
    "placed": _lazy("Order %(number)s: paid"),
    "preparing": _lazy("Order %(number)s: paid, being packed"),
    "ready_for_pickup": _lazy("Order %(number)s: ready to be picked up"),
    "shipped": _lazy("Order %(number)s: on its way"),
    "delivered": _lazy("Order %(number)s: delivered"),
    "awaiting_payment": _lazy("Order %(number)s: waiting for payment"),
    "payment_failed": _lazy("Order %(number)s: not paid"),
    "cancelled": _lazy("Order %(number)s: cancelled"),
    "refunded": _lazy("Order %(number)s: could not be sent"),
}
STEPS: Mapping[StepKind, str | Promise] = {
    "created": _lazy("Ordered"),
    "paid": _lazy("Paid"),
    "payment_failed": _lazy("Payment declined"),
    "cancelled": _lazy("Cancelled"),
    "preparing": _lazy("Being packed"),
    "ready_for_pickup": _lazy("Ready to be picked up"),
    "shipped": _lazy("Handed to the carrier"),
    "delivered": _lazy("Delivered"),
    "collected": _lazy("Picked up"),
    "backordered": _lazy("Part of it comes later"),
    "refund_started": _lazy("Refund started"),
    "refunded": _lazy("Refunded"),
}


AHEAD: tuple[StepKind, ...] = ("preparing", "shipped", "delivered")
AHEAD_IN_STORE: tuple[StepKind, ...] = ("preparing", "ready_for_pickup", "collected")
"""What a paid order goes through, sent or picked up."""
UNDER_WAY = frozenset({"placed", "preparing", "ready_for_pickup", "shipped"})


def is_new(order: Order, now: datetime) -> bool:
    """Whether it was paid a moment ago, and nothing but the packing has happened since."""
    if order.status not in {"placed", "preparing"} or order.placed_at is None:
        return False
    return now - order.placed_at < timedelta(seconds=THANKS_SECONDS)


def thanks_for(order: Order) -> tuple[str, str]:
    """The heading and the sentence below it, of an order that was just paid."""
    mail = {"email": order.contact.email}
    return _("Thank you for your order"), _("It is paid. The confirmation goes to %(email)s.") % mail


def title_of(order: Order) -> str:
    """The heading of an order's page: its number, and how it stands."""
    number = {"number": order.number}
    if any(step.kind == "collected" for step in order.timeline):
        return _("Order %(number)s: picked up") % number
    return str(TITLES[order.status]) % number


def lead_of(order: Order) -> str:
    """The sentence below the heading."""
    mail = {"email": order.contact.email}
    match order.status:
        case "placed":
            return _("We pack it next. The confirmation went to %(email)s.") % mail
        case "preparing":
            return _("We will email %(email)s as soon as it is ready.") % mail
        case "ready_for_pickup":
            return _("Bring the order number; a picture of it on your phone is enough.")
        case "shipped":
            return _("It should arrive by %(day)s.") % {
                "day": day(order.delivery_option.latest, "EEEE d MMMM")
            }
        case "delivered":
            return _("We hope you like it. If anything is wrong, please tell us.")
        case "awaiting_payment":
            return _("You have not been charged yet. We are holding your items for a short while.")
        case "refunded":
            back = {"amount": money(order.payment.refunded)}
            return _("Everything in it has sold out. We are refunding the full %(amount)s.") % back
    return _("Nothing was charged.")


def notes_of(order: Order) -> tuple[str, ...]:
    """What went otherwise than promised: what comes later, and what goes back."""
    notes = []
    if any(line.backordered for line in order.lines):
        notes.append(_("Part of your order comes later. We send it as soon as we have it, at no extra cost."))
    if order.payment.refunded.amount and order.status != "refunded":
        back = {"amount": money(order.payment.refunded)}
        notes.append(_("Part of your order could not be sent. %(amount)s goes back to you.") % back)
    return tuple(notes)


def ahead(order: Order) -> tuple[StepKind, ...]:
    """The steps that a paid order still has before it, in their order."""
    if order.status not in UNDER_WAY:
        return ()
    way = AHEAD if order.pickup is None else AHEAD_IN_STORE
    done = {step.kind for step in order.timeline}
    last = max((way.index(kind) for kind in way if kind in done), default=-1)
    return way[last + 1 :]


def expected(order: Order, step: StepKind) -> str:
    """When a step that is ahead will be, "" where nobody can say."""
    if step == "delivered":
        return _("It should arrive by %(day)s.") % {"day": day(order.delivery_option.latest, "EEEE d MMMM")}
    if step == "ready_for_pickup" and order.pickup is not None:
        ready = moment_in(order.pickup.ready_from, order.pickup.address.country)
        return _("%(moment)s at the earliest") % {"moment": ready}
    return ""


def next_steps(order: Order) -> tuple[str, ...]:
    """What happens next with an order that was just paid."""
    if order.pickup is not None:
        moment = moment_in(order.pickup.ready_from, order.pickup.address.country)
        ready = {"store": order.pickup.name, "day": moment}
        return (
            _("We put it together in our store %(store)s.") % ready,
            _("We will message you when it is ready: %(day)s at the earliest.") % ready,
            _("Bring the order number; you need nothing else."),
        )
    arrives = {"day": day(order.delivery_option.latest, "EEEE d MMMM")}
    return (
        _("We pack it and hand it to the carrier."),
        _("You get a message with a link to follow the parcel."),
        _("It should arrive by %(day)s.") % arrives,
    )
