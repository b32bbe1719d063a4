"""What sending a product costs and when it arrives, and where it can be picked up: told before the cart.

Nothing here is critical, neither part needs the other, and nothing that is typed is kept: a postcode goes to
the services that answer and nowhere else.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_interval, format_time
from django.utils.translation import gettext as _

from storefront.clients.orders import STANDARD_OPTION, DeliveryQuotes
from storefront.clients.shapes import DeliveryOption
from storefront.clients.stores import PickupPromise, PickupPromiseList
from storefront.core import Invalid, Money, NotFound
from storefront.web import reads
from storefront.web.formats import babel_locale, by_country_name, country, day, money, number
from storefront.web.policies import FRAGMENT_SECONDS
from storefront.web.regions import current_region
from storefront.web.shop import Shop

LONGEST_POSTCODE = 12  # contracts/orders.yaml
_SHORTEST_POSTCODE = 2
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One way to send it: what it is called, costs, and when it arrives ("Wed, 25 – Fri, 27 Nov").

    `free` is whether the article's own price makes it cost nothing, `free_from` the value of goods that does
    where it alone doesn't, None for a way that stays as dear.
    """

    name: str
    price: Money
    when: str
    free: bool
    free_from: Money | None


@dataclass(frozen=True, slots=True)
class PickupLine:
    """One store: what it is called, where it is, and from when it is ready, or that it isn't there."""

    name: str
    city: str
    distance: str
    ready: str
    available: bool


@dataclass(frozen=True, slots=True)
class CountryChoice:
    """A country to send to."""

    code: str
    name: str
    selected: bool


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """The delivery part of a product page.

    `asked` is True once a postcode was typed. `problem` is about what was typed. `options` are empty while
    nobody can tell them, `pickups` None. `spoken` is what is announced when the part comes anew.
    """

    country: str
    country_name: str
    postcode: str
    countries: tuple[CountryChoice, ...]
    asked: bool
    problem: str
    options: tuple[OptionLine, ...]
    pickups: tuple[PickupLine, ...] | None
    spoken: str


def usual_delivery(
    quotes: DeliveryQuotes | None, country_code: str, price: Money | None = None
) -> DeliveryView:
    """What the page says before anything is typed: the usual cost and days to the region's country.

    `price` is the article's own, None while it is not known.
    """
    return _view(quotes, None, country_code, "", "", price)


def delivery_note(view: DeliveryView) -> str:
    """What delivery costs in one line, "" while nobody can tell."""
    way = next((one for one in view.options if one.free or one.free_from is not None), None)
    if way is not None and way.free:
        return _("Delivery of this is free.")
    if way is not None and way.free_from is not None:
        words = {"sum": money(way.free_from), "price": money(way.price)}
        return _("Delivery is free from %(sum)s; below that it costs %(price)s.") % words
    if view.options:
        return _("Delivery costs %(price)s.") % {"price": money(min(one.price for one in view.options))}
    return ""


def build_delivery(
    shop: Shop, *, country_code: str, postcode: str, sku: str, handle: str = ""
) -> DeliveryView:
    """The part for a postcode as typed; what is wrong with it is said, and what can't be had is left out."""
    typed = postcode.strip()[: LONGEST_POSTCODE + 1]
    if not _SHORTEST_POSTCODE <= len(typed) <= LONGEST_POSTCODE:
        problem = _("Please type a ZIP code.") if country_code == "US" else _("Please type a postcode.")
        return _view(_usual(shop, country_code), None, country_code, typed, problem, None)
    with shop.compose.page(FRAGMENT_SECONDS) as plan:
        priced = plan.deferred("offers", lambda: _price(shop, handle, sku))
        quoted = plan.deferred("quotes", lambda: _asked_quotes(shop, country_code, typed))
        promised = plan.deferred("pickup", lambda: _promises(shop, country_code, typed, sku))
    quotes = quoted.or_none()
    if isinstance(quotes, Invalid):
        problem = _refusal(quotes, country_code)
        return _view(_usual(shop, country_code), None, country_code, typed, problem, priced.or_none())
    promises, now = promised.or_none(), shop.compose.clock.now()
    pickups = None if promises is None else tuple(_pickup(one, now) for one in promises.items[:_NEAREST])
    return _view(quotes, pickups, country_code, typed, "", priced.or_none())


def _price(shop: Shop, handle: str, sku: str) -> Money | None:
    """What the article costs; None for one that isn't sold here."""
    try:
        offers = reads.offers(shop, handle).value.items if handle else ()
    except NotFound:
        return None
    return next((offer.price for offer in offers if offer.sku == sku), None)


