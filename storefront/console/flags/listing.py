"""The list of all flags: who answers for them, what they are for, and what is seen of them in each market."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.flags.board import SOON, Board, by_market, expires_on, is_settled, read_board
from storefront.console.flags.moments import span_of, windows_of
from storefront.console.flags.rights import KILLERS, may
from storefront.console.flags.words import KINDS
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declaration import Declaration
from storefront.flags.declared import DECLARED
from storefront.flags.state import FlagState
from storefront.web.forms import Field, Form, Option
from storefront.web.identity import kept_form
from storefront.web.notices import take_notices
from storefront.web.requests import ShopRequest


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One flag in the list. `marks` are words for what should be looked at.

    `kept` is the reason for a kill that was typed before a sign-in came in between.
    """

    key: str
    purpose: str
    kind: str
    owner: str
    markets: tuple[tuple[str, str], ...]
    expires: date | None
    marks: tuple[str, ...]
    killed: bool
    critical: bool
    href: str
    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage(ConsolePage):
    """`waiting` counts what waits for a second person; `left` are flags that the code has not."""

    rows: tuple[FlagRow, ...]
    waiting: int
    left: tuple[str, ...]
    may_kill: bool


_MARKS: dict[str, str | Promise] = {
    "killed": _lazy("killed"),
    "off": _lazy("off"),
    "waiting": _lazy("waits for approval"),
    "critical": _lazy("critical"),
    "scheduled": _lazy("scheduled"),
    "over": _lazy("its time is over"),
    "expired": _lazy("expired"),
    "expiring": _lazy("expires soon"),
    "stale": _lazy("stale: everybody gets the same"),
    "changed": _lazy("changed from the code"),
}


@staff_view(query=("q", "kind", "owner", "mark"))
def flags(request: ShopRequest) -> HttpResponseBase:
    """The list, of those that fit what was asked for."""
    board = read_board(request)
    form = _form(board).filled(request.GET.dict())
    wanted = _wanted(form.values, board)
    kept = kept_form(request)
    reasons = {kept["flag"]: kept.get("reason", "")} if "flag" in kept else {}
    rows = tuple(_row(one, board, reasons) for one in DECLARED.values() if wanted(one))
    page = ListPage(
        title=_("Flags"),
        route="console:flags",
        form=form,
        notices=take_notices(request),
        rows=rows,
        waiting=len(board.proposals),
        left=tuple(one.key for one in board.decided.flags if one.key not in DECLARED),
        may_kill=may(request, KILLERS),
    )
    return console_page(request, "flags/list", page)


def marks_of(declared: Declaration, board: Board) -> tuple[str, ...]:
    """The names of what should be looked at in a flag, the most urgent first."""
    state = board.state(declared.key)
    left = _left(state, declared, board)
    now, times = board.now.timestamp(), [span_of(one) for one in windows_of(state)]
    found = {
        "killed": bool(state.killed),
        "off": not state.enabled and not state.killed,
        "waiting": board.waiting(declared.key) is not None,
        "critical": declared.critical,
        "scheduled": any(starts > now for starts, _ends in times),
        "over": bool(times) and all(ends <= now for _starts, ends in times),
        "expired": left is not None and left < timedelta(0),
        "expiring": left is not None and timedelta(0) <= left <= SOON,
        "stale": is_settled(state, declared),
        "changed": state.version > 0 and bool(state.rules or state.otherwise),
    }
    return tuple(name for name, there in found.items() if there)


def mark_words(names: tuple[str, ...]) -> tuple[str, ...]:
    """Marks as they are shown."""
    return tuple(str(_MARKS[name]) for name in names)


def _left(state: FlagState, declared: Declaration, board: Board) -> timedelta | None:
    until = expires_on(state, declared)
    return until - board.now.date() if until else None


def _row(declared: Declaration, board: Board, kept: Mapping[str, str]) -> FlagRow:
    state = board.state(declared.key)
    return FlagRow(
        key=declared.key,
        purpose=declared.purpose,
        kind=str(KINDS[declared.kind]),
        owner=state.owner or declared.owner,
        markets=by_market(board.snapshot, declared, board.now),
        expires=expires_on(state, declared),
        marks=mark_words(marks_of(declared, board)),
        killed=bool(state.killed),
        critical=declared.critical,
        href=reverse("console:flag", kwargs={"key": declared.key}),
        kept=kept.get(declared.key, ""),
    )


def _form(board: Board) -> Form:
    every = Option("", _("all"))
    owners = dict.fromkeys(board.state(key).owner or one.owner for key, one in DECLARED.items())
    kinds = dict.fromkeys(one.kind for one in DECLARED.values())
    return Form(
        (
            Field("q", _("Name or purpose"), required=False, max_length=100, autocapitalize="none"),
            Field("kind", _("Type"), options=(every, *(Option(k, str(KINDS[k])) for k in kinds))),
            Field("owner", _("Owner"), options=(every, *(Option(one, one) for one in owners))),
            Field(
                "mark", _("How it stands"), options=(every, *(Option(k, str(v)) for k, v in _MARKS.items()))
            ),
        )
    )


def _wanted(values: dict[str, str], board: Board) -> Callable[[Declaration], bool]:
    def wanted(one: Declaration) -> bool:
        owner = board.state(one.key).owner or one.owner
        return (
            all(word in f"{one.key} {one.purpose}".casefold() for word in values["q"].casefold().split())
            and values["kind"] in ("", one.kind)
            and values["owner"] in ("", owner)
            and (not values["mark"] or values["mark"] in marks_of(one, board))
        )

    return wanted
