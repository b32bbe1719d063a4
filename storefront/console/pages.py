"""What every page of the console has: its menu, its form, what is to be said."""

from dataclasses import dataclass, replace

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from storefront.web.forms import FieldError, Form
from storefront.web.notices import Notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_fragment

_ROOMS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        "console:flags",
        _lazy("Flags"),
        _lazy("Banner, theme, switches and experiments: who sees what, and when, and who changed it."),
    ),
    (
        "console:experiments",
        _lazy("Experiments"),
        _lazy("What came of each variant, and what may be said about it."),
    ),
    (
        "console:purge",
        _lazy("Purge kept copies"),
        _lazy("Give up the copies of a product, a tag or a page, when they can't wait for their end."),
    ),
    (
        "console:explain",
        _lazy("Explain a page"),
        _lazy("What a page is made of, how old each part is, and whether the whole is kept."),
    ),
)


@dataclass(frozen=True, slots=True)
class Room:
    """One place of the console."""

    label: str
    hint: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """A page of the console; `route` is its name in the table of addresses, `who` the e-mail of who looks."""

    title: str
    route: str
    who: str = ""
    notices: tuple[Notice, ...] = ()
    form: Form | None = None
    problem: str = ""

    @property
    def rooms(self) -> tuple[Room, ...]:
        """The menu."""
        return tuple(
            Room(str(label), str(hint), reverse(name), name == self.route) for name, label, hint in _ROOMS
        )

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with what was typed."""
        return self.form.errors if self.form else ()


def console_page(
    request: ShopRequest, template: str, page: ConsolePage, *, status: int = 200
) -> HttpResponseBase:
    """The page, without the shop's menus, for which upstreams would have to be asked."""
    person = request.identity.person
    page = replace(page, who=person.email if person else "")
    return render_fragment(request, f"console/{template}.html", page, status=status)
