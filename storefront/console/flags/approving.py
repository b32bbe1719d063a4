"""What waits for a second person: what would change, and who may say yes, no, or take it back."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import changes_of, read_board
from storefront.console.flags.entries import ProposalView, proposal_view
from storefront.console.flags.problems import plain_words
from storefront.console.flags.rights import APPROVERS, EDITORS, demand, may, who_of
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.records import Decision, FlagConflict, ProposalClosed, Refused, subject_of
from storefront.web.forms import clean
from storefront.web.notices import add_notice, take_notices
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsPage(ConsolePage):
    """`rows` are the oldest first."""

    rows: tuple[ProposalView, ...]
    may_approve: bool


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


def _page(request: ShopRequest, problem: str = "", *, status: int = 200) -> HttpResponseBase:
    board, who = read_board(request), who_of(request).id
    decisions: list[Decision] = [*board.decided.flags, *board.decided.segments]
    standing = {subject_of(one): one.version for one in decisions}
    page = ProposalsPage(
        title=_("Waiting for approval"),
        route="console:flags",
        notices=take_notices(request),
        problem=problem,
        rows=tuple(proposal_view(one, board.segments, standing, who) for one in board.proposals),
        may_approve=may(request, APPROVERS),
    )
    return console_page(request, "flags/proposals", page, status=status)
