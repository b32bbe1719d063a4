"""The order service: carts, delivery options, orders."""

from storefront.clients.orders.client import OrdersClient
from storefront.clients.orders.errors import OrderCode, available, cart_version, short_sku
from storefront.clients.orders.models import (
    Cart,
    CartRef,
    CartStatus,
    Country,
    DeliveryOptionList,
    Line,
    NewCart,
    NewOrder,
    Notice,
    Order,
    OrderLine,
    OrderPage,
    OrderPayment,
    OrderRef,
    OrderStatus,
    OrderSummary,
)
from storefront.clients.orders.port import Orders

__all__ = [
    "Cart",
    "CartRef",
    "CartStatus",
    "Country",
    "DeliveryOptionList",
    "Line",
    "NewCart",
    "NewOrder",
    "Notice",
    "Order",
    "OrderCode",
    "OrderLine",
    "OrderPage",
    "OrderPayment",
    "OrderRef",
    "OrderStatus",
    "OrderSummary",
    "Orders",
    "OrdersClient",
    "available",
    "cart_version",
    "short_sku",
]
