"""Segments: named kinds of shoppers that rules of several flags ask for; listed, made, changed, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.experiment_words import segment_change_words
from storefront.console.flags.board import changes_of, read_board
from storefront.console.flags.draft import (
    ConditionDraft,
    Draft,
    RuleDraft,
    changed_by,
    focus_after,
    kept_conditions,
    read_draft,
)
from storefront.console.flags.fields import Asker
from storefront.console.flags.problems import plain_words, problem_words
from storefront.console.flags.reading import condition_of
from storefront.console.flags.rights import EDITORS, demand, may, who_of
from storefront.console.flags.show import SAVED, open_words, told
from storefront.console.flags.words import segment_words
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declared import ATTRIBUTES
from storefront.flags.records import FlagConflict, Problem, ProposalOpen, Refused
from storefront.flags.segments import asking_for, same
from storefront.flags.state import Condition, Segment
from storefront.flags.validating import MOST_REASON
from storefront.web.forms import Field, FieldError, Form
from storefront.web.notices import add_notice, drop_notice, take_notices
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

Conditions = tuple[tuple[Field, Field, Field], ...]


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment in the list; `flags` ask for it."""

    key: str
    sentences: tuple[str, ...]
    flags: tuple[str, ...]
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentsPage(ConsolePage):
    """All segments."""

    rows: tuple[SegmentRow, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPage(ConsolePage):
    """The form of one. `action` is its address; `standing` what stands by now, where somebody was faster."""

    form: Form
    action: str
    version: int
    alternatives: tuple[Conditions, ...]
    standing: tuple[str, ...] = ()
    focus: str = ""
    wrong: tuple[FieldError, ...] = ()

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with what was typed."""
        return self.form.errors + self.wrong


@staff_view()
def segments(request: ShopRequest) -> HttpResponseBase:
    """The list."""
    board = read_board(request)
    rows = tuple(
        SegmentRow(
            key,
            segment_words(one),
            asking_for(key, board.decided),
            one.note,
            reverse("console:flags_segment", kwargs={"key": key}),
        )
        for key, one in board.segments.items()
    )
    page = SegmentsPage(
        title=_("Segments"),
        route="console:flags",
        notices=take_notices(request),
        rows=rows,
        may_edit=may(request, EDITORS),
    )
    return console_page(request, "flags/segments", page)


@staff_view(methods=FORM_METHODS)
def segment(request: ShopRequest, key: str = "") -> HttpResponseBase:
    """The form of a segment, a new one without `key`; by POST what its button says."""
    demand(request, EDITORS)
    standing = changes_of(request).segment(key) if key else None
    if key and standing is None:
        if request.POST.get("do") == "delete":  # by the first of two presses, or by somebody else
            return _stands(request)
        raise Http404
    if request.method != "POST":
        draft = _draft(standing) if standing else Draft(rules=(RuleDraft(),))
        values = {"key": key, "called": standing.name, "note": standing.note} if standing else {}
        return _page(request, key, _form(key).filled(values), draft)
    typed, action = request.POST.dict() | ({"key": key} if key else {}), request.POST.get("do", "save")
    draft = read_draft(typed)
    changed = changed_by(draft, action)
    if changed is not None:
        return _page(request, key, _form(key).filled(typed), changed, focus=_focus(action, changed))
    return _done(request, key, typed, draft, action)


def _done(
    request: ShopRequest, key: str, typed: Mapping[str, str], draft: Draft, action: str
) -> HttpResponseBase:
    form = _form(key).read(typed)
    if not form.ok and (action != "delete" or form["reason"].error):
        return _page(request, key, form, draft, status=422)
    values, who, changes, board = form.values, who_of(request), changes_of(request), read_board(request)
    wanted = Segment(
        key=values["key"], name=values["called"], alternatives=_alternatives(draft), note=values["note"]
    )
    try:
        if action == "delete":
            outcome = changes.delete_segment(key, draft.base, who, values["reason"])
        else:
            outcome = changes.save_segment(wanted, draft.base, who, values["reason"])
    except Refused as error:
        return _refused(request, key, form, draft, error.problems)
    except FlagConflict as error:
        found = error.standing
        if action != "delete" and isinstance(found, Segment) and same(found, wanted):
            return _stands(request)
        return _overtaken(request, key, form, draft, error)
    except ProposalOpen as error:
        return _page(request, key, form, draft, problem=open_words(error), status=409)
    told(request, outcome, str(SAVED))
    if outcome.revision and isinstance(outcome.decision, Segment):
        for words in segment_change_words(request.shop.experiments.store, board, outcome.decision):
            add_notice(request, words, kind="care")
    return see_other(reverse("console:flags_segments"))


def _stands(request: ShopRequest) -> HttpResponseBase:
    """What was to be saved stands already, by the first of two presses of the button."""
    drop_notice(request, str(SAVED))
    add_notice(request, str(SAVED), kind="good")
    return see_other(reverse("console:flags_segments"))


def _focus(action: str, draft: Draft) -> str:
    """Where to go on after a button that changed the draft: alternatives have no name to be typed."""
    found = focus_after(action, draft)
    number = found.removeprefix("r").removesuffix("-name")
    if not number.isdigit():
        return found
    return f"r{number}c1-attribute" if draft.rules[int(number) - 1].conditions else f"add-condition-{number}"


def _refused(
    request: ShopRequest, key: str, form: Form, draft: Draft, problems: tuple[Problem, ...]
) -> HttpResponseBase:
    faults: dict[str, str] = {}
    for one in problems:
        faults.setdefault(_name(one.field, draft), problem_words(one))
    errors = {one.name: f"{one.label}: {faults[one.name]}" for one in form if one.name in faults}
    whole = plain_words(one for one in problems if not _name(one.field, draft))
    return _page(request, key, form.with_errors(errors, problem=whole), draft, faults=faults, status=422)


def _overtaken(
    request: ShopRequest, key: str, form: Form, draft: Draft, error: FlagConflict
) -> HttpResponseBase:
    """What stands by now, above what was typed, which is saved over it if somebody presses again."""
    found = error.standing
    words = segment_words(found) if isinstance(found, Segment) else ()
    base = found.version if found else 0
    problem = _("Somebody else has changed this segment. What stands now is below; what you typed is kept.")
    return _page(
        request,
        key,
        form,
        Draft(base=base, rules=draft.rules),
        problem=problem,
        standing=words or (_("It was deleted."),),
        status=409,
    )


def _draft(standing: Segment) -> Draft:
    rules = tuple(
        RuleDraft(conditions=tuple(ConditionDraft(c.attribute, c.op, ", ".join(c.values)) for c in one))
        for one in standing.alternatives
    )
    return Draft(base=standing.version, rules=rules)


def _alternatives(draft: Draft) -> tuple[tuple[Condition, ...], ...]:
    return tuple(
        tuple(condition_of(rule.conditions[c]) for c in kept_conditions(rule)) for rule in draft.rules
    )


def _name(path: str, draft: Draft) -> str:
    """The field for a path such as "alternatives.0.2.values"."""
    match path.split("."):
        case ["alternatives", place, at, name]:
            return f"r{int(place) + 1}c{kept_conditions(draft.rules[int(place)])[int(at)] + 1}-{name}"
        case ["alternatives", place]:
            return f"r{int(place) + 1}c1-attribute"
        case ["name"]:
            return "called"
        case [("key" | "note" | "reason") as name]:
            return name
    return ""


def _form(key: str) -> Form:
    hint = _("Small letters, digits and hyphens; it can’t be changed later.")
    named = Field("key", _("Key"), value=key, hint=hint, max_length=60, autocapitalize="none")
    return Form(
        (
            Field("key", _("Key"), value=key, type="hidden") if key else named,
            Field("called", _("Name"), max_length=80),
            Field("note", _("Note"), required=False, max_length=300),
            Field("reason", _("Reason"), max_length=MOST_REASON),
        )
    )


def _page(
    request: ShopRequest,
    key: str,
    form: Form,
    draft: Draft,
    *,
    faults: Mapping[str, str] | None = None,
    standing: tuple[str, ...] = (),
    focus: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponseBase:
    new = reverse("console:flags_segment_new")
    action = reverse("console:flags_segment", kwargs={"key": key}) if key else new
    asker = Asker(faults or {})
    alternatives = tuple(
        tuple(
            asker.condition(f"r{n}c{c}", one, ATTRIBUTES, _("Alternative %(number)s") % {"number": n})
            for c, one in enumerate(rule.conditions, 1)
        )
        for n, rule in enumerate(draft.rules, 1)
    )
    page = SegmentPage(
        title=_("Segment %(key)s") % {"key": key} if key else _("New segment"),
        route="console:flags",
        form=form,
        problem=problem,
        action=action,
        version=draft.base,
        alternatives=alternatives,
        wrong=tuple(asker.errors),
        standing=standing,
        focus=focus,
    )
    return console_page(request, "flags/segment", page, status=status)
