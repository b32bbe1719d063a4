"""The page of somebody's data, and deleting the account: what goes, what stays, and why.

Every step may be repeated, and the sign-in goes last: whoever is told that not everything could be done can
press the button again, and is still who they are.
"""

from dataclasses import dataclass

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from storefront.account.guards import FRESH, IDENTITY_SECONDS, account_view
from storefront.account.owner import Owner
from storefront.account.pages import AccountPage, FormPage
from storefront.core import Unauthorized, UpstreamError
from storefront.identity import IdentityRefused, TokenRefused
from storefront.web.forms import Field, Form, Option
from storefront.web.identity import end_other_sessions, sign_out
from storefront.web.policies import READ_METHODS, private_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page, see_other

HERE = "account:data"
_YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPage(AccountPage):
    """What can be done with what we know. `problem` says why something was not."""

    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePage(FormPage):
    """The last question before the account is deleted."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedPage:
    """What is said once the account is no more."""

    title: str


@account_view(section=HERE, methods=READ_METHODS)
def data(request: ShopRequest, _owner: Owner) -> HttpResponseBase:
    """Download or delete."""
    return show_data(request)


def show_data(request: ShopRequest, *, problem: str = "", status: int = 200) -> HttpResponseBase:
    """The page, with what is to be said."""
    page = DataPage(title=_("Your data"), section=HERE, problem=problem)
    return render_page(request, "account/data.html", page, status=status)


@account_view(section=HERE, seconds=2 * IDENTITY_SECONDS, fresh=FRESH)
def delete(request: ShopRequest, owner: Owner) -> HttpResponseBase:
    """The question, and the deed."""
    form = _form()
    if request.method != "POST":
        return _show(request, owner, form)
    form = form.read(request.POST.dict())
    if not form.ok:
        return _show(request, owner, form, status=422)
    try:
        _forget(request, owner)
    except (Unauthorized, TokenRefused):
        raise
    except (UpstreamError, IdentityRefused):
        words = _("Not everything could be deleted right now. Please press the button again in a moment.")
        return _show(request, owner, form.with_errors(problem=words), status=503)
    response = see_other(reverse("account:deleted"))
    sign_out(request, response)
    return response


@private_page(query=(), methods=READ_METHODS)
def deleted(request: ShopRequest) -> HttpResponseBase:
    """What is said afterwards, to nobody in particular."""
    return render_page(request, "account/deleted.html", DeletedPage(title=_("Your account is deleted")))


def _forget(request: ShopRequest, owner: Owner) -> None:
    """Everything that names the person. The customers service tells the others (`CustomerDeleted`)."""
    shop, token = request.shop, owner.token
    shop.reviews.forget_my_reviews(access_token=token)
    shop.orders.close_my_carts(access_token=token)
    shop.customers.delete_me(token=token)
    owner.copies.forget()
    end_other_sessions(request)
    shop.people.delete(access_token=token)


def _form() -> Form:
    sure = _("Yes, delete my account. I know that it can't be brought back.")
    return Form((Field("sure", _("Are you sure?"), type="checkbox", options=(Option(_YES, sure),)),))


def _show(request: ShopRequest, owner: Owner, form: Form, *, status: int = 200) -> HttpResponseBase:
    page = DeletePage(
        title=_("Delete your account"), section=HERE, exact=False, form=form, email=owner.person.email
    )
    return render_page(request, "account/delete.html", page, status=status)
