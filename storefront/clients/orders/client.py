"""Asks the order service: carts, delivery options, orders.

The real client stands here; what the shop may ask, with the errors to expect, is in `port`.
"""

from collections.abc import Mapping
from types import NoneType
from typing import Any, Self, TypeVar

import msgspec

from storefront.clients.calls import bearer, checked_key, if_match, in_market, secret
from storefront.clients.orders.models import (
    Cart,
    CartRef,
    DeliveryOptionList,
    DeliveryQuotes,
    MyCart,
    NewCart,
    OrderRef,
    PaymentMethodList,
    Reordered,
)
from storefront.clients.orders.order_models import NewOrder, Order, OrderKey, OrderPage
from storefront.clients.orders.port import Orders
from storefront.clients.shapes import Address, Contact
from storefront.core import Money
from storefront.http import QueryValue, RestClient

T = TypeVar("T")


class OrdersClient(Orders):
    """The real service.

    Placing an order takes longer than anything done to a cart, so `carts` may be a RestClient with a budget
    and a bulkhead of its own.
    """

    def __init__(self, rest: RestClient, carts: RestClient | None = None, *, locale: str = "") -> None:
        self._orders = rest
        self._carts = carts or rest
        self._spoken: dict[str, QueryValue] = {"locale": locale} if locale else {}

    def within(self, locale: str) -> Self:
        """The same service, over the same connections, saying everything in one language."""
        return type(self)(self._orders, self._carts, locale=locale)

    def create_cart(
        self,
        *,
        market: str,
        locale: str,
        country: str | None = None,
        idempotency_key: str,
        access_token: str = "",
    ) -> NewCart:
        """POST /carts."""
        operation = "POST /carts"
        going = {"country": country} if country else {}
        return self._carts.send(
            "POST",
            "/carts",
            headers=bearer(self._carts, operation, access_token) if access_token else {},
            json={"market": market, "locale": locale, **going},
            idempotency_key=checked_key(self._carts, operation, idempotency_key),
            type=NewCart,
        ).value

    def open_my_cart(
        self,
        *,
        market: str,
        locale: str,
        country: str | None = None,
        guest: CartRef | None = None,
        access_token: str,
    ) -> MyCart:
        """POST /carts/mine."""
        going = {"country": country} if country else {}
        brought = {"cart_id": guest.id, "secret": guest.secret} if guest else None
        return self._carts.send(
            "POST",
            "/carts/mine",
            headers=bearer(self._carts, "POST /carts/mine", access_token),
            json={"market": market, "locale": locale, **going, "guest": brought},
            type=MyCart,
        ).value

    def undo_merge(self, *, merge_id: str, access_token: str) -> NewCart:
        """DELETE /carts/mine/merges/{merge_id}."""
        path = "/carts/mine/merges/{merge_id}"
        return self._carts.send(
            "DELETE",
            path,
            {"merge_id": merge_id},
            query=self._spoken,
            headers=bearer(self._carts, f"DELETE {path}", access_token),
            type=NewCart,
        ).value

    def close_my_carts(self, *, access_token: str) -> None:
        """DELETE /carts/mine."""
        headers = bearer(self._carts, "DELETE /carts/mine", access_token)
        self._carts.send("DELETE", "/carts/mine", headers=headers, type=NoneType)

    def get_cart(self, *, cart: CartRef) -> Cart:
        """GET /carts/{cart_id}."""
        return self._on_cart("GET", "", cart, type=Cart)

    def add_line(self, *, cart: CartRef, sku: str, quantity: int, idempotency_key: str) -> Cart:
        """POST /carts/{cart_id}/lines."""
        key = checked_key(self._carts, "POST /carts/{cart_id}/lines", idempotency_key)
        json = {"sku": sku, "quantity": quantity}
        return self._on_cart("POST", "/lines", cart, json=json, idempotency_key=key, type=Cart)

    def change_line(self, *, cart: CartRef, line_id: str, quantity: int, version: int) -> Cart:
        """PATCH /carts/{cart_id}/lines/{line_id}."""
        return self._on_cart(
            "PATCH",
            "/lines/{line_id}",
            cart,
            {"line_id": line_id},
            json={"quantity": quantity},
            if_match=if_match(version),
            type=Cart,
        )

    def remove_line(self, *, cart: CartRef, line_id: str, version: int) -> Cart:
        """DELETE /carts/{cart_id}/lines/{line_id}."""
        params = {"line_id": line_id}
        return self._on_cart(
            "DELETE", "/lines/{line_id}", cart, params, if_match=if_match(version), type=Cart
        )

    def set_contact(self, *, cart: CartRef, contact: Contact, version: int) -> Cart:
        """PUT /carts/{cart_id}/contact."""
        return self._on_cart("PUT", "/contact", cart, json=contact, if_match=if_match(version), type=Cart)

    def set_address(self, *, cart: CartRef, address: Address, version: int) -> Cart:
        """PUT /carts/{cart_id}/address."""
        return self._on_cart("PUT", "/address", cart, json=address, if_match=if_match(version), type=Cart)

    def list_delivery_options(self, *, cart: CartRef) -> DeliveryOptionList:
        """GET /carts/{cart_id}/delivery-options."""
        return self._on_cart("GET", "/delivery-options", cart, type=DeliveryOptionList)

    def set_delivery_option(self, *, cart: CartRef, option_id: str, version: int) -> Cart:
        """PUT /carts/{cart_id}/delivery-option."""
        json = {"option_id": option_id}
        return self._on_cart(
            "PUT", "/delivery-option", cart, json=json, if_match=if_match(version), type=Cart
        )

    def set_estimate(self, *, cart: CartRef, country: str, postcode: str | None, version: int) -> Cart:
        """PUT /carts/{cart_id}/estimate."""
        json = {"country": country, "postcode": postcode}
        return self._on_cart("PUT", "/estimate", cart, json=json, if_match=if_match(version), type=Cart)

    def set_fulfilment(self, *, cart: CartRef, store_id: str | None, version: int) -> Cart:
        """PUT /carts/{cart_id}/fulfilment."""
        json = {"kind": "delivery"} if store_id is None else {"kind": "pickup", "store_id": store_id}
        return self._on_cart("PUT", "/fulfilment", cart, json=json, if_match=if_match(version), type=Cart)

    def set_payment_method(self, *, cart: CartRef, method: str, version: int) -> Cart:
        """PUT /carts/{cart_id}/payment-method."""
        json = {"method": method}
        return self._on_cart("PUT", "/payment-method", cart, json=json, if_match=if_match(version), type=Cart)

    def apply_code(self, *, cart: CartRef, code: str, version: int) -> Cart:
        """PUT /carts/{cart_id}/codes/{code}."""
        return self._on_code("PUT", cart, code, version)

    def remove_code(self, *, cart: CartRef, code: str, version: int) -> Cart:
        """DELETE /carts/{cart_id}/codes/{code}."""
        return self._on_code("DELETE", cart, code, version)

    def _on_code(self, method: str, cart: CartRef, code: str, version: int) -> Cart:
        params = {"code": code}
        return self._on_cart(method, "/codes/{code}", cart, params, if_match=if_match(version), type=Cart)

    def add_order_lines(self, *, cart: CartRef, order: OrderRef, idempotency_key: str) -> Reordered:
        """POST /carts/{cart_id}/order-lines."""
        key = checked_key(self._carts, "POST /carts/{cart_id}/order-lines", idempotency_key)
        json = {"order_id": order.id} | ({"order_token": order.token} if order.token else {})
        return self._on_cart("POST", "/order-lines", cart, json=json, idempotency_key=key, type=Reordered)

    def list_payment_methods(self, *, market: str, locale: str) -> PaymentMethodList:
        """GET /payment-methods."""
        query = in_market(market, locale)
        return self._carts.get("/payment-methods", query=query, type=PaymentMethodList)

    def list_delivery_quotes(
        self, *, market: str, locale: str, country: str, postcode: str | None = None
    ) -> DeliveryQuotes:
        """GET /delivery-quotes."""
        query = in_market(market, locale) | {"country": country, "postcode": postcode}
        return self._carts.get("/delivery-quotes", query=query, type=DeliveryQuotes)

    def find_order(self, *, number: str, email: str) -> OrderKey:
        """POST /orders/lookup."""
        # Looking takes no longer than anything done to a cart. Somebody who guesses numbers must not close
        # the shop for all, which obeying the 429 that they get would do.
        json = {"number": number, "email": email}
        return self._carts.send("POST", "/orders/lookup", json=json, limits_one=True, type=OrderKey).value

    def place_order(
        self, *, cart: CartRef, version: int, total: Money, return_url: str, idempotency_key: str
    ) -> NewOrder:
        """POST /orders."""
        operation = "POST /orders"
        return self._orders.send(
            "POST",
            "/orders",
            query=self._spoken,
            headers=_opening(self._orders, operation, "Cart-Secret", cart.secret, cart.access_token),
            json={"cart_id": cart.id, "cart_version": version, "total": total, "return_url": return_url},
            idempotency_key=checked_key(self._orders, operation, idempotency_key),
            type=NewOrder,
        ).value

    def get_order(self, *, order: OrderRef) -> Order:
        """GET /orders/{order_id}."""
        return self._on_order("GET", "/orders/{order_id}", order)

    def cancel_order(self, *, order: OrderRef) -> Order:
        """PUT /orders/{order_id}/cancellation."""
        return self._on_order("PUT", "/orders/{order_id}/cancellation", order)

    def list_orders(self, *, access_token: str, cursor: str | None = None, limit: int = 24) -> OrderPage:
        """GET /orders."""
        headers = bearer(self._orders, "GET /orders", access_token)
        query = {"cursor": cursor, "limit": limit}
        return self._orders.get("/orders", query=query, headers=headers, type=OrderPage)

    def _on_cart(
        self,
        method: str,
        below: str,
        cart: CartRef,
        params: Mapping[str, str] | None = None,
        *,
        json: Any = msgspec.UNSET,
        idempotency_key: str | None = None,
        if_match: str | None = None,
        type: type[T],  # noqa: A002 - as RestClient has it
    ) -> T:
        """Anything under /carts/{cart_id}, opened by what `cart` holds."""
        path = "/carts/{cart_id}" + below
        return self._carts.send(
            method,
            path,
            {"cart_id": cart.id, **(params or {})},
            query=self._spoken,
            headers=_opening(self._carts, f"{method} {path}", "Cart-Secret", cart.secret, cart.access_token),
            json=json,
            idempotency_key=idempotency_key,
            if_match=if_match,
            type=type,
        ).value

    def _on_order(self, method: str, path: str, order: OrderRef) -> Order:
        headers = _opening(self._orders, f"{method} {path}", "Order-Token", order.token, order.access_token)
        return self._orders.send(method, path, {"order_id": order.id}, headers=headers, type=Order).value


def _opening(rest: RestClient, operation: str, header: str, held: str, access_token: str) -> dict[str, str]:
    """The headers that show what opens a thing: a guest's secret, a customer's token, or both."""
    headers: dict[str, str] = {}
    if held:
        headers |= secret(rest, operation, header, held)
    if access_token:
        headers |= bearer(rest, operation, access_token)
    return headers
