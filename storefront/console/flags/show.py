"""The page of one flag: what is decided, who sees what, who changed it; and its kill switch."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.console.flags.board import (
    changes_of,
    declared_or_404,
    expires_on,
    read_board,
    sees,
)
from storefront.console.flags.entries import EntryView, entry_view
from storefront.console.flags.listing import mark_words, marks_of
from storefront.console.flags.problems import plain_words
from storefront.console.flags.rights import EDITORS, KILLERS, demand, may, who_of
from storefront.console.flags.shown import value_parts
from storefront.console.flags.signed import signed
from storefront.console.flags.words import KINDS, state_words
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declaration import Declaration
from storefront.flags.records import FLAG, FlagConflict, Outcome, ProposalOpen, Refused, Who
from storefront.flags.state import FlagState
from storefront.flags.validating import MOST_REASON
from storefront.web.forms import Field, Form
from storefront.web.identity import keeps_form, kept_form
from storefront.web.notices import add_notice, take_notices
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

_HISTORY = 5
SAVED = _lazy("Saved. Every page says so within five seconds.")
WAITS = _lazy("Somebody else has to approve this. Until then nothing changes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagPage(ConsolePage):
    """One flag. `sees` are regions and what is seen there; `values` are variants with their parts.

    `waiting` is the id of the proposal that waits, "" for none.
    """

    key: str
    declared: Declaration
    state: FlagState
    kind: str
    owner: str
    expires: str
    marks: tuple[str, ...]
    sentences: tuple[str, ...]
    fault: str
    sees: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    history: tuple[EntryView, ...]
    waiting: str
    critical: bool
    may_edit: bool
    may_kill: bool


def reason_form() -> Form:
    """Why something is done."""
    hint = _("Everybody who looks at the audit reads it.")
    return Form((Field("reason", _("Reason"), hint=hint, max_length=MOST_REASON),))


def kill_form() -> Form:
    """The same in the list, where it has to be known which of its flags was meant, too."""
    return Form((Field("flag", _("Flag"), type="hidden", required=False), *reason_form()))


@staff_view(methods=FORM_METHODS)
@keeps_form(kill_form)
def flag(request: ShopRequest, key: str) -> HttpResponseBase:
    """The page; by POST the kill switch (`do` is "kill" or "revive"), with a reason."""
    declared = declared_or_404(key)
    if request.method != "POST":
        return _page(request, declared, reason_form().filled(kept_form(request)))
    changes = changes_of(request)
    match request.POST.get("do"):
        case "kill":
            demand(request, KILLERS)
            done = _("“%(flag)s” is off. Every page says so within five seconds.")
            return _turned(request, declared, changes.kill, done % {"flag": key})
        case "revive":
            demand(request, EDITORS)
            done = _("“%(flag)s” is on again. Every page says so within five seconds.")
            return _turned(request, declared, changes.revive, done % {"flag": key})
    raise PermissionDenied


def told(request: ShopRequest, outcome: Outcome, done: str) -> None:
    """Say what became of a wish, on the next page."""
    if outcome.proposal is not None:
        add_notice(request, str(WAITS), kind="care")
    elif outcome.revision:
        add_notice(request, done, kind="good")
    else:
        add_notice(request, _("Nothing had to be changed."))


def open_words(error: ProposalOpen) -> str:
    """That another proposal has to be decided on first."""
    if error.proposal is None:
        return _("Another proposal was just decided on. Try again.")
    return _("A proposal by %(who)s waits already; decide on it first.") % {"who": signed(error.proposal.who)}


def _turned(
    request: ShopRequest, declared: Declaration, turn: Callable[[str, Who, str], Outcome], done: str
) -> HttpResponseBase:
    form = reason_form().read(request.POST.dict())
    if not form.ok:
        return _page(request, declared, form, status=422)
    try:
        outcome = turn(declared.key, who_of(request), form["reason"].value)
    except Refused as error:
        return _page(request, declared, form, problem=plain_words(error.problems), status=422)
    except ProposalOpen as error:
        return _page(request, declared, form, problem=open_words(error), status=409)
    except FlagConflict:
        words = _("Somebody changed it this moment. Look again.")
        return _page(request, declared, form, problem=words, status=409)
    told(request, outcome, done)
    return see_other(reverse("console:flag", kwargs={"key": declared.key}))


def _page(
    request: ShopRequest, declared: Declaration, form: Form, *, problem: str = "", status: int = 200
) -> HttpResponseBase:
    board = read_board(request)
    state = board.state(declared.key)
    editor = may(request, EDITORS)
    entries = changes_of(request).audit(FLAG + declared.key, None, _HISTORY)
    until = expires_on(state, declared)
    page = FlagPage(
        title=_("Flag %(key)s") % {"key": declared.key},
        route="console:flags",
        form=form,
        problem=problem,
        notices=take_notices(request),
        key=declared.key,
        declared=declared,
        state=state,
        kind=str(KINDS[declared.kind]),
        owner=state.owner or declared.owner,
        expires=until.isoformat() if until else "",
        marks=mark_words(marks_of(declared, board)),
        sentences=state_words(state, declared, board.segments),
        fault=board.snapshot.fault(declared.key),
        sees=sees(board.snapshot, declared, board),
        values=tuple(
            (name, value_parts(declared, value))
            for name, value in board.snapshot.values(declared.key).items()
        ),
        history=tuple(entry_view(one, board.segments, may_undo=editor) for one in entries),
        waiting=board.waiting_id(declared.key),
        critical=board.waits(declared.key),
        may_edit=editor,
        may_kill=may(request, KILLERS),
    )
    return console_page(request, "flags/flag", page, status=status)
