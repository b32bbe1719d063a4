"""A flag edited: the form, who will see what, and the change itself; no change is overwritten unseen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.experiment_words import state_change_words
from storefront.console.flags.board import Board, changes_of, declared_or_404, read_board
from storefront.console.flags.draft import (
    Draft,
    changed_by,
    draft_of,
    fits,
    focus_after,
    read_draft,
    sent_by,
    typed_names,
)
from storefront.console.flags.entries import EntryView, Sides, entry_view, sides_of
from storefront.console.flags.fields import EditFields, edit_fields, hints_of
from storefront.console.flags.outlook import Outlook, cares, outlook
from storefront.console.flags.problems import faults_of
from storefront.console.flags.reading import read_state
from storefront.console.flags.rights import EDITORS, demand, who_of
from storefront.console.flags.show import SAVED, WAITS, open_words, reason_form, told
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declaration import Declaration
from storefront.flags.records import FLAG, FlagConflict, ProposalOpen, Refused, Who
from storefront.flags.segments import in_order, same
from storefront.flags.state import FlagState
from storefront.web.forms import Field, FieldError, Form
from storefront.web.identity import keeps_form, kept_form
from storefront.web.notices import Notice, add_notice, drop_notice
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


@dataclass(frozen=True, slots=True)
class Preview:
    """What is about to be changed, what comes of it, and what of it is hardly meant (`cares`)."""

    sides: Sides
    outlook: Outlook
    cares: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage(ConsolePage):
    """The form, or (`preview`, `conflict`) what comes after it, with the draft in hidden fields (`sent`).

    `focus` is the name of the field, or the value of the button, that has it when the page comes; `reason`
    what was typed as one meanwhile. `latest` is the newest line of the audit, where somebody else was faster.
    `figures` says what becomes of an experiment's. `waiting` is the id of a proposal that waits, "" for none.
    """

    key: str
    critical: bool
    version: int
    fields: EditFields | None = None
    hints: tuple[tuple[str, str], ...] = ()
    by_person: bool = False
    focus: str = ""
    reason: str = ""
    open: bool = False
    whole: str = ""
    preview: Preview | None = None
    figures: tuple[str, ...] = ()
    conflict: Sides | None = None
    latest: EntryView | None = None
    sent: tuple[tuple[str, str], ...] = ()
    waiting: str = ""
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
        return _form(request, declared, board, changed or draft, focus=focus_after(action, changed or draft))
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
        if not decides_same(standing, read.state, declared):
            return _conflict(request, declared, board, draft, read.state)
        if save:
            return _stands(request, declared)
        draft = replace(draft, base=standing.version)
    if save:
        return _saved(request, declared, board, draft, read.state)
    form = reason_form().filled({"reason": draft.reason})
    return _looked_at(request, declared, board, draft, read.state, form)


def _stands(request: ShopRequest, declared: Declaration, *, waits: bool = False) -> HttpResponseBase:
    """What was to be saved was saved (or proposed) already, by the first of two presses of the button."""
    words = WAITS if waits else SAVED
    drop_notice(request, str(words))
    add_notice(request, str(words), kind="care" if waits else "good")
    return see_other(reverse("console:flag", kwargs={"key": declared.key}))


def _saved(
    request: ShopRequest, declared: Declaration, board: Board, draft: Draft, state: FlagState
) -> HttpResponseBase:
    form = reason_form().read(request.POST.dict())
    if not form.ok:
        return _looked_at(request, declared, board, draft, state, form, status=422)
    try:
        outcome = changes_of(request).save(state, draft.base, who_of(request), form["reason"].value)
    except FlagConflict:
        board = read_board(request)
        if decides_same(board.state(declared.key), state, declared):
            return _stands(request, declared)
        return _conflict(request, declared, board, draft, state)
    except Refused as error:
        return _form(request, declared, board, draft, faults_of(error.problems, draft))
    except ProposalOpen as error:
        if _is_proposed(error, state, declared, who_of(request)):
            return _stands(request, declared, waits=True)
        words = open_words(error)
        return _looked_at(request, declared, board, draft, state, form, problem=words, status=409)
    told(request, outcome, str(SAVED))
    return see_other(reverse("console:flag", kwargs={"key": declared.key}))


def _form(
    request: ShopRequest,
    declared: Declaration,
    board: Board,
    draft: Draft,
    faults: Mapping[str, str] | None = None,
    *,
    problem: str = "",
    focus: str = "",
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
        focus=focus,
        reason=draft.reason,
        open=declared.open,
        waiting=board.waiting_id(declared.key),
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
        waiting=board.waiting_id(declared.key),
        version=draft.base,
        notices=_warnings(board.state(declared.key), state),
        preview=Preview(
            sides_of(board.state(declared.key), state, board.segments),
            outlook(declared, board, state),
            cares(declared, board, state),
        ),
        figures=state_change_words(request.shop.experiments.store, declared, board, state),
        sent=tuple(sent_by(draft).items()),
    )
    return console_page(request, "flags/look", page, status=status)


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
        sent=(*sent_by(replace(draft, base=standing.version)).items(), ("reason", draft.reason)),
    )
    return console_page(request, "flags/conflict", page, status=409)


def decides_same(standing: FlagState, state: FlagState, declared: Declaration) -> bool:
    """Whether a state, as it would be kept, says nothing else than what stands."""
    return same(standing, in_order(msgspec.structs.replace(state, killed=standing.killed), declared))


def _is_proposed(error: ProposalOpen, state: FlagState, declared: Declaration, who: Who) -> bool:
    """Whether this very change waits already, by the same person."""
    found = error.proposal
    if found is None or not isinstance(found.decision, FlagState):
        return False
    return found.who.id == who.id and decides_same(found.decision, state, declared)


def _warnings(standing: FlagState, state: FlagState) -> tuple[Notice, ...]:
    """What is new, can be kept so, and is likely not meant: a value that nobody gets."""
    serves = [rule.serve for rule in state.rules] + ([state.otherwise] if state.otherwise else [])
    given = {name for serve in serves if serve.share for name, weight in serve.weights if weight}
    words = _("The value “%(value)s” is given to nobody.")
    new = [name for name in state.values if name not in standing.values and name not in given]
    return tuple(Notice(words % {"value": name}, "care") for name in new)


def _title(declared: Declaration) -> str:
    return _("Edit %(key)s") % {"key": declared.key}
