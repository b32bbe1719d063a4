"""What an order says about itself: its status, what happened to it, and what will happen next."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.clients.orders import Order, OrderStatus, StepKind
from storefront.web.formats import day, money
from storefront.web.moments import moment_in

TITLES: Mapping[OrderStatus, str | Promise] = {
    "placed": _lazy("Thank you for your order"),
    "preparing": _lazy("We are packing your order"),
    "ready_for_pickup": _lazy("Your order is ready to be picked up"),
    "shipped": _lazy("Your order is on its way"),
    "delivered": _lazy("Your order has arrived"),
    "awaiting_payment": _lazy("Your order is waiting for payment"),
    "payment_failed": _lazy("Your order was not paid"),
    "cancelled": _lazy("Your order was cancelled"),
    "refunded": _lazy("We could not send your order"),
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


def title_of(order: Order) -> str:
    """The heading of an order's page."""
    return str(TITLES[order.status])


def lead_of(order: Order) -> str:
    """The sentence below the heading."""
    mail = {"email": order.contact.email}
    match order.status:
        case "placed":
            return _("It is paid. The confirmation goes to %(email)s.") % mail
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


def next_steps(order: Order) -> tuple[str, ...]:
    """What happens next with an order that was just paid."""
    if order.status not in {"placed", "preparing"}:
        return ()
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
