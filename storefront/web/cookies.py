"""Taking a cookie of ours off a browser."""

from django.conf import settings
from django.http import HttpResponseBase


def forget_cookie(response: HttpResponseBase, name: str) -> None:
    """Let the browser forget the cookie of this name, which it has for the whole site."""
    response.delete_cookie(name, path="/", samesite="Lax")
    # Browsers ignore a __Host- cookie that is not Secure, and so would ignore its deletion.
    response.cookies[name]["secure"] = settings.SESSION_COOKIE_SECURE
    response.cookies[name]["httponly"] = True
