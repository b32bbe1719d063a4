"""Gives every request an id and a trace, and writes its one log line: names and numbers, nothing personal."""

import time
from http import HTTPStatus

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from storefront.sessions.backend import SessionStore
from storefront.telemetry import RequestRecord, request_scope
from storefront.web.middleware import GetResponse
from storefront.web.rendering import rendering_of

_log = structlog.get_logger("storefront.requests")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


class TelemetryMiddleware:
    """Opens the request's record, closes it with a log line; Server-Timing where the settings ask for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with its id in X-Request-Id unless shared caches may keep it."""
        started = time.monotonic()
        wanted, parent = request.headers.get("X-Request-Id"), request.headers.get("traceparent")
        with request_scope(wanted, parent) as record:
            request.request_id = str(record.request_id)  # type: ignore[attr-defined]
            response = self._get_response(request)
            ms = (time.monotonic() - started) * 1_000
            if "public" not in response.get("Cache-Control", ""):
                response["X-Request-Id"] = record.request_id
            if settings.SERVER_TIMING:
                response["Server-Timing"] = _server_timing(record, ms)
            static = request.path_info.startswith(settings.STATIC_URL)
            if not static or response.status_code >= HTTPStatus.BAD_REQUEST:
                _log.info("request", **_line(request, response, record, ms))
        return response


def _line(
    request: HttpRequest, response: HttpResponse, record: RequestRecord, ms: float
) -> dict[str, object]:
    session = getattr(request, "session", None)
    rendering = rendering_of(request.META)
    return {
        **record.summary(),
        "route": getattr(request, "route", ""),
        "method": request.method if request.method in _METHODS else "other",
        "status": response.status_code,
        "ms": round(ms, 1),
        "public": "public" in response.get("Cache-Control", ""),
        "htmx": request.headers.get("HX-Request") == "true",
        "session": session.fingerprint if isinstance(session, SessionStore) else "",
        "release": settings.RELEASE,
        # The page cache renews pages that nobody waits for.
        **({"state": "renewal"} if rendering is not None and rendering.renewal else {}),
    }


def _server_timing(record: RequestRecord, ms: float) -> str:
    """Milliseconds per dependency for the browser's network panel (W3C Server Timing)."""
    calls = record.summary()["calls"]
    assert isinstance(calls, dict)
    parts = [f'{name};dur={stats["ms"]};desc="{stats["n"]} calls"' for name, stats in calls.items()]
    return ", ".join([f"total;dur={ms:.1f}", *parts])
