"""Give up kept copies by hand: first what that will hit, then the purge, as `manage.py purge` does it."""

from dataclasses import dataclass, replace

import structlog
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.console.targets import NotATarget, Target, target_of
from storefront.core import UpstreamUnavailable
from storefront.purging.by_hand import Done, carry_out, look
from storefront.purging.edge import EVERYTHING, Paths
from storefront.purging.parts import shared
from storefront.purging.preview import Preview
from storefront.web.forms import Field, Form
from storefront.web.identity import keeps_form, kept_form
from storefront.web.notices import add_notice, take_notices
from storefront.web.policies import FORM_METHODS
from storefront.web.regions import REGIONS
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other

_HERE = "console:purge"
LOOK_SECONDS = 1.5
"""For the look at the keys: a page is waited for, and the store serves shoppers meanwhile."""
_MOST_PATHS = 12
_log = structlog.get_logger("storefront.console")


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgePage(ConsolePage):
    """`target` and `preview` are None before anything was typed; `paths` are those that a CDN knows it by.

    Of `paths` there are `more` than are told.
    """

    target: Target | None = None
    preview: Preview | None = None
    paths: tuple[str, ...] = ()
    more: int = 0


def purge_form() -> Form:
    """The one question."""
    hint = _("A product’s handle (saltgrain-mug), a tag (menu:footer), or the address of a page.")
    what = Field("what", _("What to purge"), hint=hint, max_length=400, autocapitalize="none", check=_fault)
    return Form((what,))


@staff_view(methods=FORM_METHODS, query=("what",))
@keeps_form(purge_form)
def purge(request: ShopRequest) -> HttpResponseBase:
    """The form; with `what` also the preview and the button; the purge itself by POST."""
    if request.method == "POST":
        return _purged(request)
    typed = request.GET.get("what", "") or kept_form(request).get("what", "")
    return _shown(request, typed) if typed else _page(request, PurgePage(title=_title(), route=_HERE))


def _purged(request: ShopRequest) -> HttpResponseBase:
    form = purge_form().read(request.POST.dict())
    if not form.ok:
        return _page(request, PurgePage(title=_title(), route=_HERE, form=form), status=422)
    target = target_of(form["what"].value)
    try:
        done = carry_out(shared(), target.tags)
    except UpstreamUnavailable:
        return _away(
            request, form, _("The shared cache does not answer, so not all of it was purged. Try again.")
        )
    person = request.identity.person
    _log.info(
        "purged_by_hand",
        person=person.sub if person else "",
        tags=list(target.tags),
        ms=round(done.seconds * 1_000, 1),
        count=done.edge_waiting,
    )
    _tell(request, done)
    return see_other(reverse(_HERE))


def _tell(request: ShopRequest, done: Done) -> None:
    told = {"tags": ", ".join(done.tags), "ms": f"{done.seconds * 1_000:.0f}"}
    words = _("Done in %(ms)s ms: no copy that carries %(tags)s is served from now on.") % told
    add_notice(request, words, kind="good")
    if done.edge_waiting:
        care = _("The CDN could not be told. Its copies live out their lifetimes, about ten minutes at most.")
        add_notice(request, care, kind="care")


def _shown(request: ShopRequest, typed: str) -> HttpResponseBase:
    form = purge_form().read({"what": typed})
    if not form.ok:
        return _page(request, PurgePage(title=_title(), route=_HERE, form=form), status=422)
    target = target_of(form["what"].value)
    try:
        preview = look(shared(), target.tags, seconds=LOOK_SECONDS)
    except UpstreamUnavailable:
        return _away(request, form, _("The shared cache does not answer, so nobody can tell what is kept."))
    found, wide = Paths(tuple(one.prefix for one in REGIONS)).of(target.tags)
    paths = (*found, EVERYTHING) if wide else tuple(found)
    page = PurgePage(
        title=_title(),
        route=_HERE,
        form=form,
        target=target,
        preview=preview,
        paths=paths[:_MOST_PATHS],
        more=max(len(paths) - _MOST_PATHS, 0),
    )
    return _page(request, page)


def _away(request: ShopRequest, form: Form, problem: str) -> HttpResponseBase:
    return _page(request, PurgePage(title=_title(), route=_HERE, form=form, problem=problem), status=503)


def _page(request: ShopRequest, page: PurgePage, *, status: int = 200) -> HttpResponseBase:
    whole = replace(page, form=page.form or purge_form(), notices=take_notices(request))
    return console_page(request, "purge", whole, status=status)


def _title() -> str:
    return _("Purge kept copies")


def _fault(typed: str) -> str:
    """What is wrong with what was typed, "" when it can be purged."""
    try:
        target_of(typed)
    except NotATarget as error:
        return str(error)
    return ""
