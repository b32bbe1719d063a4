"""Refuses what no view should have to think about: odd methods, broken text, too much of anything.

Each refusal is a page that says in plain words what is wrong.
"""

import re
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext, gettext_lazy

from storefront.web.errors import error_response, too_large
from storefront.web.middleware import GetResponse
from storefront.web.policies import DEFAULT, TRACKERS, Policy

_FACET = re.compile(r"[a-z0-9_]{1,40}")
# What else mailings and advertisements write into links, by the documents of those who send them (Google,
# Meta, Microsoft, HubSpot, Mailchimp, TikTok, X, Yandex, LinkedIn), and `ref`. TRACKERS a CDN drops as well.
_TRACKER = re.compile(
    r"utm_.*|[dg]clid|gclsrc|[gw]braid|gad_.*|_g[al]|fbclid|igshid|msclkid|_hsenc|_hsmi|mc_[ce]id"
    r"|ttclid|twclid|yclid|li_fat_id|ref"
)
# Django writes bytes of a path that are not UTF-8 back as a percent sign and two capitals (RFC 3987, 3.2).
_BROKEN_PATH = re.compile(r"%[89A-F][0-9A-F]")
_DIGITS = re.compile(r"[0-9]+")
_MOST_DIGITS = 12  # of a length in bytes; Python reads no number of thousands
_FORM = "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"
_BROKEN_ADDRESS = gettext_lazy("We could not read that address. Please check it and type it again.")
_BROKEN_QUERY = gettext_lazy(
    "We could not read the part of the address after “?”. Please check it and type it again."
)
_BROKEN_FORM = gettext_lazy("We could not read what was typed. Please type it again.")


class GateMiddleware:
    """Method, sizes and encodings, checked before anything is read for the shopper."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the reason why there is none."""
        refusal = _refusal(request)
        if refusal is not None:
            return refusal
        policy: Policy = getattr(request, "policy", DEFAULT)
        if policy.query is not None:
            _keep_query(request, policy)
        return self._get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    policy: Policy = getattr(request, "policy", DEFAULT)
    if request.method not in policy.methods:
        response = error_response(request, 405)
        response["Allow"] = ", ".join(sorted(policy.methods))
        return response
    query = request.META.get("QUERY_STRING", "")
    if len(query) > settings.MOST_QUERY_BYTES:
        return error_response(request, 414)
    if "\0" in request.path_info or _BROKEN_PATH.search(request.path_info):
        return error_response(request, 400, str(_BROKEN_ADDRESS))
    if not _is_text(_plus_decoded(query.encode("latin-1", "replace"))):
        return error_response(request, 400, str(_BROKEN_QUERY))
    return _body_refusal(request) if request.method == "POST" else None


def _keep_query(request: HttpRequest, policy: Policy) -> None:
    """Drop the keys that the view does not read, so that they can't make two pages of one."""
    request.META["QUERY_STRING"] = kept_query(request.GET, policy).urlencode()
    request.GET = QueryDict(request.META["QUERY_STRING"])


def kept_query(query: QueryDict, policy: Policy) -> QueryDict:
    """Of a query what a route reads."""
    wanted = QueryDict(mutable=True)
    for key, values in query.lists():
        facet = (
            policy.facets and key not in TRACKERS and _FACET.fullmatch(key) and not _TRACKER.fullmatch(key)
        )
        if policy.query is None or key in policy.query or facet:
            wanted.setlist(key, values)
    return wanted


def _body_refusal(request: HttpRequest) -> HttpResponse | None:
    if request.headers.get("Transfer-Encoding"):
        return error_response(
            request, 411, gettext("This form came without its length. Please send it again.")
        )
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not _fits(length):
        return too_large(request)
    if request.content_type == _FORM and not _is_text(_plus_decoded(request.body)):
        return error_response(request, 400, str(_BROKEN_FORM))
    if request.content_type == _PARTS and _has_replacements(request):
        return error_response(request, 400, str(_BROKEN_FORM))
    return None


def _fits(length: str) -> bool:
    """Whether a body of this length is no more than a form may have; nought may stand before the number."""
    digits = length.lstrip("0") or "0"
    return (
        bool(_DIGITS.fullmatch(length))
        and len(digits) <= _MOST_DIGITS
        and int(digits) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )


def _has_replacements(request: HttpRequest) -> bool:
    """Whether a part held bytes that are no text: Django has put the replacement character for them."""
    return any("\ufffd" in value for values in request.POST.lists() for value in (values[0], *values[1]))


def _plus_decoded(query: bytes) -> bytes:
    return unquote_to_bytes(query.replace(b"+", b" "))


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw
