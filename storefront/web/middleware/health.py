"""/healthz and /readyz, answered ahead of everything else: a load balancer asks by address, without a Host.

/healthz says that the process answers and asks nobody: a dependency that is down must not take the fleet
down. /readyz says that this worker could build its clients; it asks no dependency either.
"""

import logging

from django.http import HttpRequest, HttpResponse

from storefront.web.middleware import GetResponse
from storefront.web.policies import READ_METHODS
from storefront.web.shop import current_shop

_PATHS = frozenset({"/healthz", "/readyz"})
_log = logging.getLogger("storefront.web.health")


class HealthMiddleware:
    """Answers the two health paths."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The health answer, or whatever the rest says."""
        if request.path_info not in _PATHS:
            return self._get_response(request)
        if request.method not in READ_METHODS:
            return _answer(405, "only GET and HEAD\n")
        return _answer(200, "alive\n") if request.path_info == "/healthz" else _ready()


def _ready() -> HttpResponse:
    try:
        current_shop()
    except Exception:  # noqa: BLE001 - see below
        # Whatever keeps the worker from being set up: it must get no traffic, and ops must read why.
        _log.exception("not_ready")
        return _answer(503, "not ready\n")
    return _answer(200, "ready\n")


def _answer(status: int, text: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
