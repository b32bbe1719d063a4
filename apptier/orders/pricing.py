"""A stored cart at today's prices: what is answered, and what an order is held against."""

from collections.abc import Mapping
from datetime import datetime

from apptier.kit.markets import Market
from apptier.kit.models import DeliveryOption
from apptier.kit.money import money_text
from apptier.orders.cart import CartLine, StoredCart
from apptier.orders.models import Cart, Line, Notice
from apptier.orders.ports import Offer


def priced(cart: StoredCart, market: Market, offers: Mapping[str, Offer], now: datetime) -> Cart:
    """The cart as the contract shows it.

    An open cart costs what its articles cost now. One that an order holds shows what was ordered: its
    articles are reserved, so neither today's price nor today's stock concerns them.

    Args:
        cart: As stored.
        market: The cart's.
        offers: Of the cart's SKUs; a missing one counts as sold out at the price it had.
        now: For the delivery dates.
    """
    current = offers if cart.status == "open" else {line.sku: _reserved(line) for line in cart.lines}
    lines = [_line(line, market, current.get(line.sku)) for line in cart.lines]
    option = chosen_option(cart, market, now)
    subtotal = sum(line.line_total.amount for line in lines)
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
        delivery_option=option,
        totals=market.totals(subtotal, option.price.amount if option else None),
        expires_at=cart.expires,
        version=cart.version,
        updated_at=cart.updated_at,
    )


def chosen_option(cart: StoredCart, market: Market, now: datetime) -> DeliveryOption | None:
    """The delivery option that was chosen, at today's price and dates; None when it isn't offered there."""
    country = cart.address.country if cart.address else None
    options = market.delivery_options(country, now)
    return next((option for option in options if option.id == cart.option_id), None)


def _reserved(line: CartLine) -> Offer:
    return Offer(line.sku, line.price, line.quantity)


def _line(line: CartLine, market: Market, offer: Offer | None) -> Line:
    price = offer.price if offer else line.price
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
        available=available,
        notices=_notices(line, price, available, market),
    )


def _notices(line: CartLine, price: int, available: int, market: Market) -> list[Notice]:
    notices = []
    if price != line.price:
        was = money_text(line.price, market.currency)
        notices.append(Notice(code="price_changed", detail=f"The price was {was} when you added it."))
    if available == 0:
        notices.append(Notice(code="unavailable", detail="It can't be bought at the moment."))
    elif available < line.quantity:
        left = f"Only {available} {'is' if available == 1 else 'are'} left."
        notices.append(Notice(code="insufficient_stock", detail=left))
    return notices
