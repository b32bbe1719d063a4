"""What can be known before there is a cart: what sending costs, from when on it is free, how one can pay."""

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.markets import Market, place_problem
from apptier.orders.delivery import country_names
from apptier.orders.models import DeliveryQuotes, PaymentMethod, PaymentMethodList
from apptier.orders.promotions import Promotion, PromotionBook


class Quoting:
    """Answers for anybody."""

    def __init__(self, book: PromotionBook, clock: Clock) -> None:
        self._book = book
        self._clock = clock

    def delivery(self, market: Market, locale: str, country: str, postcode: str | None) -> DeliveryQuotes:
        """The ways to send something there. Raises Problem 422 `country_not_served`, `postcode_invalid`."""
        problem = place_problem(market, country, postcode)
        if problem:
            raise problem
        now = self._clock.now()
        running = [one for one in self._book.all(market.code) if one.when(rfc3339(now)) == "during"]
        free = min((one.minimum for one in running if _frees_anything(one)), default=None)
        return DeliveryQuotes(
            country=country,
            countries=country_names(market),
            items=market.delivery_options(country, now, locale),
            free_from=None if free is None else market.money(free),
        )


def payment_methods(market: Market, locale: str) -> PaymentMethodList:
    """How one can pay in a market, the usual way first."""
    named = ((way.id, *way.in_language(locale)) for way in market.payment)
    return PaymentMethodList(
        items=[PaymentMethod(id=way, name=name, detail=detail) for way, name, detail in named]
    )


def _frees_anything(one: Promotion) -> bool:
    """Whether it makes delivery free by itself, whatever is bought."""
    return one.kind == "free_delivery" and one.code is None and one.target.holds("", "", ())
