"""What shoppers come to do, told to the experiments that they take part in; nothing here fails a page.

A visitor is known by the cookie that public pages are chosen by (storefront.web.flags.visitors). Without one
there is nothing to tell, nor within a preview, nor of somebody who wants not to be followed (Sec-GPC).
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from storefront.clients.orders import Order
from storefront.experiments.tallies import Goal
from storefront.web.flags.environ import PREVIEW, cookie, visitor_of
from storefront.web.flags.previews import preview_of
from storefront.web.requests import ShopRequest
from storefront.web.shop import current_shop

_NOT_TO_BE_FOLLOWED = "1"
_MEANT = "storefront.meant"
ASKED = ("HTTP_COOKIE", "HTTP_SEC_GPC", PREVIEW)
"""What has to be known of a request to tell who it is of."""


def reached(request: ShopRequest, goal: Goal) -> None:
    """Who asks has come to a goal."""
    request.shop.experiments.reached(visitors(request.META), goal)


def ordered(request: ShopRequest, order: Order) -> None:
    """Who asks has placed this order; one that is not paid, or cancelled since, does not count."""
    if order.placed_at is not None and order.status != "cancelled":
        total = order.totals.total
        request.shop.experiments.ordered(visitors(request.META), order.id, total, order.placed_at)


def meant(request: ShopRequest) -> None:
    """What this request is answered is no error, whatever its status: it was decided that it be so."""
    request.META[_MEANT] = True


def is_meant(environ: Mapping[str, Any]) -> bool:
    """Whether that was said."""
    return _MEANT in environ


def error_met(environ: Mapping[str, Any]) -> None:
    """Who asks is told that something of ours has failed."""
    found = visitors(environ)
    if found:
        current_shop().experiments.reached(found, Goal.ERROR)


def visitors(environ: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids that somebody may have been dealt variants by, the present one first; () for nobody known.

    Who signs in to buy has another id from then on: what they were shown before was by their browser's own.
    """
    if environ.get("HTTP_SEC_GPC") == _NOT_TO_BE_FOLLOWED:
        return ()
    visitor = visitor_of(environ)
    return () if visitor is None or _in_preview(environ) else visitor.ids


def _in_preview(environ: Mapping[str, Any]) -> bool:
    """Whether the browser is in a preview that holds. Unlike pages, goals ask it of what is written, too."""
    token = environ.get(PREVIEW) or cookie(environ, settings.PREVIEW_COOKIE_NAME)
    return bool(token) and preview_of(token, current_shop().clock.now()) is not None
