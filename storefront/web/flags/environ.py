"""What a request says about flags before Django has seen it: its region, cookies, and the edge's header."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from storefront.flags.snapshot import Snapshot
from storefront.web.flags.previews import Preview, preview_of
from storefront.web.flags.raw_cookies import raw_cookie
from storefront.web.flags.reading import NOBODY, Reading, Who
from storefront.web.flags.visitors import Visitor, read
from storefront.web.policies import READ_METHODS
from storefront.web.regions import Region, split

Environ = Mapping[str, Any]

VARIANTS: Final = "HTTP_X_VARIANTS"
PREVIEW: Final = "HTTP_X_PREVIEW"
_MOST_VARIANTS: Final = 10
_LONGEST: Final = 500


def region_of(environ: Environ) -> Region | None:
    """The region that the address is in, None for addresses of none."""
    return split(environ.get("PATH_INFO", ""))[0]


def told_by_edge(environ: Environ) -> str | None:
    """What a CDN says of variants (config.cdn), None without one that does.

    Where no edge tells it (EDGE_VARIANTS) the header is a browser's own, and worth nothing.
    """
    if not settings.EDGE_VARIANTS:
        return None
    found: str | None = environ.get(VARIANTS)
    return found if found is not None and len(found) <= _LONGEST else None


def edge_variants(told: str | None) -> dict[str, str] | None:
    """Variants by flag, in the edge's names, of a header like `delivery_note=note`; None without an edge."""
    if told is None:
        return None
    pairs = (part.strip().partition("=") for part in told.split(";", _MOST_VARIANTS)[:_MOST_VARIANTS])
    return {name: variant for name, is_pair, variant in pairs if is_pair}


def cookie(environ: Environ, name: str) -> str:
    """A cookie as it came, "" when there is none."""
    header = environ.get("HTTP_COOKIE")
    return raw_cookie(header, name) if header else ""


def visitor_of(environ: Environ) -> Visitor | None:
    """The visitor whom the browser remembers."""
    value = cookie(environ, settings.VISITOR_COOKIE_NAME)
    return read(value) if value else None


def preview_in(environ: Environ, now: datetime) -> Preview | None:
    """The preview that the browser is in, by its cookie or the edge's word of it; None for writes."""
    if environ.get("REQUEST_METHOD") not in READ_METHODS:
        return None
    token = environ.get(PREVIEW) or cookie(environ, settings.PREVIEW_COOKIE_NAME)
    return preview_of(token, now) if token else None


def reading_of(snapshot: Snapshot, environ: Environ, now: datetime) -> Reading:
    """The flags for a public page that this request gets."""
    visitor = visitor_of(environ)
    who = Who(id=visitor.id, facts=visitor.facts(now)) if visitor is not None else NOBODY
    return Reading(
        snapshot,
        region=region_of(environ),
        now=now,
        who=lambda: who,
        edge=edge_variants(told_by_edge(environ)),
    )
