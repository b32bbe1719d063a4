"""The rows of the table of problem pages: where a shopper is, what they do, and how a service refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from storefront.core import FieldProblem, Reason, UpstreamError, UpstreamUnavailable, refusal
from tests import samples
from tests.unit.cart.shopper import Shopper

BACKEND_WORDS = "These are the backend's own words."
STANDARD = "Standard delivery"  # what the backend calls it, in a language of its own

Act = Callable[[Shopper], HttpResponse]


def nothing(_shopper: Shopper) -> None:
    """No need to be anywhere in particular."""


def with_a_cart(shopper: Shopper) -> None:
    assert shopper.add().status_code == 303


def known_by_name(shopper: Shopper) -> None:
    with_a_cart(shopper)
    assert shopper.contact().status_code == 303


def on_the_way_to_pay(shopper: Shopper) -> None:
    known_by_name(shopper)
    assert shopper.delivery().status_code == 303


def ready_to_order(shopper: Shopper) -> None:
    shopper.to_review()


def ordered(shopper: Shopper) -> None:
    shopper.to_review()
    assert shopper.place().status_code == 303


def look(path: str) -> Act:
    return lambda shopper: shopper.client.get(path)


def code(shopper: Shopper) -> HttpResponse:
    return shopper.client.post("/cart/code/", {"code": "MEADOW10", "version": shopper.cart.version})


def place(shopper: Shopper) -> HttpResponse:
    return shopper.place()


def pick_up(shopper: Shopper) -> HttpResponse:
    form = {"by": "pickup", "store_id": samples.GALWAY.id, "version": shopper.cart.version}
    return shopper.client.post("/checkout/delivery/", form)


def find(shopper: Shopper) -> HttpResponse:
    return shopper.client.post("/orders/", {"number": "SF-7K3M-92QD", "email": "robin@example.com"})


def estimate(shopper: Shopper) -> HttpResponse:
    form = {"country": "IE", "postcode": "H91 AB12", "version": shopper.cart.version}
    return shopper.client.post("/cart/estimate/", form)


def cancel(shopper: Shopper) -> HttpResponse:
    return shopper.client.post(f"/checkout/cancel/{shopper.orders[0].id}/")


def look_at_order(shopper: Shopper) -> HttpResponse:
    return shopper.client.get(f"/orders/{shopper.orders[0].id}/")


def delivery_part(shopper: Shopper) -> HttpResponse:
    return shopper.client.get("/p/meadow-cushion/delivery/?country=IE&postcode=H91+AB12&sku=FN-MEA-INK-45")


def helpful(shopper: Shopper) -> HttpResponse:
    return shopper.client.post(f"/p/meadow-cushion/reviews/{samples.REVIEWS[0].id}/helpful/")


def review(shopper: Shopper) -> HttpResponse:
    form = {"rating": "5", "body": "Heavy, soft, and exactly this blue.", "author": "Robin"}
    return shopper.client.post("/p/meadow-cushion/reviews/new/", form)


@dataclass(frozen=True)
class Met:
    """A shopper gets `ready`, a service refuses with `code`, the shopper does `act` and reads `words`."""

    code: str
    status: int
    where: str
    act: Act
    answered: int
    words: str
    ready: Callable[[Shopper], None] = nothing
    pointers: tuple[str, ...] = ()
    extensions: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.code}-{self.where}"

    def error(self) -> UpstreamError:
        """What the client makes of the problem document."""
        service, operation = self.where.split(".")
        if self.status == 429:
            return UpstreamUnavailable(service, operation, Reason.THROTTLED, retry_after=30)
        if self.status >= 500:
            return UpstreamUnavailable(service, operation, Reason.SERVER_ERROR)
        return refusal(self.status)(
            service,
            operation,
            status=self.status,
            code=self.code,
            detail=BACKEND_WORDS,
            errors=tuple(FieldProblem(pointer, "unknown", BACKEND_WORDS) for pointer in self.pointers),
            extensions=self.extensions,
        )
