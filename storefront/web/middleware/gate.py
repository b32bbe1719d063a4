"""Refuses what no view should have to think about: odd methods, broken text, too much of anything.

Each refusal is a page that says in plain words what is wrong.
"""

from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from storefront.web.errors import error_response
from storefront.web.middleware import GetResponse
from storefront.web.policies import DEFAULT, Policy

_FORM = "application/x-www-form-urlencoded"
_BROKEN = "The {place} holds bytes that are not text (UTF-8). Please type it again."


class GateMiddleware:
    """Method, sizes and encodings, checked before anything is read for the shopper."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the reason why there is none."""
        return _refusal(request) or self._get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    policy: Policy = getattr(request, "policy", DEFAULT)
    if request.method not in policy.methods:
        response = error_response(request, 405)
        response["Allow"] = ", ".join(sorted(policy.methods))
        return response
    query = request.META.get("QUERY_STRING", "")
    if len(query) > settings.MOST_QUERY_BYTES:
        return error_response(request, 414)
    if not _is_text(_path_bytes(request)):
        return error_response(request, 400, _BROKEN.format(place="address"))
    if not _is_text(_plus_decoded(query.encode("latin-1", "replace"))):
        return error_response(request, 400, _BROKEN.format(place="part of the address after “?”"))
    return _body_refusal(request) if request.method == "POST" else None


def _body_refusal(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length[:12]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return error_response(request, 413)
    if request.content_type == _FORM and not _is_text(_plus_decoded(request.body)):
        return error_response(request, 400, _BROKEN.format(place="form"))
    return None


def _path_bytes(request: HttpRequest) -> bytes:
    """The path as it came, percent-decoded; WSGI hands it over as Latin-1 (PEP 3333)."""
    raw: str = request.META.get("PATH_INFO", "/")
    return raw.encode("latin-1") if _is_latin(raw) else raw.encode()


def _plus_decoded(query: bytes) -> bytes:
    return unquote_to_bytes(query.replace(b"+", b" "))


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)  # noqa: PLR2004 - the size of Latin-1


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw
