"""What the in-memory order service keeps of a cart, and what it makes of that: prices, notices, totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from storefront.clients.orders.models import (
    Cart,
    CartStatus,
    Country,
    Line,
    Notice,
    NoticeCode,
    Order,
    OrderLine,
    OrderPayment,
    OrderSummary,
)
from storefront.clients.shapes import Address, Contact, DeliveryOption, Image, Totals
from storefront.core import CartId, LineId, Money, OrderId, Sku


@dataclass(frozen=True, slots=True)
class Goods:
    """One SKU as the order service knows it; `quantity` is how many there are."""

    sku: Sku
    handle: str
    title: str
    variant_title: str
    price: Money
    quantity: int
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A way to send things: its price in minor units, the days until its first and last possible arrival."""

    id: str
    name: str
    amount: int
    first_day: int
    last_day: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of the one market that the twin serves; tax is a whole percentage."""

    market: str = "eu"
    currency: str = "EUR"
    tax_percent: int = 20
    tax_included: bool = True
    countries: tuple[Country, ...] = (
        Country(code="IE", name="Ireland"),
        Country(code="DE", name="Germany"),
    )
    rates: tuple[Rate, ...] = (
        Rate("standard", "Standard delivery", 495, 3, 5),
        Rate("express", "Express delivery", 1295, 2, 2),
    )

    def options(self, today: date) -> tuple[DeliveryOption, ...]:
        """What can be chosen for something ordered today."""
        return tuple(
            DeliveryOption(
                id=rate.id,
                name=rate.name,
                price=Money(rate.amount, self.currency),
                earliest=today + timedelta(days=rate.first_day),
                latest=today + timedelta(days=rate.last_day),
            )
            for rate in self.rates
        )


@dataclass(slots=True)
class Item:
    """One line: how many of a SKU, and what one cost when it was put in."""

    id: LineId
    sku: Sku
    quantity: int
    seen: Money


@dataclass(slots=True)
class Basket:
    """A cart between two calls. A guest's has a secret, a customer's an `owner` (their access token)."""

    id: CartId
    secret: str
    owner: str
    locale: str
    updated_at: datetime
    expires_at: datetime
    items: list[Item] = field(default_factory=list)
    contact: Contact | None = None
    address: Address | None = None
    option_id: str = ""
    status: CartStatus = "open"
    order_id: OrderId | None = None
    version: int = 1

    def opens_to(self, secret: str, access_token: str) -> bool:
        """Whether what was shown opens it."""
        return (bool(secret) and secret == self.secret) or (bool(self.owner) and access_token == self.owner)


def cart_of(basket: Basket, goods: Mapping[Sku, Goods], terms: Terms, today: date) -> Cart:
    """The cart at today's prices."""
    lines = tuple(_line(item, goods[item.sku]) for item in basket.items)
    option = next((o for o in terms.options(today) if o.id == basket.option_id), None)
    return Cart(
        id=basket.id,
        status=basket.status,
        order_id=basket.order_id,
        market=terms.market,
        locale=basket.locale,
        lines=lines,
        item_count=sum(line.quantity for line in lines),
        contact=basket.contact,
        address=basket.address,
        delivery_option=option,
        totals=_totals(lines, option, terms),
        expires_at=basket.expires_at,
        version=basket.version,
        updated_at=basket.updated_at,
    )


def order_of(cart: Cart, number: int, payment_page: str, now: datetime) -> Order:
    """The order that a complete cart becomes, awaiting its payment at `payment_page` + the payment's id."""
    if cart.contact is None or cart.address is None or cart.delivery_option is None:
        raise ValueError("only a complete cart becomes an order")
    payment_id = f"pay_{number:08d}"
    return Order(
        id=OrderId(f"ord_{number:08d}"),
        number=f"SF-{number // 10_000:04d}-{number % 10_000:04d}",
        status="awaiting_payment",
        market=cart.market,
        locale=cart.locale,
        cart_id=cart.id,
        lines=tuple(_order_line(line) for line in cart.lines),
        contact=cart.contact,
        address=cart.address,
        delivery_option=cart.delivery_option,
        totals=cart.totals,
        payment=OrderPayment(id=payment_id, status="pending", redirect_url=payment_page + payment_id),
        placed_at=None,
        created_at=now,
        version=1,
        updated_at=now,
    )


def summary_of(order: Order) -> OrderSummary:
    """What a list shows of an order."""
    return OrderSummary(
        id=order.id,
        number=order.number,
        status=order.status,
        item_count=sum(line.quantity for line in order.lines),
        total=order.totals.total,
        created_at=order.created_at,
    )


def _order_line(line: Line) -> OrderLine:
    kept = {name: getattr(line, name) for name in OrderLine.__struct_fields__}
    return OrderLine(**kept)


def _line(item: Item, goods: Goods) -> Line:
    return Line(
        id=item.id,
        sku=item.sku,
        handle=goods.handle,
        title=goods.title,
        variant_title=goods.variant_title,
        image=goods.image,
        quantity=item.quantity,
        unit_price=goods.price,
        line_total=goods.price * item.quantity,
        available=goods.quantity,
        notices=tuple(_notices(item, goods)),
    )


def _notices(item: Item, goods: Goods) -> list[Notice]:
    found: list[tuple[NoticeCode, str]] = []
    if goods.price != item.seen:
        was = f"{item.seen.amount / 100:.2f} {item.seen.currency}"
        found.append(("price_changed", f"The price was {was} when you added it."))
    if goods.quantity == 0:
        found.append(("unavailable", "It is sold out."))
    elif goods.quantity < item.quantity:
        found.append(("insufficient_stock", f"Only {goods.quantity} are left."))
    return [Notice(code=code, detail=detail) for code, detail in found]


def _totals(lines: tuple[Line, ...], option: DeliveryOption | None, terms: Terms) -> Totals:
    subtotal = Money.total((line.line_total for line in lines), terms.currency)
    delivery = option.price if option else None
    before = subtotal + delivery if delivery else subtotal
    whole = 100 + terms.tax_percent if terms.tax_included else 100
    # To the nearest minor unit, halves upwards.
    tax = Money((2 * before.amount * terms.tax_percent + whole) // (2 * whole), terms.currency)
    return Totals(
        subtotal=subtotal,
        delivery=delivery,
        tax=tax,
        tax_included=terms.tax_included,
        total=before if terms.tax_included else before + tax,
    )
