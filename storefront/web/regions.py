"""Where and in what language the shop is read: a country and a language, said by the start of every address.

`/de/ar/p/meadow-cushion/` is the shop for Germany in Arabic. The country decides the market (currency, tax,
delivery), the language decides the words and the direction of reading; any language goes with any country.
Codes are those of ISO 3166-1 (countries) and ISO 639-1 (languages), in lower case as addresses have them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

Direction = Literal["ltr", "rtl"]

# Addresses that are the same for every region, and so have none in front.
_SITEWIDE_PATHS = frozenset({"/healthz", "/readyz", "/robots.txt", "/sitemap.xml", "/csp-report", "/console"})
_SITEWIDE_FOLDERS = ("/static/", "/media/", "/sitemaps/", "/console/")
_PARTS_OF_PREFIX = 3  # "", country, language


@dataclass(frozen=True, slots=True)
class Country:
    """A country we sell to; `language` is the one most people there read.

    `timezone` (IANA) is what its clocks show, for things that have no place of their own. With `tax_on_top`
    prices are told without tax, which the cart adds (contracts/orders.yaml, Totals).
    """

    code: str
    market: str
    currency: str
    language: str
    timezone: str
    tax_on_top: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the shop; `name` is what its readers call it."""

    code: str
    name: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Region:
    """One country in one language."""

    country: str
    market: str
    currency: str
    language: str
    language_name: str
    direction: Direction

    @property
    def key(self) -> str:
        """Its name in the switcher's cookie: "de-ar"."""
        return f"{self.country}-{self.language}"

    @property
    def prefix(self) -> str:
        """What its addresses start with, without a slash at the end: "/de/ar"."""
        return f"/{self.country}/{self.language}"

    @property
    def territory(self) -> str:
        """The country as the backend writes it: "DE"."""
        return self.country.upper()

    @property
    def locale(self) -> str:
        """Language and country as HTML and Babel want them (BCP 47): "ar-DE"."""
        return f"{self.language}-{self.territory}"

    def href(self, path: str) -> str:
        """The address, in this region, of what the URL table calls `path` (which starts with a slash)."""
        return self.prefix + path


COUNTRIES: Mapping[str, Country] = MappingProxyType(
    {
        country.code: country
        for country in (
            Country("ie", "eu", "EUR", "en", "Europe/Dublin"),
            Country("de", "eu", "EUR", "de", "Europe/Berlin"),
            Country("us", "us", "USD", "en", "America/New_York", tax_on_top=True),
        )
    }
)
LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        language.code: language
        for language in (
            Language("en", "English", "ltr"),
            Language("de", "Deutsch", "ltr"),
            Language("ar", "العربية", "rtl"),
        )
    }
)


def _all() -> Iterator[tuple[tuple[str, str], Region]]:
    for country in COUNTRIES.values():
        for language in LANGUAGES.values():
            yield (
                (country.code, language.code),
                Region(
                    country.code,
                    country.market,
                    country.currency,
                    language.code,
                    language.name,
                    language.direction,
                ),
            )


_REGIONS: Mapping[tuple[str, str], Region] = MappingProxyType(dict(_all()))
REGIONS: tuple[Region, ...] = tuple(_REGIONS.values())
REGION_NAMES: tuple[str, ...] = tuple(region.prefix[1:] for region in REGIONS)

# The region of the request, and the prefix that `reverse()` puts before every path meanwhile.
_current: ContextVar[tuple[Region, str] | None] = ContextVar("region", default=None)


def region_of(country: str, language: str) -> Region | None:
    """The region of two lower-case codes, None when there is none."""
    return _REGIONS.get((country, language))


def region_by_key(key: str) -> Region | None:
    """The region that `Region.key` names, None for anything else."""
    country, _, language = key.partition("-")
    return region_of(country, language)


def default_region() -> Region:
    """The region of the setting DEFAULT_REGION: for who gives no hint of another."""
    region = split(f"/{settings.DEFAULT_REGION}")[0]
    assert region is not None  # config.settings.base checks it
    return region


def region_in_force() -> Region | None:
    """The region of the request being answered, None outside of requests."""
    kept = _current.get()
    return kept[0] if kept else None


def current_prefix() -> str:
    """What `reverse()` puts before every path: "/de/ar/"."""
    kept = _current.get()
    return kept[1] if kept else get_script_prefix()


def current_region() -> Region:
    """The region of the request being answered; the default one outside of requests."""
    kept = _current.get()
    return kept[0] if kept else default_region()


@contextmanager
def within(region: Region, *, script_prefix: str | None = None) -> Iterator[None]:
    """Everything inside is said in the region's language, and `reverse()` gives its addresses.

    Threads are used again for other requests, so all of it is put back at the end, whatever happens.
    """
    before = get_script_prefix()
    prefix = f"{region.prefix}/" if script_prefix is None else script_prefix
    token = _current.set((region, prefix))
    set_script_prefix(prefix)
    try:
        with translation.override(region.language):
            yield
    finally:
        set_script_prefix(before)
        _current.reset(token)


@contextmanager
def carried() -> Iterator[None]:
    """The request's region in another thread, which got a copy of the request's context variables.

    Django keeps language and prefix by thread, and would fall back to its own in the threads that fetch the
    parts of a page.
    """
    kept = _current.get()
    if kept is None:
        yield
        return
    with within(kept[0], script_prefix=kept[1]):
        yield


def is_sitewide(path: str) -> bool:
    """Whether a path is one that has no region in front."""
    return path in _SITEWIDE_PATHS or path.startswith(_SITEWIDE_FOLDERS)


def split(path: str) -> tuple[Region | None, str]:
    """The region that a path starts with, and the path within it; None and the path itself for others.

    `/de/ar/cart/` gives `/cart/`, and `/de/ar` gives "".
    """
    parts = path.split("/", 3)
    if len(parts) < _PARTS_OF_PREFIX or parts[0]:
        return None, path
    region = region_of(parts[1], parts[2])
    return region, path.removeprefix(region.prefix) if region else path


def site_href(href: str) -> str:
    """A link of the shop's data ("/c/mugs/") as an address of the current region; others as they are."""
    if not href.startswith("/") or href.startswith(("//", "/\\")) or is_sitewide(href):
        return href
    return href if split(href)[0] else current_region().href(href)
