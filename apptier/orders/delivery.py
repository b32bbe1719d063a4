"""How a cart reaches the shopper: the ways on offer, the one chosen, the one to reckon with till then."""

from datetime import datetime

from apptier.kit.clock import rfc3339
from apptier.kit.markets import MARKETS, Market
from apptier.kit.models import DeliveryOption
from apptier.orders.cart import StoredCart
from apptier.orders.models import CountryName, Fulfilment, PickupStore
from apptier.orders.words import say
from apptier.stores.models import KnownStore
from apptier.stores.readiness import ready_from

PICKUP = "pickup"


def country_names(market: Market) -> list[CountryName]:
    """The countries that a market serves, the main one first. Names are English: clients know their own."""
    return [CountryName(code=known.code, name=known.name) for known in market.countries]


def pickup_store(store: KnownStore, now: datetime) -> PickupStore | None:
    """A store with the time from which the order is ready; None when it doesn't open."""
    ready = ready_from(store.hours, store.timezone, now)
    if ready is None:
        return None
    return PickupStore(id=store.id, name=store.name, address=store.address, ready_from=rfc3339(ready))


def fulfilment(cart: StoredCart, now: datetime) -> Fulfilment:
    """How it reaches the shopper, as the contract shows it."""
    if cart.pickup is None:
        return Fulfilment(kind="delivery", store=None)
    return Fulfilment(kind="pickup", store=pickup_store(cart.pickup, now))


def offered(cart: StoredCart, now: datetime) -> list[DeliveryOption]:
    """The ways to the cart's country, cheapest first; picking up is the only one once it was chosen."""
    market = MARKETS[cart.market]
    if cart.pickup is None:
        return market.delivery_options(cart.goes_to or None, now, cart.locale)
    store = pickup_store(cart.pickup, now)
    day = (store.ready_from if store else rfc3339(now))[:10]
    name = say(cart.locale, "pickup")
    return [DeliveryOption(id=PICKUP, name=name, price=market.money(0), earliest=day, latest=day)]


def in_words_of(locale: str, market: Market, option: DeliveryOption) -> DeliveryOption:
    """An option of earlier by its name in another language."""
    if option.id == PICKUP:
        return option.model_copy(update={"name": say(locale, "pickup")})
    return option.model_copy(update={"name": market.delivery_name(option.id, locale) or option.name})


def chosen(cart: StoredCart, options: list[DeliveryOption]) -> DeliveryOption | None:
    """The way that was chosen; None when none was, or it isn't offered there any more."""
    wanted = PICKUP if cart.pickup else cart.option_id
    return next((option for option in options if option.id == wanted), None)
