"""The Jinja2 environment of the site: undefined names are errors, everything is escaped, few globals.

Templates get `page` and `site` as plain frozen data, and `csrf_input` on private pages only: a cached
page that tried to print a token would fail to render instead of leaking one.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, get_currency_precision
from django.conf import settings
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from storefront.core import Money


def template_environment() -> Environment:
    """The environment that Django's backend made of the settings."""
    backend = engines["jinja2"]
    assert isinstance(backend, Jinja2)
    return backend.env


def url(name: str, **kwargs: object) -> str:
    """The path of a named route: `url("catalog:product", handle=card.handle)`."""
    return reverse(name, kwargs=kwargs or None)


def money(value: Money) -> str:
    """An amount as the shop's language writes it: "€49.00"."""
    amount = Decimal(value.amount).scaleb(-get_currency_precision(value.currency))
    return format_currency(amount, value.currency, locale=_locale())


def day(value: date | datetime, style: str = "d MMMM y") -> str:
    """A day as the shop's language writes it: "25 November 2026". `style` is a Babel pattern or name."""
    return format_date(value, style, locale=_locale())


def number(value: int) -> str:
    """A count with the language's separators: "1,204"."""
    return format_decimal(value, locale=_locale())


def country(code: str) -> str:
    """A country's name in the shop's language (ISO 3166-1 alpha-2 code in): "Ireland"."""
    return str(Locale.parse(_locale()).territories.get(code, code))


def plural(count: int, one: str, many: str) -> str:
    """A count with its noun: `3|plural("item", "items")` is "3 items"."""
    return f"{number(count)} {one if count == 1 else many}"


def environment(**options: Any) -> Environment:
    """The environment, as Django's Jinja2 backend asks for it."""
    options["undefined"] = StrictUndefined
    options["autoescape"] = True
    options["extensions"] = ["jinja2.ext.i18n", *options.get("extensions", ())]
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - set above
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    made.globals.update(url=url, static=static, locale=settings.LOCALE, shop_name=settings.SHOP_NAME)
    made.filters.update(money=money, date=day, number=number, plural=plural, country=country)
    return made


def _locale() -> str:
    return str(settings.LOCALE).replace("-", "_")
