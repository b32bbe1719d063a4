"""What a change would do, before it is kept: who would see what, and when, and what looks like a slip."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from storefront.console.addresses import NotAPage, page_address
from storefront.console.explain import page_made
from storefront.console.flags.board import Board, sees
from storefront.console.flags.moments import at_words, span_of, windows_of
from storefront.console.flags.places import page_at
from storefront.console.flags.shown import hrefs_of
from storefront.flags.declaration import Declaration
from storefront.flags.state import FlagState
from storefront.web.regions import default_region, is_sitewide, split

_MOMENTS: Final = 3
"""How many of the moments at which a schedule changes something are shown."""
_LINKS: Final = 8
"""How many links are tried: each page is made for it."""
_LINK_SECONDS: Final = 1.5
"""After so long no further one is: a look is for deciding, also while the backend is slow."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who will see what. `columns` are moments in words; `rows` a region each, with as many cells.

    `sampled` if shares are counted on made-up shoppers.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    sampled: bool


def outlook(declared: Declaration, board: Board, state: FlagState) -> Outlook:
    """What every region sees: now, with the change, and when its schedule changes something later."""
    new = board.with_state(state)
    moments, at = [board.now], board.now.timestamp()
    while len(moments) <= _MOMENTS and (following := new.next_change(at)) is not None:
        at = following
        moments.append(datetime.fromtimestamp(following, UTC))
    later = [sees(new, declared, replace(board, now=moment)) for moment in moments]
    now = sees(board.snapshot, declared, board)
    rows = tuple((now[n][0], (now[n][1], *(column[n][1] for column in later))) for n in range(len(now)))
    times = (at_words(one, _zone(one, board, state)) for one in moments[1:])
    columns = (_("Now"), _("With the change"), *(_("From %(time)s") % {"time": time} for time in times))
    return Outlook(columns, rows, sampled=declared.by_person or not declared.pages)


def cares(declared: Declaration, board: Board, state: FlagState) -> tuple[str, ...]:
    """What is allowed, but hardly meant: times that are over, links that lead nowhere."""
    return (*_over(declared, board, state), *_nowhere(declared, board, state))


def _zone(moment: datetime, board: Board, state: FlagState) -> str:
    """The zone in which somebody typed this time; "" if nobody did."""
    at = moment.timestamp()
    states = (state, *board.decided.flags)
    return next((w.zone for one in states for w in windows_of(one) if at in span_of(w)), "")


def _over(declared: Declaration, board: Board, state: FlagState) -> Iterator[str]:
    now = board.now.timestamp()
    if state.window is not None and span_of(state.window)[1] <= now:
        words = _("The time of the whole flag is over already: everybody gets “%(off)s”.")
        yield words % {"off": declared.off}
    for n, rule in enumerate(state.rules, 1):
        if rule.window is not None and span_of(rule.window)[1] <= now:
            words = _("The time of rule %(number)s is over already: nobody gets anything by it.")
            yield words % {"number": n}


def _nowhere(declared: Declaration, board: Board, state: FlagState) -> Iterator[str]:
    """Of the links that the change brings: an old one is not tried each time."""
    standing = board.state(state.key).values
    new = [value for name, value in state.values.items() if standing.get(name) != value]
    hrefs = dict.fromkeys(href for value in new for href in hrefs_of(declared, value))
    until = time.monotonic() + _LINK_SECONDS
    for href in list(hrefs)[:_LINKS]:
        if time.monotonic() >= until:
            return
        if not _leads_somewhere(href):
            yield _("The link %(href)s leads nowhere: the shop has no such page.") % {"href": href}


def _leads_somewhere(href: str) -> bool:
    """Whether the shop has this page; so is one taken that can't be made now, is private, or is a file."""
    if is_sitewide(href):
        return True
    there = href if split(urlsplit(href).path)[0] else default_region().href(href)
    if page_at(there) is None:
        return False
    try:
        made = page_made(page_address(there))
    except (NotAPage, TimeoutError):
        return True
    return made is None or not made.rendered.status.startswith("404")
