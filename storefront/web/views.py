"""The routes that belong to no slice: reports of the CSP, media on one machine."""

import json
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.static import serve

from storefront.web.counters import Allowance
from storefront.web.policies import private_page

_log = structlog.get_logger("storefront.web.csp")
_NO_CONTENT = 204
_REPORT_METHODS = frozenset({"POST"})
_DIRECTIVES = frozenset(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
_KEYWORDS = frozenset(
    {"inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-policy", "trusted-types-sink"}
)
_MOST_LINES = 60  # a minute, of all processes together
_lines = Allowance("csp_report", _MOST_LINES)


@csrf_exempt  # sent by the browser itself, changes nothing
@private_page(query=(), methods=_REPORT_METHODS)
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a browser's report (report-uri, or the Reporting API's list).

    Logs directive and host of the first and how many there were, in one line, and few lines a minute:
    anybody can send reports.
    """
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):  # the latter for thousands of brackets
        return HttpResponse(status=400)
    reports = [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]
    if reports and _lines.take():
        _log.warning("csp_report", count=len(reports), **_seen(reports[0]))
    return HttpResponse(status=_NO_CONTENT)


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture from the folder MEDIA_ROOT; in the cloud CloudFront answers this path from S3."""
    try:
        response = serve(request, path, document_root=settings.MEDIA_FOLDER)
    except (Http404, OSError):  # OSError: a name that no file can have; Django's own words tell the folder
        raise Http404 from None
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _seen(report: dict[str, Any]) -> dict[str, str]:
    """Two words of a report that anybody could have sent: a known directive, and a host or keyword."""
    body = report.get("body") or report.get("csp-report") or {}
    body = body if isinstance(body, dict) else {}
    directive = str(body.get("effectiveDirective") or body.get("effective-directive") or "")
    blocked = str(body.get("blockedURL") or body.get("blocked-uri") or "")
    return {"directive": directive if directive in _DIRECTIVES else "other", "blocked": _origin(blocked)}


def _origin(blocked: str) -> str:
    """The host of an address, or one of the specification's keywords; free text is not for the log."""
    if blocked in _KEYWORDS:
        return blocked
    try:
        parts = urlsplit(blocked)
    except ValueError:
        return "unreadable"
    return (parts.hostname or "other")[:80] if parts.scheme in {"http", "https", "ws", "wss"} else "other"