def _asked_quotes(shop: Shop, country_code: str, postcode: str) -> DeliveryQuotes | Invalid:
    try:
        return shop.orders.list_delivery_quotes(
            market=shop.market, locale=shop.locale, country=country_code, postcode=postcode
        )
    except Invalid as refused:
        return refused


def _usual(shop: Shop, country_code: str) -> DeliveryQuotes | None:
    """The country's usual delivery, without a word about why there is none: the form says what is wrong."""
    with shop.compose.page(FRAGMENT_SECONDS) as plan:
        part = plan.deferred("quotes", lambda: reads.delivery_quotes(shop, country_code).value)
    return part.or_none()


def _promises(shop: Shop, country_code: str, postcode: str, sku: str) -> PickupPromiseList:
    """The stores near a postcode; a SKU that none of them knows is promised nowhere."""
    try:
        return shop.stores.list_pickup_promises(
            market=shop.market, locale=shop.locale, country=country_code, postcode=postcode, sku=sku or None
        )
    except NotFound:
        return PickupPromiseList(items=())


def _refusal(refused: Invalid, country_code: str) -> str:
    name = country(country_code)
    if refused.code == "country_not_served":
        return _("We don't deliver to %(country)s.") % {"country": name}
    if country_code == "US":
        return _("This is not a ZIP code. Please check it.")
    return _("This is not a postcode in %(country)s. Please check it.") % {"country": name}


def _view(
    quotes: DeliveryQuotes | None,
    pickups: tuple[PickupLine, ...] | None,
    country_code: str,
    postcode: str,
    problem: str,
    price: Money | None,
) -> DeliveryView:
    options = tuple(_line(option, quotes.free_from, price) for option in quotes.items) if quotes else ()
    known = [one.code for one in quotes.countries] if quotes else [country_code]
    choices = [CountryChoice(code, country(code), code == country_code) for code in by_country_name(known)]
    return DeliveryView(
        country=country_code,
        country_name=country(country_code),
        postcode=postcode,
        countries=tuple(choices),
        asked=bool(postcode),
        problem=problem,
        options=options,
        pickups=pickups,
        spoken=_spoken(options, pickups, problem),
    )


def _line(option: DeliveryOption, free_from: Money | None, price: Money | None) -> OptionLine:
    """Only standard delivery becomes free (contracts/orders.yaml, DeliveryQuotes)."""
    when = _days(option.earliest, option.latest)
    if option.id != STANDARD_OPTION or free_from is None or not option.price.amount:
        return OptionLine(option.name, option.price, when, free=not option.price.amount, free_from=None)
    free = price is not None and not price < free_from
    return OptionLine(option.name, option.price, when, free=free, free_from=None if free else free_from)


def _days(earliest: date, latest: date) -> str:
    """From one day to another as the region writes it, short: "Wed, 25 – Fri, 27 Nov"."""
    return format_interval(earliest, latest, "MMMEd", locale=babel_locale(current_region()))


def _pickup(promise: PickupPromise, now: datetime) -> PickupLine:
    distance = ""
    if promise.distance_km is not None:
        distance = _("%(distance)s km away") % {"distance": number(round(promise.distance_km, 1))}
    ready = _("Not available there now")
    if promise.available and promise.ready_from is not None:
        ready = _ready(promise.ready_from, promise.timezone, now)
    return PickupLine(promise.name, promise.address.city, distance, ready, promise.available)


def _ready(moment: datetime, timezone: str, now: datetime) -> str:
    """From when it is ready, in the store's own time."""
    zone = ZoneInfo(timezone)
    there, today = moment.astimezone(zone), now.astimezone(zone).date()
    if moment <= now:
        return _("Ready now")
    time = format_time(there, "short", locale=babel_locale(current_region()))
    if there.date() == today:
        return _("Ready today from %(time)s") % {"time": time}
    if there.date() == today + timedelta(days=1):
        return _("Ready tomorrow from %(time)s") % {"time": time}
    return _("Ready on %(day)s from %(time)s") % {"day": day(there.date(), "EEEE d MMMM"), "time": time}


def _spoken(options: tuple[OptionLine, ...], pickups: tuple[PickupLine, ...] | None, problem: str) -> str:
    if problem:
        return problem
    if not options:
        return _("We can't show delivery dates right now. You will see them at the checkout.")
    first = _("%(name)s: %(when)s.") % {"name": options[0].name, "when": options[0].when}
    near = next((one for one in pickups or () if one.available), None)
    if near is None:
        return first
    return _("%(delivery)s Pick-up in %(store)s: %(ready)s.") % {
        "delivery": first,
        "store": near.name,
        "ready": near.ready,
    }
