"""A flag edited: the form, who will see what, and the change itself; no change is overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import Board, changes_of, declared_or_404, read_board
from storefront.console.flags.draft import Draft, changed_by, draft_of, fits, read_draft, sent_by, typed_names
from storefront.console.flags.entries import EntryView, Sides, at_words, entry_view, sides_of
from storefront.console.flags.fields import EditFields, edit_fields, hints_of
from storefront.console.flags.problems import faults_of
from storefront.console.flags.reading import read_state
from storefront.console.flags.rights import EDITORS, demand, who_of
from storefront.console.flags.show import open_words, reason_form, sees, told
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declaration import Declaration
from storefront.flags.records import FLAG, FlagConflict, ProposalOpen, Refused
from storefront.flags.state import FlagState
from storefront.web.forms import Field, FieldError, Form
from storefront.web.identity import keeps_form, kept_form
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

_MOMENTS = 3
"""How many of the moments at which a schedule changes something the preview shows."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who will see what. `columns` are moments in words; `rows` a region each, with as many cells."""

    sides: Sides
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    sampled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage(ConsolePage):
    """The form, or (`preview`, `conflict`) what comes after it, with the draft in hidden fields (`sent`).

    `latest` is the newest line of the audit, where somebody else was faster.
    """

    key: str
    critical: bool
    version: int
    fields: EditFields | None = None
    hints: tuple[tuple[str, str], ...] = ()
    by_person: bool = False
    open: bool = False
    whole: str = ""
    preview: Preview | None = None
    conflict: Sides | None = None
    latest: EntryView | None = None
    sent: tuple[tuple[str, str], ...] = ()
    wrong: tuple[FieldError, ...] = ()

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with what was typed."""
        return self.wrong or (self.form.errors if self.form else ())


def draft_form() -> Form:
    """Every field that can be typed into, for what is kept during a sign-in."""
    return Form(tuple(Field(name, name) for name in typed_names()))


@staff_view(methods=FORM_METHODS)
@keeps_form(draft_form)
def edit(request: ShopRequest, key: str) -> HttpResponseBase:
    """The form; by POST what its button says: change its parts, look at what it does, save."""
    declared = declared_or_404(key)
    demand(request, EDITORS)
    board = read_board(request)
    if request.method != "POST":
        kept = kept_form(request)
        # All or nothing: of a long form only a part may have been kept, and rules would be missing.
        if "whole" in kept:
            return _form(request, declared, board, read_draft(kept, declared.shape))
        lost = _("What you typed was too much to be kept while you signed in.") if kept else ""
        return _form(request, declared, board, draft_of(board.state(key), declared), problem=lost)
    draft, action = read_draft(request.POST.dict(), declared.shape), request.POST.get("do", "look")
    changed = changed_by(draft, action, declared)
    if changed is not None or action == "change":
        return _form(request, declared, board, changed or draft)
    return _checked(request, declared, board, draft, save=action == "save")


def _checked(
    request: ShopRequest, declared: Declaration, board: Board, draft: Draft, *, save: bool
) -> HttpResponseBase:
    """Look at a draft, or save it; the form again where something is wrong with it."""
    standing = board.state(declared.key)
    read = read_state(draft, declared, standing)
    faults: Mapping[str, str] = read.faults
    if not faults:
        faults = faults_of(changes_of(request).problems(read.state), draft)
    if faults:
        return _form(request, declared, board, draft, faults)
    if draft.base != standing.version:
        return _conflict(request, declared, board, draft, read.state)
    if save:
        return _saved(request, declared, board, draft, read.state)
    return _looked_at(request, declared, board, draft, read.state, reason_form())


def _saved(
    request: ShopRequest, declared: Declaration, board: Board, draft: Draft, state: FlagState
) -> HttpResponseBase:
    form = reason_form().read(request.POST.dict())
    if not form.ok:
        return _looked_at(request, declared, board, draft, state, form, status=422)
    try:
        outcome = changes_of(request).save(state, draft.base, who_of(request), form["reason"].value)
    except FlagConflict:
        return _conflict(request, declared, read_board(request), draft, state)
    except Refused as error:
        return _form(request, declared, board, draft, faults_of(error.problems, draft))
    except ProposalOpen as error:
        words = open_words(error)
        return _looked_at(request, declared, board, draft, state, form, problem=words, status=409)
    told(request, outcome, _("Saved. Every page says so within five seconds."))
    return see_other(reverse("console:flag", kwargs={"key": declared.key}))


def _form(
    request: ShopRequest,
    declared: Declaration,
    board: Board,
    draft: Draft,
    faults: Mapping[str, str] | None = None,
    *,
    problem: str = "",
) -> HttpResponseBase:
    if not fits(draft):
        page = EditPage(
            title=_title(declared),
            route="console:flags",
            key=declared.key,
            critical=board.waits(declared.key),
            version=draft.base,
            problem=_("This flag has more rules than the form takes. Change it by export and import."),
        )
        return console_page(request, "flags/edit", page)
    fields = edit_fields(draft, declared, faults or {}, segments=bool(board.segments))
    whole = (faults or {}).get("", "")
    page = EditPage(
        title=_title(declared),
        route="console:flags",
        key=declared.key,
        critical=board.waits(declared.key),
        version=draft.base,
        problem=problem,
        fields=fields,
        hints=hints_of(declared),
        by_person=declared.by_person,
        open=declared.open,
        wrong=((FieldError("", whole),) if whole else ()) + fields.errors,
    )
    return console_page(request, "flags/edit", page, status=422 if faults else 200)


def _looked_at(
    request: ShopRequest,
    declared: Declaration,
    board: Board,
    draft: Draft,
    state: FlagState,
    form: Form,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    page = EditPage(
        title=_title(declared),
        route="console:flags",
        form=form,
        problem=problem,
        key=declared.key,
        critical=board.waits(declared.key),
        version=draft.base,
        preview=_preview(declared, board, state),
        sent=tuple(sent_by(draft).items()),
    )
    return console_page(request, "flags/look", page, status=status)


def _preview(declared: Declaration, board: Board, state: FlagState) -> Preview:
    """What every region sees: now, with the change, and when its schedule changes something later."""
    new = board.with_state(state)
    moments, at = [board.now], board.now.timestamp()
    while len(moments) <= _MOMENTS and (following := new.next_change(at)) is not None:
        at = following
        moments.append(datetime.fromtimestamp(following, UTC))
    later = [sees(new, declared, replace(board, now=moment)) for moment in moments]
    now = sees(board.snapshot, declared, board)
    rows = tuple((now[n][0], (now[n][1], *(column[n][1] for column in later))) for n in range(len(now)))
    columns = (
        _("Now"),
        _("With the change"),
        *(_("From %(time)s") % {"time": at_words(m)} for m in moments[1:]),
    )
    sides = sides_of(board.state(declared.key), state, board.segments)
    return Preview(sides, columns, rows, sampled=declared.by_person or not declared.pages)


def _conflict(
    request: ShopRequest, declared: Declaration, board: Board, draft: Draft, state: FlagState
) -> HttpResponseBase:
    """Both versions side by side. Going on with one's own takes what stands as its base from here."""
    standing = board.state(declared.key)
    latest = next(iter(changes_of(request).audit(FLAG + declared.key, None, 1)), None)
    page = EditPage(
        title=_("Somebody else has changed %(key)s") % {"key": declared.key},
        route="console:flags",
        key=declared.key,
        critical=board.waits(declared.key),
        version=standing.version,
        conflict=sides_of(standing, state, board.segments),
        latest=entry_view(latest, board.segments, may_undo=False) if latest else None,
        sent=tuple(sent_by(replace(draft, base=standing.version)).items()),
    )
    return console_page(request, "flags/conflict", page, status=409)


def _title(declared: Declaration) -> str:
    return _("Edit %(key)s") % {"key": declared.key}
