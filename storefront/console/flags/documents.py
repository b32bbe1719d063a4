"""All flags as JSON: to take along, and to bring back, after a look at what that would change."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.console.flags.board import changes_of, read_board
from storefront.console.flags.entries import Sides, sides_of
from storefront.console.flags.numbers import whole_number
from storefront.console.flags.problems import plain_words
from storefront.console.flags.rights import EDITORS, demand, who_of
from storefront.console.flags.shapes import decoded
from storefront.console.flags.show import open_words, reason_form
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.documents import ImportPlan
from storefront.flags.records import Change, FlagConflict, ProposalOpen, Refused, key_of
from storefront.flags.state import Segment
from storefront.web.forms import FieldError, Form
from storefront.web.notices import add_notice
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other


@dataclass(frozen=True, slots=True)
class Planned:
    """What an import does to one flag or segment; `waits` for a second person."""

    name: str
    sides: Sides
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage(ConsolePage):
    """`document` is what was typed, and `fault` what is wrong with it; `most` is what a form may have, in kB.

    `planned` is None before it was looked at, at the revision `seen`.

    `looked` stands for the document that was looked at: it can be typed over, and another is looked at again.
    """

    document: str = ""
    planned: tuple[Planned, ...] | None = None
    seen: int = 0
    looked: str = ""
    fault: str = ""
    most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with what was typed."""
        said = _("%(field)s: %(problem)s") % {"field": _("What to import"), "problem": self.fault}
        return ((FieldError("document", said),) if self.fault else ()) + (
            self.form.errors if self.form else ()
        )


@staff_view()
def export(request: ShopRequest) -> HttpResponseBase:
    """Everything that stands, as a file."""
    response = HttpResponse(changes_of(request).export_document(), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="flags.json"'
    return response


@staff_view(methods=FORM_METHODS)
def bring(request: ShopRequest) -> HttpResponseBase:
    """The form; by POST what an import would do, or (`do` is "import") the import, all of it or nothing."""
    demand(request, EDITORS)
    if request.method != "POST":
        return _page(request, reason_form(), "")
    form, document = reason_form().read(request.POST.dict()), request.POST.get("document", "").strip()
    if not form.ok:
        return _page(request, form, document, status=422)
    changes, who, reason = changes_of(request), who_of(request), form["reason"].value
    seen = whole_number(request.POST.get("seen", ""))
    wanted = request.POST.get("do") == "import" and seen is not None
    try:
        if not wanted:
            return _page(request, form, document, plan=changes.plan_document(document, who, reason))
        if request.POST.get("looked") != _digest(document):
            said = _("The document was changed after the look at it. This is what it does now.")
            plan = changes.plan_document(document, who, reason)
            return _page(request, form, document, plan=plan, problem=said, status=409)
        made = changes.import_document(document, who, reason, seen)
    except Refused as error:
        fault = plain_words(error.problems, decoded(document))
        return _page(request, form, document, fault=fault, status=422)
    except FlagConflict as error:
        words = _("“%(flag)s” was changed meanwhile. Look again at what the import does.")
        said = words % {"flag": key_of(error.subject)}
        return _page(request, form, document, problem=said, status=409)
    except ProposalOpen as error:
        return _page(request, form, document, problem=open_words(error), status=409)
    done = sum(1 for one in made if one.proposal is None)
    said = ngettext("%(num)s change was imported.", "%(num)s changes were imported.", done) % {"num": done}
    add_notice(request, said, kind="good")
    if done < len(made):
        add_notice(request, _("Some changes wait until somebody else approves them."), kind="care")
    return see_other(reverse("console:flags"))


def _digest(document: str) -> str:
    """The same for the same document, however a browser ends its lines."""
    return hashlib.sha256("\n".join(document.splitlines()).encode()).hexdigest()


def _page(
    request: ShopRequest,
    form: Form,
    document: str,
    *,
    plan: ImportPlan | None = None,
    problem: str = "",
    fault: str = "",
    status: int = 200,
) -> HttpResponseBase:
    # A rule of the document may ask for a segment of the document: what it says counts then.
    coming = [one.after for one in (*plan.changes, *plan.proposed)] if plan else []
    new = {one.key: one for one in coming if isinstance(one, Segment)}
    segments = {**read_board(request).segments, **new}

    def planned(change: Change, *, waits: bool) -> Planned:
        return Planned(key_of(change.subject), sides_of(change.before, change.after, segments), waits)

    page = ImportPage(
        title=_("Import and export"),
        route="console:flags",
        form=form,
        problem=problem,
        document=document,
        fault=fault,
        planned=None
        if plan is None
        else (
            *(planned(one, waits=False) for one in plan.changes),
            *(planned(one, waits=True) for one in plan.proposed),
        ),
        seen=plan.revision if plan else 0,
        looked=_digest(document),
    )
    return console_page(request, "flags/import", page, status=status)
