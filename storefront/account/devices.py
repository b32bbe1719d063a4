"""Where somebody is signed in, and ending it there: one device, all but this one, or all of them."""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import POST_ONLY, account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage
from storefront.web.cart_merge import close_other_carts
from storefront.web.identity import (
    DeviceSession,
    end_other_sessions,
    end_session,
    sessions_of,
    sign_out_everywhere,
)
from storefront.web.moments import moment
from storefront.web.notices import add_notice
from storefront.web.policies import READ_METHODS
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

_HERE = "account:devices"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One sign-in in words. `handle` names it and opens nothing; `here` is the one that asks."""

    handle: str
    device: str
    began: str
    seen: str
    here: bool

    @classmethod
    def of(cls, session: DeviceSession) -> "DeviceRow":
        """The row of a sign-in."""
        return cls(session.handle, session.device, moment(session.began), moment(session.seen), session.here)


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesPage(AccountPage):
    """Every sign-in, this one first, then the one that was used last."""

    rows: tuple[DeviceRow, ...]

    @property
    def others(self) -> int:
        """How many there are besides this one."""
        return sum(not row.here for row in self.rows)


@account_view(section=_HERE, methods=READ_METHODS)
def show(request: ShopRequest, _owner: Owner) -> HttpResponseBase:
    """The list."""
    rows = tuple(map(DeviceRow.of, sessions_of(request)))
    page = DevicesPage(title=_("Devices"), section=_HERE, rows=rows)
    return render_page(request, "account/devices.html", page)


@account_view(section=_HERE, methods=POST_ONLY)
def end(request: ShopRequest, _owner: Owner, handle: str) -> HttpResponseBase:
    """End one. This device signs out by its own button.

    A handle that is none of this person's (the button was pressed twice, the time was over) is no mistake of
    theirs: the list says how it is now.
    """
    response = see_other(reverse(_HERE))
    if not end_session(request, handle):
        add_notice(request, _("That device was signed out already."))
        return response
    add_notice(request, _("That device is signed out."), kind="good")
    close_other_carts(request, response)
    return response


@account_view(section=_HERE, methods=POST_ONLY)
def end_all(request: ShopRequest, _owner: Owner) -> HttpResponseBase:
    """End all but this one."""
    end_other_sessions(request)
    add_notice(request, _("You are signed out everywhere but here."), kind="good")
    response = see_other(reverse(_HERE))
    close_other_carts(request, response)
    return response


@account_view(section=_HERE, methods=POST_ONLY)
def end_everywhere(request: ShopRequest, _owner: Owner) -> HttpResponseBase:
    """End all, this one too, and everything that was ever handed out for them."""
    response = see_other(reverse("signin:out"))
    sign_out_everywhere(request, response)
    return response
