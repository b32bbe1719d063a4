"""A stored cart at today's prices: what is answered, and what an order is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from apptier.kit.clock import rfc3339
from apptier.kit.markets import MARKETS, Market
from apptier.kit.models import DeliveryOption, Totals
from apptier.orders.cart import Agreed, CartLine, StoredCart
from apptier.orders.delivery import chosen, fulfilment, offered
from apptier.orders.models import AppliedPromotion, Cart, CartNotice, Estimate, Line, Notice, Nudge
from apptier.orders.ports import Offer
from apptier.orders.promotions import Promotion
from apptier.orders.promotions_engine import Goods, Outcome, Situation, evaluate
from apptier.orders.promotions_words import applied_promotions, code_states, nudges, retold
from apptier.orders.words import amount_words, say


@dataclass(frozen=True, slots=True)
class Today:
    """What a cart is looked at with.

    Attributes:
        offers: Of the cart's SKUs; a missing one counts as sold out at the price it had.
        promotions: All of the cart's market.
        used_up: Ids of those whose limit is reached, for this cart's shopper.
        now: For delivery dates and promotions.
    """

    offers: Mapping[str, Offer]
    promotions: Sequence[Promotion]
    used_up: frozenset[str]
    now: datetime


def priced(cart: StoredCart, today: Today) -> Cart:
    """The cart as the contract shows it.

    An open cart costs what its articles cost now. One that an order holds shows what was ordered: its
    articles are reserved, so neither today's price nor today's stock or promotions concern them.
    """
    market = MARKETS[cart.market]
    cart = _named(cart, today.offers)
    if cart.status != "open" and cart.agreed is not None:
        return _held(cart, market, retold(cart, cart.agreed, today.promotions))
    prices = [_price(line, today.offers.get(line.sku)) for line in cart.lines]
    options = offered(cart, today.now)
    option = chosen(cart, options)
    likely = option or options[0]
    outcome = evaluate(today.promotions, _situation(cart, prices, likely, today))
    lines = [
        _line(line, cart.locale, market, today.offers.get(line.sku), off)
        for line, off in zip(cart.lines, outcome.lines, strict=True)
    ]
    return _cart(
        cart,
        lines,
        Agreed(
            locale=cart.locale,
            discounts=list(outcome.lines),
            delivery_option=option,
            fulfilment=fulfilment(cart, today.now),
            codes=code_states(cart, outcome, today.promotions, market),
            promotions=applied_promotions(cart, outcome, market),
            totals=_totals(cart, market, outcome, prices, likely if cart.lines else None, option),
        ),
        nudges(cart, outcome, market),
    )


def agreed(view: Cart) -> Agreed:
    """What a complete cart comes to, to be kept while an order holds it."""
    return Agreed(
        locale=view.locale,
        discounts=[line.discount.amount for line in view.lines],
        delivery_option=view.delivery_option,
        fulfilment=view.fulfilment,
        codes=view.codes,
        promotions=view.promotions,
        totals=view.totals,
    )


def with_notices(view: Cart, before: Sequence[AppliedPromotion]) -> Cart:
    """The cart after a change, saying which promotions it brought and which it cost.

    They are compared by what they bring, which their label says: free delivery by a code instead of by the
    cart's worth is neither lost nor gained.
    """
    had = dict.fromkeys((one.kind, one.label) for one in before)
    have = dict.fromkeys((one.kind, one.label) for one in view.promotions)
    gained = [
        CartNotice(code="promotion_gained", detail=say(view.locale, "promotion_gained", label=label))
        for kind, label in have
        if (kind, label) not in had
    ]
    lost = [
        CartNotice(code="promotion_lost", detail=say(view.locale, "promotion_lost", label=label))
        for kind, label in had
        if (kind, label) not in have
    ]
    return view.model_copy(update={"notices": lost + gained})


def _named(cart: StoredCart, offers: Mapping[str, Offer]) -> StoredCart:
    """The cart with its lines called as the catalogue calls them in its language now."""
    return replace(cart, lines=tuple(_renamed(line, offers.get(line.sku)) for line in cart.lines))


def _renamed(line: CartLine, offer: Offer | None) -> CartLine:
    if offer is None:
        return line
    variant = line.variant_title if offer.variant_title is None else offer.variant_title
    return replace(
        line, title=offer.title or line.title, variant_title=variant, image=offer.image or line.image
    )


def _held(cart: StoredCart, market: Market, known: Agreed) -> Cart:
    lines = [
        _line(line, cart.locale, market, Offer(line.sku, line.price, line.quantity), off)
        for line, off in zip(cart.lines, known.discounts, strict=True)
    ]
    return _cart(cart, lines, known, [])


def _cart(cart: StoredCart, lines: list[Line], known: Agreed, near: list[Nudge]) -> Cart:
    if cart.status == "merged":
        raise ValueError("a cart that was put into another is shown to nobody")
    return Cart(
        id=cart.id,
        status=cart.status,
        order_id=cart.order_id,
        market=cart.market,
        locale=cart.locale,
        lines=lines,
        item_count=sum(line.quantity for line in lines),
        contact=cart.contact,
        address=cart.address,
        delivery_option=known.delivery_option,
        fulfilment=known.fulfilment,
        estimate=Estimate(country=cart.country, postcode=cart.postcode),
        payment_method=cart.payment_method,
        codes=known.codes,
        promotions=known.promotions,
        nudges=near,
        notices=[],
        totals=known.totals,
        expires_at=cart.expires,
        version=cart.version,
        updated_at=cart.updated_at,
    )


def _situation(cart: StoredCart, prices: Sequence[int], likely: DeliveryOption, today: Today) -> Situation:
    goods = tuple(
        Goods(line.sku, line.handle, line.categories, line.quantity, price)
        for line, price in zip(cart.lines, prices, strict=True)
    )
    return Situation(
        goods=goods,
        codes=cart.codes,
        option_id=likely.id,
        delivery=likely.price.amount if goods else 0,
        used_up=today.used_up,
        now=rfc3339(today.now),
    )


def _totals(
    cart: StoredCart,
    market: Market,
    outcome: Outcome,
    prices: Sequence[int],
    sent: DeliveryOption | None,
    option: DeliveryOption | None,
) -> Totals:
    """What there is to pay; an estimate until it is known how and where it goes."""
    return market.totals(
        sum(price * line.quantity for price, line in zip(prices, cart.lines, strict=True)),
        sent.price.amount if sent else None,
        discount=outcome.discount,
        country=cart.goes_to,
        state=cart.state,
        estimated=option is None or (cart.pickup is None and cart.address is None),
    )


def _price(line: CartLine, offer: Offer | None) -> int:
    return offer.price if offer else line.price


def _line(line: CartLine, locale: str, market: Market, offer: Offer | None, off: int) -> Line:
    price = _price(line, offer)
    available = offer.quantity if offer else 0
    return Line(
        id=line.id,
        sku=line.sku,
        handle=line.handle,
        title=line.title,
        variant_title=line.variant_title,
        image=line.image,
        quantity=line.quantity,
        unit_price=market.money(price),
        line_total=market.money(price * line.quantity),
        discount=market.money(off),
        available=available,
        notices=_notices(line, locale, price, available, market),
    )


def _notices(line: CartLine, locale: str, price: int, available: int, market: Market) -> list[Notice]:
    notices = []
    if price != line.price:
        was = amount_words(locale, line.price, market.currency)
        notices.append(Notice(code="price_changed", detail=say(locale, "price_changed", price=was)))
    if available == 0:
        notices.append(Notice(code="unavailable", detail=say(locale, "unavailable")))
    elif available < line.quantity:
        left = say(locale, "one_left" if available == 1 else "few_left", count=available)
        notices.append(Notice(code="insufficient_stock", detail=left))
    return notices
