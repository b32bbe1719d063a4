"""Whose form it is: a stamp in every form that acts on an account, looked at when the form is sent.

Two people may share a browser. A page that one of them left open must not act in the name of the other, who
has signed in since: the address would go into the wrong book, the button would delete the wrong account. So a
form carries a stamp of the person it was made for (`person_input` in templates), and `IdentityMiddleware`
refuses one that carries somebody else's, whatever view it is for.

The stamp is a keyed hash of the account's id. It tells people apart, and nobody who reads a page learns the
id from it; it is the same for all sign-ins of a person, so that a form survives a new session id, and a
sign-in that came in between. A form without one, of a page that an earlier release made, is taken as it is.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from storefront.web.errors import ErrorLink, error_response

if TYPE_CHECKING:
    from storefront.web.requests import ShopRequest

STAMP_FIELD = "person"
"""The name of the hidden field."""
_SALT = "storefront.web.identity.stamps"
_LENGTH = 32  # hexadecimal digits: 128 bits
_CONFLICT = 409


def stamp_of(sub: str) -> str:
    """The stamp of the person with this id, made with the present key."""
    return _stamp(sub, settings.SECRET_KEY)


def is_stamp_of(sub: str, given: str) -> bool:
    """Whether the stamp is this person's; also one that was made before the key was changed."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_stamp(sub, key), given) for key in keys)


def hidden_field(stamp: str) -> SafeString:
    """The field that carries the stamp, as templates print it; "" for a guest, who has none."""
    if not stamp:
        return SafeString()
    return format_html('<input type="hidden" name="{}" value="{}">', STAMP_FIELD, stamp)


def is_anothers(request: "ShopRequest") -> bool:
    """Whether the form that was sent was made for somebody else than who is signed in now.

    Reads the session only for a form with a stamp. While sessions are away nobody can tell, and the view says
    that they are; nobody signed in is no other person, and the view asks for a sign-in.
    """
    given = request.POST.get(STAMP_FIELD, "")
    person = request.identity.person if given else None
    return person is not None and not is_stamp_of(person.sub, given)


def refusal(request: "ShopRequest") -> HttpResponse:
    """What is said of such a form: that nothing was done, and why; not a word of either person."""
    return error_response(
        request,
        _CONFLICT,
        _(
            "Since this page was opened, somebody else has signed in here. So nothing was done. "
            "If this is your account, please open the page again."
        ),
        title=_("Somebody else is signed in now"),
        link=ErrorLink(_("Your account"), reverse("account:home")),
    )


def _stamp(sub: str, key: str) -> str:
    return salted_hmac(_SALT, sub, secret=key, algorithm="sha256").hexdigest()[:_LENGTH]
