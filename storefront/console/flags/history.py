"""The audit: every change with who, when, why, what stood and what stands; and how to take it back."""

from dataclasses import dataclass

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import changes_of, read_board
from storefront.console.flags.entries import EntryView, Sides, entry_view, outlook_of, sides_of
from storefront.console.flags.numbers import whole_number
from storefront.console.flags.outlook import Outlook
from storefront.console.flags.problems import plain_words
from storefront.console.flags.rights import EDITORS, demand, may, who_of
from storefront.console.flags.show import open_words, reason_form, told
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declared import DECLARED
from storefront.flags.records import (
    FLAG,
    Entry,
    FlagConflict,
    LaterChanges,
    ProposalOpen,
    Refused,
    is_flag,
    key_of,
)
from storefront.flags.state import FlagState
from storefront.web.notices import take_notices
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage(ConsolePage):
    """`older` is the address of what is older, "" for none; `key` is the flag that all of it is about."""

    key: str
    entries: tuple[EntryView, ...]
    older: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPage(ConsolePage):
    """What will be taken back, and `later` changes that go with it. `seen` is the newest of them.

    `sides` are what stands now and what will stand; `outlook`, for flags, who will see what then. None where
    it can't be taken back.
    """

    entry: EntryView
    later: tuple[EntryView, ...]
    seen: int
    sides: Sides | None
    outlook: Outlook | None


@staff_view(query=("flag", "before"))
def audit(request: ShopRequest) -> HttpResponseBase:
    """The newest changes, of all flags or of one."""
    key = request.GET.get("flag", "")
    before = whole_number(request.GET.get("before", ""))
    if key and key not in DECLARED:
        raise Http404
    board = read_board(request)
    subject = FLAG + key if key else None
    found = changes_of(request).audit(subject, before, _PAGE)
    older = ""
    if len(found) == _PAGE and found[-1].revision > 1:
        older = f"{reverse('console:flags_audit')}?flag={key}&before={found[-1].revision}"
    page = AuditPage(
        title=_("Changes of %(key)s") % {"key": key} if key else _("Changes of flags"),
        route="console:flags",
        notices=take_notices(request),
        key=key,
        entries=tuple(entry_view(one, board.segments, may_undo=may(request, EDITORS)) for one in found),
        older=older,
    )
    return console_page(request, "flags/audit", page)


@staff_view(methods=frozenset({"POST"}))
def undo(request: ShopRequest, revision: int) -> HttpResponseBase:
    """Take a change back. Changes that came after it are shown first: they would go with it."""
    demand(request, EDITORS)
    form = reason_form().read(request.POST.dict())
    if not form.ok:
        return _page(request, revision, (), form.errors[0].message, status=422)
    seen = whole_number(request.POST.get("seen", "")) or 0
    try:
        outcome = changes_of(request).undo(revision, who_of(request), form["reason"].value, seen)
    except LaterChanges as error:
        return _page(request, revision, error.entries, status=409)
    except FlagConflict:
        return _page(request, revision, (), _("Somebody changed it this moment. Look again."), status=409)
    except Refused as error:
        return _page(request, revision, (), plain_words(error.problems), status=422)
    except ProposalOpen as error:
        return _page(request, revision, (), open_words(error), status=409)
    told(request, outcome, _("Change %(revision)s was taken back.") % {"revision": revision})
    key = outcome.subject.removeprefix(FLAG)
    if key in DECLARED:
        return see_other(reverse("console:flag", kwargs={"key": key}))
    return see_other(reverse("console:flags_segments"))


def _page(
    request: ShopRequest, revision: int, later: tuple[Entry, ...], problem: str = "", *, status: int
) -> HttpResponseBase:
    changes = changes_of(request)
    entry = changes.entry(revision)
    if entry is None:
        raise Http404
    board = read_board(request)
    segments, subject = board.segments, entry.subject
    can = entry.decides and entry.unread is None
    after = entry.before or (FlagState(key=key_of(subject)) if is_flag(subject) else None)
    page = UndoPage(
        title=_("Take back change %(revision)s") % {"revision": revision},
        route="console:flags",
        form=reason_form().filled(request.POST.dict()),
        problem=problem,
        entry=entry_view(entry, segments, may_undo=True),
        later=tuple(entry_view(one, segments, may_undo=False) for one in later),
        seen=later[0].revision if later else 0,
        sides=sides_of(board.standing(subject), after, segments) if can else None,
        outlook=outlook_of(board, after) if can else None,
    )
    return console_page(request, "flags/undo", page, status=status)
