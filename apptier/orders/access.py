"""Who asks for a cart or an order, and whether it is theirs; to anybody else it isn't there."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Query, Request

from apptier.kit.auth import MaybeCustomer, unauthorized
from apptier.kit.markets import locale_for
from apptier.kit.models import LOCALE
from apptier.orders.opening import opens


@dataclass(frozen=True, slots=True)
class Caller:
    """What a request came with.

    Attributes:
        customer_id: Of the access token, which has been verified; None without one.
        secret: The cart secret or order token, not yet compared with anything; None without one.
        locale: The language to answer in, one of those that texts exist in; None: the cart's own.
    """

    customer_id: str | None
    secret: str | None
    locale: str | None = None

    def owns_cart(self, customer_id: str | None, secret_hash: str | None) -> bool:
        """A cart opens to its secret, a customer's to its owner too, and never to another customer.

        Who signs in in a browser that holds somebody else's cart does not get that cart.
        """
        fits = opens(self.secret or "", secret_hash)
        if customer_id is None or self.customer_id is None:
            return fits
        return customer_id == self.customer_id

    def owns_order(self, customer_id: str | None, token_hash: str | None) -> bool:
        """An order opens to the token that came with it, and to the customer who placed it."""
        fits = opens(self.secret or "", token_hash)
        return fits or (customer_id is not None and customer_id == self.customer_id)


def cart_caller(
    request: Request,
    customer: MaybeCustomer,
    locale: Annotated[str | None, Query(pattern=LOCALE)] = None,
) -> Caller:
    """Who asks for a cart, and in which language. Raises Problem 401 without any credentials."""
    caller = _caller(customer.id if customer else None, request.headers.get("cart-secret"))
    return replace(caller, locale=locale_for(locale)) if locale else caller


def order_caller(request: Request, customer: MaybeCustomer) -> Caller:
    """Who asks for an order. Raises Problem 401 without any credentials."""
    return _caller(customer.id if customer else None, request.headers.get("order-token"))


def _caller(customer_id: str | None, secret: str | None) -> Caller:
    if customer_id is None and secret is None:
        raise unauthorized("Say who you are: by its secret, or by signing in.", "")
    return Caller(customer_id, secret)


CartCaller = Annotated[Caller, Depends(cart_caller)]
OrderCaller = Annotated[Caller, Depends(order_caller)]
