"""Keeps other sites from sending forms in a shopper's name, also from pages that carry no token.

Cached pages cannot hold a token, so the browser's own word comes first: `Sec-Fetch-Site` (Fetch
Metadata), then an exact `Origin`; only a request with neither, from a very old browser, needs Django's
token.
"""

from collections.abc import Callable
from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

Verdict = Literal["pass", "refuse", "token"]

_SAFE = frozenset({"GET", "HEAD"})


def judge(sec_fetch_site: str | None, origin: str | None, own_origin: str) -> Verdict:
    """What two headers say about where a form came from; `own_origin` is the shop's public one, exactly."""
    if origin == "null":
        return "refuse"  # a sandboxed frame or a redirect across sites: nobody can say who sent it
    if sec_fetch_site is not None:
        return "pass" if sec_fetch_site in {"same-origin", "none"} else "refuse"
    if origin is not None:
        return "pass" if origin == own_origin else "refuse"
    return "token"


class ForgeryMiddleware(CsrfViewMiddleware):
    """Django's protection with two questions asked before the token."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        """None lets the request through; 403 otherwise."""
        exempt = getattr(callback, "csrf_exempt", False)
        unchecked = getattr(
            request, "_dont_enforce_csrf_checks", False
        )  # Django's switch for its test client
        if request.method in _SAFE or exempt or unchecked:
            return super().process_view(request, callback, callback_args, callback_kwargs)
        headers = request.headers
        match judge(headers.get("Sec-Fetch-Site"), headers.get("Origin"), settings.PUBLIC_ORIGIN):
            case "pass":
                return None
            case "refuse":
                # _reject() answers with CSRF_FAILURE_VIEW; django-stubs leave it out.
                return cast("HttpResponseForbidden", self._reject(request, "another site"))  # type: ignore[attr-defined]
            case _:
                return super().process_view(request, callback, callback_args, callback_kwargs)
