"""Who a browser is, as the header's personal fragment tells it: sets the visitor's cookie where it has a use.

Nowhere else is it set: public pages set no cookie, and what a shopper does on private ones is theirs. Where
no flag differs by person none is made, and one that is there runs out by itself.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpResponseBase

from storefront.experiments.recording import dealt_by
from storefront.flags.context import Evaluation
from storefront.web.flags.environ import cookie, preview_in, visitor_of
from storefront.web.flags.reading import Reading, Who, edge_name
from storefront.web.flags.visitors import (
    MAX_AGE_SECONDS,
    Device,
    Visitor,
    account_id,
    keep,
    new_visitor,
    written,
)
from storefront.web.limits_shoppers import may_meet, may_take_part
from storefront.web.requests import ShopRequest

_REFUSED: Final = "1"
"""What Sec-GPC says who wants not to be followed (Global Privacy Control, W3C)."""
_MOST_SEEN: Final = 10
_EDGE: Final = "x-"


def remember(request: ShopRequest, response: HttpResponseBase) -> None:
    """Let the browser know who it is from the next page on, if a flag differs by person now.

    A visitor who is known keeps the id; facts are told anew when they have changed. Nothing is set within a
    preview, nor for somebody who wants not to be followed, nor where one address has had too many ids.
    """
    now, snapshot = request.shop.clock.now(), request.shop.flags.snapshot
    by_person = snapshot.personal()
    refused = request.headers.get("Sec-GPC") == _REFUSED
    if not by_person or refused or preview_in(request.META, now) is not None:
        return
    known = visitor_of(request.META)
    if known is None and not may_meet(request):
        return
    visitor = _told_anew(request, known or new_visitor(now))
    if visitor != known or written(visitor) != cookie(request.META, settings.VISITOR_COOKIE_NAME):
        keep(response, visitor)
    _tell_edge(request, response, visitor, by_person, now)


def shown(request: ShopRequest) -> tuple[tuple[str, ...], tuple[Evaluation, ...]]:
    """The visitor's ids, and what the first decides about the flags that their page names (`seen`).

    What is decided counts, whatever the page says that it shows. A page that was opened before the cookie was
    there, in another tab say, has the off variant for everybody: to leave out who differs would leave people
    out of one variant only, and no figure could be compared. It is counted how often they differ.

    No ids and nothing for a stranger, within a preview, for who wants not to be followed, and where one
    address has been too many shoppers.
    """
    now = request.shop.clock.now()
    visitor = visitor_of(request.META)
    refused = request.headers.get("Sec-GPC") == _REFUSED
    if visitor is None or refused or preview_in(request.META, now) is not None:
        return (), ()
    snapshot = request.shop.flags.snapshot
    reading = _own_reading(request, visitor, now)
    found = []
    for one in request.GET.getlist("seen")[:_MOST_SEEN]:
        key, _mark, variant = one.partition("~")
        declared = snapshot.declaration(key)
        if declared is None or not declared.by_person:
            continue
        found.append(reading.evaluate(key))
        if found[-1].variant != variant:
            request.shop.telemetry.event("experiments", "shown_otherwise")
    runs = request.shop.experiments.runs if found else {}
    takes_part = any(one.key in runs and dealt_by(one, runs[one.key]) for one in found)
    if takes_part and not may_take_part(request, visitor.own):
        return (), ()
    return visitor.ids, tuple(found)


def _told_anew(request: ShopRequest, visitor: Visitor) -> Visitor:
    """The visitor with what is known of them now; while sessions can't be read, they are who they were."""
    if request.identity.unavailable:
        return replace(visitor, device=_device(request))
    person = request.identity.person
    return replace(
        visitor,
        account=account_id(person.sub) if person is not None else "",
        device=_device(request),
        groups=person.groups if person is not None else frozenset(),
    )


def _device(request: ShopRequest) -> Device:
    """By the client hint where a browser sends it, else by the word that phones have in their name."""
    hint = request.headers.get("Sec-CH-UA-Mobile")
    phone = hint == "?1" if hint else "Mobi" in request.headers.get("User-Agent", "")
    return "phone" if phone else "desktop"


def _own_reading(request: ShopRequest, visitor: Visitor, now: datetime) -> Reading:
    who = Who(id=visitor.id, facts=visitor.facts(now))
    return Reading(request.shop.flags.snapshot, region=request.region, now=now, who=lambda: who)


def _tell_edge(
    request: ShopRequest, response: HttpResponseBase, visitor: Visitor, keys: tuple[str, ...], now: datetime
) -> None:
    """A cookie for each flag that a CDN keeps public pages by: it reads that one alone (config.cdn)."""
    reading, snapshot = _own_reading(request, visitor, now), request.shop.flags.snapshot
    for key in keys:
        declared = snapshot.declaration(key)
        if declared is None or not declared.pages:
            continue
        name, variant = _EDGE + edge_name(key), edge_name(reading.evaluate(key).variant)
        if cookie(request.META, name) != variant:
            response.set_cookie(
                name,
                variant,
                max_age=MAX_AGE_SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
                path="/",
            )
