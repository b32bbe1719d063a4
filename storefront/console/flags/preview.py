"""Links that show one person the shop with other variants, or as of a day; anybody may follow them."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import Board, read_board
from storefront.console.flags.moments import at_words, moment_fields, moment_of
from storefront.console.flags.places import local_path, page_at
from storefront.console.flags.rights import EDITORS, demand, who_of
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.declared import DECLARED
from storefront.web.flags.previews import Preview, token_of
from storefront.web.forms import Field, Form, Option
from storefront.web.policies import FORM_METHODS
from storefront.web.requests import ShopRequest

_HOURS = ("1", "24", "168")
_FLAG = "flag-"
_log = structlog.get_logger("storefront.console")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage(ConsolePage):
    """`link` is the one that was made, "" before; it holds `until`."""

    link: str = ""
    until: str = ""


@staff_view(methods=FORM_METHODS)
def preview(request: ShopRequest) -> HttpResponseBase:
    """The form; by POST the link. Nothing is written: the link itself says what it shows."""
    demand(request, EDITORS)
    board = read_board(request)
    if request.method != "POST":
        return _page(request, _form(board).filled({"path": "/ie/en/", "hours": "24"}))
    form = _form(board).read(request.POST.dict())
    if not form.ok:
        return _page(request, form, status=422)
    values = form.values
    made = Preview(
        by=_maker(request),
        until=board.now + timedelta(hours=int(values["hours"])),
        overrides={key: values[_FLAG + key] for key in DECLARED if values[_FLAG + key]},
        moment=moment_of(values),
        path=local_path(values["path"]),
    )
    query = urlencode({"token": token_of(made, board.now)})
    link = f"{settings.PUBLIC_ORIGIN}{reverse('preview:begin')}?{query}"
    _log.info("preview_made", person=who_of(request).id, flags=sorted(made.overrides))
    return _page(request, form, link=link, until=at_words(made.until))


def _maker(request: ShopRequest) -> str:
    """Who made it, for everybody who is sent the link: a first name, or the group; never an address."""
    person = request.identity.person
    name = "" if person is None or "@" in person.name else person.name
    return next(iter(name.split()), "") or min(request.identity.groups & EDITORS)


def _form(board: Board) -> Form:
    hours = (_("one hour"), _("one day"), _("seven days"))
    return Form(
        (
            Field("path", _("First page"), max_length=300, autocapitalize="none", check=_fault),
            *moment_fields(_("Empty for whenever the link is followed.")),
            *(_flag(key, board) for key in DECLARED),
            Field("hours", _("The link holds"), options=tuple(map(Option, _HOURS, hours))),
        )
    )


def _flag(key: str, board: Board) -> Field:
    names = tuple(Option(name, name) for name in board.snapshot.values(key))
    return Field(_FLAG + key, key, options=(Option("", _("as decided")), *names), required=False)


def _fault(typed: str) -> str:
    if page_at(typed) is None:
        return _("First page: there is no page at %(typed)s.") % {"typed": typed}
    return ""


def _page(
    request: ShopRequest, form: Form, *, link: str = "", until: str = "", status: int = 200
) -> HttpResponseBase:
    page = PreviewPage(
        title=_("Make a preview link"), route="console:flags", form=form, link=link, until=until
    )
    return console_page(request, "flags/preview", page, status=status)
