"""What the in-memory order service keeps of a cart, and what it makes of that: prices, notices, totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from storefront.clients.orders.fake_deals import DEALS, Deal, Judged, judge
from storefront.clients.orders.models import (
    Cart,
    CartStatus,
    Country,
    Estimate,
    Fulfilment,
    Line,
    Notice,
    NoticeCode,
    PaymentMethod,
    PickupStore,
)
from storefront.clients.shapes import Address, Contact, DeliveryOption, Image, Totals
from storefront.core import CartId, LineId, Money, OrderId, Sku, StoreId

PICKUP = "pickup"


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
class Counter:
    """A store where things can be picked up, a day after they are ordered."""

    id: StoreId
    name: str
    address: Address


GALWAY = Counter(
    StoreId("sto_galway01"),
    "Galway",
    Address(line1="4 Quay Lane", city="Galway", postcode="H91 CX23", country="IE"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of the one market that the twin serves. `taxes` are basis points by country."""

    market: str = "eu"
    currency: str = "EUR"
    taxes: tuple[tuple[str, int], ...] = (("IE", 2300), ("DE", 1900))
    tax_included: bool = True
    countries: tuple[Country, ...] = (
        Country(code="IE", name="Ireland"),
        Country(code="DE", name="Germany"),
    )
    rates: tuple[Rate, ...] = (
        Rate("standard", "Standard delivery", 495, 3, 5),
        Rate("express", "Express delivery", 1295, 2, 2),
    )
    methods: tuple[PaymentMethod, ...] = (
        PaymentMethod(id="card", name="Card", detail="Visa, Mastercard and others"),
        PaymentMethod(id="bank", name="Pay by bank", detail="You approve it in your bank's app"),
    )
    counters: tuple[Counter, ...] = (GALWAY,)
    deals: tuple[Deal, ...] = DEALS

    def options(self, today: date) -> tuple[DeliveryOption, ...]:
        """What can be chosen for something ordered today."""
        return tuple(self._option(rate, today) for rate in self.rates)

    def pickup(self, today: date) -> DeliveryOption:
        """What stands in the place of a delivery option when it is picked up."""
        return self._option(Rate(PICKUP, "Pick up in a store", 0, 1, 1), today)

    def rate_of_tax(self, country: str) -> int:
        """The tax of a country in basis points."""
        return dict(self.taxes).get(country, self.taxes[0][1])

    def _option(self, rate: Rate, today: date) -> DeliveryOption:
        return DeliveryOption(
            id=rate.id,
            name=rate.name,
            price=Money(rate.amount, self.currency),
            earliest=today + timedelta(days=rate.first_day),
            latest=today + timedelta(days=rate.last_day),
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
    """A cart between two calls. A customer's has an `owner`; `closed`: it was put into a customer's.

    `merge_id` is the merge that took it, `last_merge` the last one that put another into it.
    """

    id: CartId
    secret: str
    owner: str
    locale: str
    updated_at: datetime
    expires_at: datetime
    country: str
    postcode: str | None = None
    items: list[Item] = field(default_factory=list)
    contact: Contact | None = None
    address: Address | None = None
    option_id: str = ""
    counter: Counter | None = None
    method: str = "card"
    codes: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    status: CartStatus = "open"
    order_id: OrderId | None = None
    version: int = 1
    merge_id: str = ""
    last_merge: str = ""
    closed: bool = False

    def opens_to(self, secret: str, who: str) -> bool:
        """Whether what was shown opens it; a customer's cart does not open to another who is signed in."""
        if self.owner and who:
            return who == self.owner
        return bool(secret) and secret == self.secret


def cart_of(basket: Basket, goods: Mapping[Sku, Goods], terms: Terms, now: datetime) -> Cart:
    """The cart at today's prices."""
    option = _option(basket, terms, now.date())
    lines = tuple(_line(item, goods[item.sku]) for item in basket.items)
    cheapest = option or min(terms.options(now.date()), key=lambda one: one.price.amount)
    known = option is not None and (basket.address is not None or basket.counter is not None)
    judged = judge(terms.deals, basket.codes, lines, cheapest.price if lines else None, terms.currency)
    return Cart(
        id=basket.id,
        status=basket.status,
        order_id=basket.order_id,
        market=terms.market,
        locale=basket.locale,
        lines=judged.lines,
        item_count=sum(line.quantity for line in lines),
        contact=basket.contact,
        address=basket.address,
        delivery_option=option,
        fulfilment=_fulfilment(basket, now),
        estimate=Estimate(country=basket.country, postcode=basket.postcode),
        payment_method=basket.method,
        codes=judged.codes,
        promotions=judged.promotions,
        nudges=judged.nudges,
        notices=(),
        totals=_totals(judged, cheapest.price if lines else None, basket, terms, estimated=not known),
        expires_at=basket.expires_at,
        version=basket.version,
        updated_at=basket.updated_at,
    )


def _option(basket: Basket, terms: Terms, today: date) -> DeliveryOption | None:
    if basket.counter is not None:
        return terms.pickup(today)
    return next((o for o in terms.options(today) if o.id == basket.option_id), None)


def _fulfilment(basket: Basket, now: datetime) -> Fulfilment:
    if basket.counter is None:
        return Fulfilment(kind="delivery", store=None)
    at = basket.counter
    store = PickupStore(id=at.id, name=at.name, address=at.address, ready_from=now + timedelta(days=1))
    return Fulfilment(kind="pickup", store=store)


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
        discount=Money.zero(goods.price.currency),
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


def _totals(
    judged: Judged, delivery: Money | None, basket: Basket, terms: Terms, *, estimated: bool
) -> Totals:
    subtotal = Money.total((line.line_total for line in judged.lines), terms.currency)
    discount = Money.total((one.amount for one in judged.promotions), terms.currency)
    before = subtotal - discount
    if delivery is not None:
        before = before + delivery
    goes_to = basket.address.country if basket.address and not basket.counter else basket.country
    rate = terms.rate_of_tax(goes_to)
    whole = 10_000 + rate if terms.tax_included else 10_000
    # To the nearest minor unit, halves upwards.
    tax = Money((2 * before.amount * rate + whole) // (2 * whole), terms.currency)
    return Totals(
        subtotal=subtotal,
        discount=discount,
        delivery=delivery,
        tax=tax,
        tax_basis_points=rate,
        tax_included=terms.tax_included,
        total=before if terms.tax_included else before + tax,
        estimated=estimated,
    )
