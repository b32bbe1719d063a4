"""Error pages: plain words, the right status, no call to any upstream, never stored by a cache.

The templates `errors/<status>.html` depend on nothing; `errors/explained.html` puts an `ErrorPage`'s words
into one of them. Should even that fail, a page
built here says the same. Requests of htmx get a fragment, because a whole page must not land inside a
button.
"""

import html
import logging
import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    StorefrontError,
    Unauthorized,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.web.jinja import template_environment
from storefront.web.policies import DEFAULT
from storefront.web.regions import current_region

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_log = logging.getLogger("storefront.web.errors")

RETRY_SECONDS = 30
_MOST_RETRY_SECONDS = 60
_BACKEND_LANGUAGE = "en"  # of its problem documents

_WORDS: dict[int, tuple["StrPromise", "StrPromise"]] = {
    400: (_lazy("We could not read that request"), _lazy("Something in the address or form is not right.")),
    403: (
        _lazy("This form was not accepted"),
        _lazy("It seems to come from another site. Please go back and try again."),
    ),
    404: (
        _lazy("There is no such page"),
        _lazy("It may have been moved, or the address has a typing mistake."),
    ),
    405: (
        _lazy("This address cannot do that"),
        _lazy("The page is there, but not for this kind of request."),
    ),
    409: (_lazy("Something changed meanwhile"), _lazy("Please look at the page again; nothing was lost.")),
    413: (_lazy("That was too much at once"), _lazy("The form is larger than this shop accepts.")),
    414: (_lazy("That address is too long"), _lazy("Please shorten the search or remove some filters.")),
    429: (_lazy("Too many requests"), _lazy("Please wait a moment and try again.")),
    500: (
        _lazy("Something went wrong on our side"),
        _lazy("We have been told. Please try again in a moment."),
    ),
    503: (
        _lazy("This page is not available right now"),
        _lazy("Please try again in a moment; your cart is safe."),
    ),
}
# Statuses that have a template of their own; any other borrows that of its class.
_TEMPLATES = frozenset({400, 403, 404, 405, 429, 500, 503})


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """Where to go instead."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says. `link` is the best next step, None when there is none in particular."""

    status: int
    title: str
    message: str
    request_id: str
    link: ErrorLink | None = None


class PageProblem(StorefrontError):  # noqa: N818 - an answer, not a fault
    """Raised by a view to answer with an error page: a status, a sentence, the best next step.

    `retry_after` is in seconds, for those who are told to wait; it is told as it is, however long.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        title: str = "",
        link: ErrorLink | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.title = title
        self.link = link
        self.retry_after = retry_after


def error_response(
    request: HttpRequest,
    status: int,
    message: str = "",
    *,
    title: str = "",
    link: ErrorLink | None = None,
    retry_after: float | None = None,
) -> HttpResponse:
    """An error page, or its sentence alone for htmx; `retry_after` is in seconds.

    Without words of its own the page says what `templates/errors/<status>.html` says.
    """
    usual_title, usual_message = _WORDS.get(status, _WORDS[_class_of(status)])
    request_id = str(getattr(request, "request_id", ""))
    page = ErrorPage(status, title or str(usual_title), message or str(usual_message), request_id, link)
    explained = bool(title or message or link) or status not in _TEMPLATES
    text = _fragment(page) if _wants_fragment(request) else _page(page, explained=explained)
    response = HttpResponse(text, status=status)
    response["Cache-Control"] = "private, no-store"
    if retry_after is not None:
        response["Retry-After"] = str(min(max(math.ceil(retry_after), 1), _MOST_RETRY_SECONDS))
    return response


def response_for(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The answer to an error that a view let through, None for one that nobody expected."""
    match error:
        case PageProblem():
            return _explained(request, error)
        case UpstreamUnavailable():
            return error_response(request, 503, retry_after=error.retry_after or RETRY_SECONDS)
        case UpstreamRefused():
            return _refused(request, error)
        case UpstreamInvalid():
            _log.error("upstream_invalid", extra={"upstream": error.upstream, "operation": error.operation})
            return error_response(request, 503, retry_after=RETRY_SECONDS)
        case _:
            return None


