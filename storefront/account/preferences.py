"""How somebody likes the shop to speak and write to them: language, country, and which e-mails."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import account_view, typed_before
from storefront.account.owner import Owner
from storefront.account.pages import FormPage
from storefront.account.saving import Saved, save
from storefront.clients.customers import Preferences
from storefront.web.cart_version import parse_version
from storefront.web.formats import by_country_name, day
from storefront.web.formats import country as country_name
from storefront.web.forms import Field, Form, Option
from storefront.web.identity import keeps_form
from storefront.web.notices import add_notice
from storefront.web.regions import COUNTRIES, LANGUAGES, Region, region_of, split, within
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_HERE = "account:preferences"
_COPY = "preferences"
_YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesPage(FormPage):
    """The form. `said` tells what was last said about letters that sell something, and when."""

    said: str = ""


def _form() -> Form:
    """What is asked; nobody has to say anything."""
    languages = tuple(Option(one.code, one.name) for one in LANGUAGES.values())
    codes = by_country_name(one.code.upper() for one in COUNTRIES.values())
    countries = tuple(Option(code, country_name(code)) for code in codes)
    as_it_is = Option("", _("No preference"))
    return Form(
        (
            Field(
                "language",
                _("Language"),
                type="select",
                required=False,
                hint=_("For this shop, and for what we write to you."),
                options=(as_it_is, *languages),
            ),
            Field(
                "country",
                _("Country"),
                type="select",
                required=False,
                hint=_("Where most of your parcels go. Prices and delivery are those of this country."),
                options=(as_it_is, *countries),
            ),
            Field(
                "marketing_email",
                _("News and offers by email"),
                type="checkbox",
                required=False,
                options=(Option("", ""), Option(_YES, _("Write to me when there is something new"))),
            ),
        )
    )


@account_view(section=_HERE)
@keeps_form(_form)
def preferences(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The form; once saved the shop goes on in the language and country that were chosen."""
    if request.method != "POST":
        known = owner.copies.read(_COPY, lambda: _read(request, owner), type=Preferences)
        typed = typed_before(request)
        page = PreferencesPage(
            title=_("Preferences"),
            section=_HERE,
            form=_form().filled({**_values(known.value), **typed}),
            version=parse_version(typed.get("version", "")) or known.value.version,
            copied_at=known.at,
            said=_said(known.value),
        )
        return render_page(request, "account/preferences.html", page)
    seen = parse_version(request.POST.get("version", ""))
    saved: Saved[Preferences] = Saved(_form().read(request.POST.dict()), status=422)
    if saved.form.ok:
        saved = _save(request, owner, saved.form, seen)
    if saved.done is None:
        version = saved.now.version if saved.now else seen
        page = PreferencesPage(
            title=_("Preferences"),
            section=_HERE,
            form=saved.form,
            version=version,
            said=_said(saved.now) if saved.now else "",
        )
        return render_page(request, "account/preferences.html", page, status=saved.status)
    owner.copies.forget(_COPY)
    add_notice(request, _("Your preferences are saved."), kind="good")
    return see_other(_onward(request.region, saved.done))


def _read(request: ShopRequest, owner: Owner) -> Preferences:
    return request.shop.customers.get_preferences(token=owner.token)


def _save(request: ShopRequest, owner: Owner, form: Form, seen: int) -> Saved[Preferences]:
    chosen = form.values
    language, country = chosen["language"] or None, chosen["country"] or None
    letters = chosen["marketing_email"] == _YES

    def write() -> Preferences:
        return request.shop.customers.change_preferences(
            token=owner.token, language=language, country=country, marketing_email=letters, version=seen
        )

    return save(
        form,
        write=write,
        read=lambda: _read(request, owner),
        holds=lambda now: (now.language, now.country, now.marketing_email) == (language, country, letters),
        overtaken=_overtaken,
    )


def _overtaken(now: Preferences) -> str:
    words = _(
        "Your preferences were changed elsewhere meanwhile. They now say: %(details)s. "
        "What you chose is still here; save it again to replace them."
    )
    form, values = _form(), _values(now)
    lists = [form[name] for name in ("language", "country")]
    said = [(one.label, _named(one.options, values[one.name])) for one in lists]
    said.append((form["marketing_email"].label, _("yes") if now.marketing_email else _("no")))
    return words % {"details": ", ".join(f"{label}: {value}" for label, value in said)}


def _named(options: tuple[Option, ...], value: str) -> str:
    return next((one.label for one in options if one.value == value), value)


def _values(known: Preferences) -> dict[str, str]:
    return {
        "language": known.language or "",
        "country": known.country or "",
        "marketing_email": _YES if known.marketing_email else "",
    }


def _said(known: Preferences) -> str:
    if known.marketing_email_at is None:
        return ""
    when = {"day": day(known.marketing_email_at)}
    if known.marketing_email:
        return _("You said yes on %(day)s.") % when
    return _("You said no on %(day)s.") % when


def _onward(here: Region, chosen: Preferences) -> str:
    """This page in the region that was chosen, by way of the address that remembers the choice."""
    country = (chosen.country or here.territory).lower()
    region = region_of(country, chosen.language or here.language)
    if region is None or region == here:
        return reverse(_HERE)
    path = split(reverse(_HERE))[1]
    with within(region):
        return f"{reverse('regions:choose')}?{urlencode({'path': path})}"
