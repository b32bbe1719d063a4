"""Which region suits somebody who named none: what they chose before, then where they are and what they read.

Sources, in this order: the cookie that the switcher sets; the country that CloudFront saw
(`CloudFront-Viewer-Country`, added by the CDN and never taken from the browser there); the browser's
`Accept-Language` (RFC 9110, section 12.5.4). A hint that names nothing we have is left out.
"""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from storefront.web.regions import COUNTRIES, LANGUAGES, Region, default_region, region_by_key, region_of

VIEWER_COUNTRY = "CloudFront-Viewer-Country"


def best_region(request: HttpRequest) -> Region:
    """The region to send a request to that names none."""
    chosen = region_by_key(request.COOKIES.get(settings.REGION_COOKIE_NAME, ""))
    return chosen or negotiated(
        request.headers.get(VIEWER_COUNTRY, ""), request.headers.get("Accept-Language", "")
    )


def negotiated(viewer_country: str, accept_language: str) -> Region:
    """The region for two headers, each "" when it is missing.

    Where the CDN says nothing, the browser's own country counts ("de-DE"); a country the CDN saw, and we
    do not sell to, is not replaced by a guess.
    """
    accepted = list(_accepted(accept_language))
    fallback = default_region()
    if viewer_country:
        country = COUNTRIES.get(viewer_country.strip().lower())
    else:
        country = next((COUNTRIES[where] for _, where in accepted if where in COUNTRIES), None)
    languages = (language for language, _ in accepted if language in LANGUAGES)
    language = next(languages, country.language if country else fallback.language)
    return region_of(country.code if country else fallback.country, language) or fallback


def region_for_words(request: HttpRequest, country: str) -> Region:
    """The best region for a page about an address that is none: in `country` if that is one we know."""
    best = best_region(request)
    return region_of(country, best.language) or best


def _accepted(header: str) -> Iterator[tuple[str, str]]:
    """Pairs of language and country ("" for none) in the browser's order of preference, lower case."""
    # Django's parser bounds the length and remembers what it has parsed.
    for tag, weight in parse_accept_lang_header(header):
        language, *more = tag.split("-")
        if weight > 0 and language != "*":
            yield language, more[-1] if more else ""
