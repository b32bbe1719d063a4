"""The signed cookie that keeps a guest's wish list: its id and the secret that opens it.

Signed with the shop's key (SECRET_KEY_FALLBACKS are honoured) and dated, as the cart's. One that is broken or
too old counts as absent. There is one for all markets: what somebody would like to have does not change when
they look at another country's prices.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from storefront.clients.lists import ListRef
from storefront.web.cookies import forget_cookie

MAX_AGE_SECONDS = 90 * 24 * 3600
"""As long as the lists service keeps a guest's list; each change begins anew, here and there."""
_SALT = "storefront.list"


def list_of(request: HttpRequest) -> ListRef | None:
    """The guest's list that this browser remembers, None when there is none (or none to be trusted)."""
    value = request.COOKIES.get(settings.LIST_COOKIE_NAME, "")
    if not value:
        return None
    try:
        data = signing.loads(value, salt=_SALT, max_age=MAX_AGE_SECONDS)
        return ListRef(str(data["id"]), str(data["secret"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def keep_list(response: HttpResponseBase, ref: ListRef) -> None:
    """Let the browser remember a guest's list for 90 days from now."""
    response.set_cookie(
        settings.LIST_COOKIE_NAME,
        signing.dumps({"id": ref.id, "secret": ref.secret}, salt=_SALT),
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget_list(response: HttpResponseBase) -> None:
    """Let the browser forget its list."""
    forget_cookie(response, settings.LIST_COOKIE_NAME)