def _explained(request: HttpRequest, problem: PageProblem) -> HttpResponse:
    response = error_response(
        request, problem.status, problem.message, title=problem.title, link=problem.link
    )
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def _refused(request: HttpRequest, error: UpstreamRefused) -> HttpResponse:
    match error:
        case Gone():
            return error_response(request, 404, _("It existed once, but is no longer here."))
        case NotFound() | Unauthorized():
            # What belongs to somebody else is not there, as far as anybody can tell.
            return error_response(request, 404)
        case Conflict() | PreconditionFailed():
            return error_response(request, 409, in_our_language(error.detail))
        case Invalid():
            return error_response(request, 400, in_our_language(error.detail))
        case _:
            _log.error("upstream_refused", extra={"upstream": error.upstream, "operation": error.operation})
            return error_response(request, 503, retry_after=RETRY_SECONDS)


def in_our_language(detail: str) -> str:
    """The backend's own sentence where the shopper reads its language, "" where not."""
    return detail if current_region().language == _BACKEND_LANGUAGE else ""


def too_large(request: HttpRequest) -> HttpResponse:
    """413, with how much a form may have, in kB of 1,024 bytes."""
    words = _("The form is larger than this shop accepts: %(most)s kB at most.")
    return error_response(request, 413, words % {"most": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024})


def bad_request(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """400 (or 413) for what Django itself refuses: an unknown host, an oversized or overlong form."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return error_response(request, 413)
    return error_response(request, 400)


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """403 for a permission that is missing."""
    del exception  # Django passes it; its text is not for shoppers
    return error_response(request, 403, _("You may not look at this page."), title=_("Not for everybody"))


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """404 for an address without a page; a sentence given to Http404 by a view is shown."""
    sentence = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    return error_response(request, 404, sentence if isinstance(sentence, str) else "")


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for a bug. The log has the rest."""
    return error_response(request, 500)


def forgery_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that another site may have sent (Django's CSRF_FAILURE_VIEW).

    404 where there is no such page for who asks (`Policy.groups`).
    """
    _log.warning("forgery_refused", extra={"reason": reason.split(" - ", 1)[0]})
    groups = getattr(request, "policy", DEFAULT).groups
    identity = getattr(request, "identity", None)
    hidden = groups and not (identity is not None and identity.groups & groups)
    return error_response(request, 404 if hidden else 403)


def _wants_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def _page(page: ErrorPage, *, explained: bool) -> str:
    own = page.status if page.status in _TEMPLATES else _class_of(page.status)
    base = f"errors/{own}.html"
    try:
        environment = template_environment()
        template = environment.get_template("errors/explained.html" if explained else base)
        text: str = template.render(page=page, base=base, request_id=page.request_id)
    except Exception:  # noqa: BLE001 - see below
        # Whatever is wrong with the template, the shopper still gets the sentence and ops get the reason.
        _log.exception("error_page_failed")
        return _bare(page)
    return text


def _class_of(status: int) -> int:
    return 500 if status >= 500 else 400  # noqa: PLR2004


def _fragment(page: ErrorPage) -> str:
    sentence = html.escape(page.message)
    return f'<p class="notice notice--error" role="alert" data-status="{page.status}">{sentence}</p>'


def _bare(page: ErrorPage) -> str:
    title, message = html.escape(page.title), html.escape(page.message)
    phrase = html.escape(HTTPStatus(page.status).phrase)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f'<body><main><h1>{title}</h1><p>{message}</p><p><a href="/">To the shop’s first page</a></p>'
        f"<p><small>{phrase} {html.escape(page.request_id)}</small></p></main></body></html>"
    )
