"""Why does somebody see this? Each flag for a made-up shopper, at an address or in a region, at a time."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.console.flags.board import facts_of, read_board, region_words
from storefront.console.flags.moments import moment_fields, moment_of
from storefront.console.flags.places import page_at
from storefront.console.flags.reading import listed_values
from storefront.console.flags.shown import value_parts
from storefront.console.flags.words import why_words
from storefront.console.guards import staff_view
from storefront.console.pages import ConsolePage, console_page
from storefront.flags.context import Context
from storefront.flags.declaration import Declaration
from storefront.flags.declared import DECLARED, EVERY_PAGE
from storefront.flags.snapshot import Snapshot
from storefront.web.forms import Field, Form, Option
from storefront.web.regions import REGIONS, Region, region_by_key
from storefront.web.requests import ShopRequest

_ASKED = ("address", "region", "signed_in", "visitor", "device", "group", "id", "at", "zone")


@dataclass(frozen=True, slots=True)
class Answer:
    """One flag: what they see of it, and why."""

    key: str
    href: str
    variant: str
    parts: tuple[tuple[str, str], ...]
    why: str
    by_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage(ConsolePage):
    """`answers` is None before something was asked; `where` is the region that was asked about."""

    answers: tuple[Answer, ...] | None = None
    where: str = ""


@staff_view(query=_ASKED)
def why(request: ShopRequest) -> HttpResponseBase:
    """The form, and what the shopper it tells of sees of every flag."""
    if "region" not in request.GET:
        return _page(request, _form().filled({"region": "ie-en", "id": "somebody"}))
    form = _form().read(request.GET.dict())
    if not form.ok:
        return _page(request, form, status=422)
    values = form.values
    region, route = _place(values)
    board = read_board(request)
    facts = facts_of(
        region,
        signed_in=values["signed_in"] == "yes",
        visitor=values["visitor"],
        device=values["device"],
        group=frozenset(listed_values(values["group"])),
    )
    context = Context(id=values["id"], facts=facts, now=moment_of(values) or board.now)
    read = [one for one in DECLARED.values() if route is None or _is_read(one, route)]
    answers = tuple(_answer(board.snapshot, one, context) for one in read)
    return _page(request, form, answers=answers, where=region_words(region))


def _answer(snapshot: Snapshot, declared: Declaration, context: Context) -> Answer:
    found = snapshot.evaluate(declared.key, context)
    return Answer(
        key=declared.key,
        href=reverse("console:flag", kwargs={"key": declared.key}),
        variant=found.variant,
        parts=value_parts(declared, found.value),
        why=why_words(found),
        by_person=declared.by_person,
    )


def _is_read(declared: Declaration, route: str) -> bool:
    """Whether a page of that route may read the flag; private pages ("") may read any."""
    return not route or EVERY_PAGE in declared.pages or route in declared.pages


def _place(values: Mapping[str, str]) -> tuple[Region, str | None]:
    """The region, and the route of the public page at the address: "" for a private one, None without one."""
    chosen = region_by_key(values["region"])
    assert chosen is not None  # one of the list
    found = page_at(values["address"]) if values["address"] else None
    return found or (chosen, None)


def _fault(typed: str) -> str:
    if page_at(typed) is None:
        return _("Address: there is no page at %(typed)s.") % {"typed": typed}
    return ""


def _form() -> Form:
    regions = tuple(Option(one.key, region_words(one)) for one in REGIONS)
    no_yes = (Option("no", _("no")), Option("yes", _("yes")))
    visitor = (Option("new", _("new")), Option("returning", _("returning")))
    device = (Option("phone", _("phone")), Option("desktop", _("desktop")))
    where = _(
        "Of a page, if it is about one: its region counts then, and only flags that it reads are shown."
    )
    who = _("Any word stands for one shopper; empty for somebody unknown, who takes part in no share.")
    groups = _("With commas between.")
    now = _("Empty for now.")
    return Form(
        (
            Field("address", _("Address"), required=False, hint=where, max_length=1_000, check=_fault),
            Field("region", _("Region"), options=regions),
            Field("signed_in", _("Signed in"), options=no_yes, value="no"),
            Field("visitor", _("Visitor"), options=visitor, value="new"),
            Field("device", _("Device"), options=device, value="phone"),
            Field("group", _("Groups"), required=False, hint=groups),
            Field("id", _("Id"), required=False, hint=who, autocapitalize="none"),
            *moment_fields(now),
        )
    )


def _page(
    request: ShopRequest,
    form: Form,
    *,
    answers: tuple[Answer, ...] | None = None,
    where: str = "",
    status: int = 200,
) -> HttpResponseBase:
    page = WhyPage(
        title=_("Why does somebody see this?"),
        route="console:flags",
        form=form,
        answers=answers,
        where=where,
    )
    return console_page(request, "flags/why", page, status=status)
