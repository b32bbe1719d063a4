"""One address of the book: the form for a new one, and for one that is there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.address_forms import address_form, countries_of, in_one_line, input_of, values_of
from storefront.account.addresses import COPY, FULL, HERE, book_of, read_book
from storefront.account.guards import account_view, typed_before
from storefront.account.owner import Owner
from storefront.account.pages import FormPage
from storefront.account.saving import Saved, form_key, save
from storefront.clients.customers import AddressInput, SavedAddress
from storefront.core import Conflict, NotFound, UpstreamInvalid
from storefront.web.addresses import AddressFormat, format_of
from storefront.web.cart_version import parse_version
from storefront.web.forms import Field, Form
from storefront.web.identity import keeps_form
from storefront.web.notices import add_notice
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFormPage(FormPage):
    """One address. `way` is how its country writes it, `action` where the form goes.

    `was_country` is the country that the kept address has, which the form offers whatever the market.
    """

    way: AddressFormat
    action: str
    is_new: bool
    was_country: str

    def form_fields(self, names: tuple[str, ...]) -> list[Field]:
        """The fields called so."""
        return [self.form[name] for name in names]


def _any_form() -> Form:
    """The form of no country in particular: its fields are called the same everywhere."""
    return address_form("", ())


@account_view(section=HERE)
@keeps_form(_any_form)
def new(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The form for one more; sent twice it is one address."""
    countries, usual = countries_of(request.shop), request.shop.country
    if request.method != "POST":
        typed = typed_before(request)
        blank = address_form(_chosen(typed, countries, usual), countries)
        return _show_form(request, blank.filled({"name": owner.person.name, **typed}))
    blank = address_form(_chosen(request.POST, countries, usual), countries)
    form = blank.read(request.POST.dict())
    if request.POST.get("action") == "country":
        # Nothing was sent off yet, so nothing is wrong yet.
        return _show_form(request, blank.filled(form.values))
    if not form.ok:
        return _show_form(request, form, status=422)
    key, given = form_key(request.POST.get("form_key", "")), input_of(form)
    try:
        saved = save(
            form,
            write=lambda: request.shop.customers.add_address(
                token=owner.token, address=given, idempotency_key=key
            ),
        )
    except Conflict as refused:
        full = _("Your address book is full. Please remove an address first.")
        busy = _("This form is being saved right now. Please look at your address book.")
        problem = full if refused.code == "address_limit" else busy
        return _show_form(request, form.with_errors(problem=problem), status=FULL)
    return _answer(request, owner, saved, "")


@account_view(section=HERE)
@keeps_form(_any_form)
def edit(request: ShopRequest, owner: Owner, address_id: str) -> HttpResponseBase:
    """The form of one; a change that came first is told, and what was typed is kept."""
    if request.method != "POST":
        return _edit_form(request, owner, address_id)
    countries = countries_of(request.shop, *_own_country(request))
    blank = address_form(_chosen(request.POST, countries, request.shop.country), countries)
    form = blank.read(request.POST.dict())
    seen = parse_version(request.POST.get("version", ""))
    if request.POST.get("action") == "country":
        return _show_form(request, blank.filled(form.values), address_id, seen)
    if not form.ok:
        return _show_form(request, form, address_id, seen, status=422)
    return _answer(request, owner, _change(request, owner, address_id, form, seen), address_id)


def _edit_form(request: ShopRequest, owner: Owner, address_id: str) -> HttpResponseBase:
    book = book_of(request, owner)
    known = next((one for one in book.value.items if one.id == address_id), None)
    if known is None and book.at is not None:
        # The copy may be older than the address.
        raise UpstreamInvalid("customers", "list_addresses", "only a copy, and the address is not in it")
    if known is None:
        raise Http404
    typed = typed_before(request)
    countries = countries_of(request.shop, known.address.country)
    form = address_form(_chosen(typed, countries, known.address.country), countries)
    version = parse_version(typed.get("version", "")) or known.version
    return _show_form(request, form.filled({**values_of(known), **typed}), address_id, version)


def _change(
    request: ShopRequest, owner: Owner, address_id: str, form: Form, seen: int
) -> Saved[SavedAddress]:
    given = input_of(form)

    def read() -> SavedAddress:
        book = read_book(request, owner)
        for one in book.items:
            if one.id == address_id:
                return one
        raise NotFound("customers", "list_addresses", status=404)

    return save(
        form,
        write=lambda: request.shop.customers.change_address(
            token=owner.token, address_id=address_id, address=given, version=seen
        ),
        read=read,
        holds=lambda now: AddressInput(label=now.label, name=now.name, address=now.address) == given,
        overtaken=_overtaken,
    )


def _overtaken(now: SavedAddress) -> str:
    words = _(
        "This address was changed elsewhere meanwhile. It now says: %(address)s. "
        "What you typed is still here; save it again to replace it."
    )
    return words % {"address": in_one_line(now.name, now.address)}


def _answer(
    request: ShopRequest, owner: Owner, saved: Saved[SavedAddress], address_id: str
) -> HttpResponseBase:
    if saved.done is None:
        seen = saved.now.version if saved.now else parse_version(request.POST.get("version", ""))
        return _show_form(request, saved.form, address_id, seen, status=saved.status)
    owner.copies.forget(COPY)
    add_notice(request, _("The address is saved."), kind="good")
    return see_other(f"{reverse(HERE)}#address-{saved.done.id}")


def _chosen(data: Mapping[str, str], countries: tuple[str, ...], usual: str) -> str:
    """The country whose way of writing addresses the form has."""
    chosen = data.get("country", usual)
    return chosen if chosen in countries else usual


def _own_country(request: ShopRequest) -> tuple[str, ...]:
    """The country that the address had, which it may keep wherever this market delivers to."""
    country = request.POST.get("was_country", "")
    return (country,) if _COUNTRY.fullmatch(country) else ()


def _show_form(
    request: ShopRequest, form: Form, address_id: str = "", version: int = 0, *, status: int = 200
) -> HttpResponseBase:
    name, kwargs = (
        ("account:address", {"address_id": address_id}) if address_id else ("account:new_address", {})
    )
    page = AddressFormPage(
        title=_("Change an address") if address_id else _("Add an address"),
        section=HERE,
        exact=False,
        form=form,
        version=version,
        form_key=form_key(request.POST.get("form_key", "")),
        way=format_of(form["country"].value),
        action=reverse(name, kwargs=kwargs),
        is_new=not address_id,
        was_country=request.POST.get("was_country", form["country"].value),
    )
    return render_page(request, "account/address.html", page, status=status)
