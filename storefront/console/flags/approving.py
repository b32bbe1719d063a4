"""What waits for a second person: what would change, and who may say yes, no, or take it back."""

from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import changes_of, read_board
from storefront.console.flags.entries import ProposalView, proposal_view
from storefront.console.flags.problems import plain_words, problem_words
from storefront.console.flags.rights import APPROVERS, EDITORS, demand, may, who_of
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.records import FlagConflict, ProposalClosed, Refused
from storefront.web.forms import FieldError, clean
from storefront.web.notices import add_notice, take_notices
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsPage(ConsolePage):
    """`rows` are the oldest first."""

    rows: tuple[ProposalView, ...]
    may_approve: bool

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """The reason that is missing, at the proposal that it is about."""
        words = _("%(flag)s, reason: %(problem)s")
        return tuple(
            FieldError(f"reason-{one.id}", words % {"flag": one.name, "problem": one.fault})
            for one in self.rows
            if one.fault
        )


@staff_view(methods=FORM_METHODS)
def proposals(request: ShopRequest) -> HttpResponseBase:
    """What waits; by POST the decision (`do`) about the proposal `id`, with a reason."""
    if request.method == "POST":
        return _decided(request)
    return _page(request)


def _decided(request: ShopRequest) -> HttpResponseBase:
    changes, who = changes_of(request), who_of(request)
    found, reason = request.POST.get("id", ""), clean(request.POST.get("reason", ""))
    try:
        match request.POST.get("do", ""):
            case "approve":
                demand(request, APPROVERS)
                changes.approve(found, who, reason)
                words = _("Approved. Every page says so within five seconds.")
            case "reject":
                demand(request, APPROVERS)
                changes.reject(found, who, reason)
                words = _("Rejected. Nothing changes.")
            case "withdraw":
                demand(request, EDITORS)
                changes.withdraw(found, who, reason)
                words = _("Withdrawn. Nothing changes.")
            case _:
                raise PermissionDenied
    except Refused as error:
        about = [one for one in error.problems if one.field == "reason"]
        if about:
            return _page(request, fault=problem_words(about[0]), status=422)
        return _page(request, plain_words(error.problems), status=422)
    except FlagConflict:
        words = _(
            "Something else stands by now, so this can’t be approved. Reject it, or have it proposed anew."
        )
        return _page(request, words, status=409)
    except ProposalClosed:
        return _page(request, _("Somebody has decided on this proposal already."), status=409)
    add_notice(request, words, kind="good")
    return see_other(reverse("console:flags_proposals"))


def _page(request: ShopRequest, problem: str = "", *, fault: str = "", status: int = 200) -> HttpResponseBase:
    """What waits. `fault` is what is wrong with the reason that was sent."""
    board, who = read_board(request), who_of(request).id
    sent, typed = request.POST.get("id", ""), clean(request.POST.get("reason", ""))
    rows = (proposal_view(one, board, who) for one in board.proposals)
    page = ProposalsPage(
        title=_("Waiting for approval"),
        route="console:flags",
        notices=take_notices(request),
        problem=problem,
        rows=tuple(replace(one, typed=typed, fault=fault) if one.id == sent else one for one in rows),
        may_approve=may(request, APPROVERS),
    )
    return console_page(request, "flags/proposals", page, status=status)
