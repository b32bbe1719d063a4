"""Finds out what a request is for, gives it what its policy allows, and says who may keep the answer.

Public pages get a request without cookies, and a session that refuses to be read: what cannot be seen
cannot end up in a page that everybody shares. Whatever is not public is never stored by anybody.
"""

from typing import NoReturn

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from storefront.cache import Recorder, recording
from storefront.core import StorefrontError
from storefront.resilience import deadline
from storefront.web.cache_tags import HEADER, header_value
from storefront.web.flags.environ import told_by_edge
from storefront.web.flags.request_flags import flags_of
from storefront.web.middleware import GetResponse
from storefront.web.policies import DEFAULT, Policy, policy_of
from storefront.web.rendering import rendering_of
from storefront.web.shop import current_shop

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400"
# Not while it is revalidated: what was missing for a second would be for whoever comes ten minutes later.
PUBLIC_DEGRADED = "public, max-age=0, s-maxage=10, stale-if-error=86400"
PRIVATE = "private, no-store"
PERSONAL = "private, max-age=0, must-revalidate"
"""Of a public page that a visitor's cookie has chosen, and no CDN that keeps one copy for each variant."""

FLAGS = "flags"
_OK = 200


class PersonalDataError(StorefrontError):
    """A public page asked for something of the shopper's: a bug, never to be caught."""


class ForbiddenSession:
    """Stands where a session would be on public pages; any use of it is an error."""

    def __getattr__(self, name: str) -> NoReturn:
        raise PersonalDataError(f"a public page must not read the session (asked for {name!r})")

    def __getitem__(self, key: str) -> NoReturn:
        raise PersonalDataError(f"a public page must not read the session (asked for {key!r})")

    def __setitem__(self, key: str, value: object) -> NoReturn:
        raise PersonalDataError(f"a public page must not write the session (key {key!r})")

    def __contains__(self, key: object) -> NoReturn:
        raise PersonalDataError(f"a public page must not read the session (asked for {key!r})")


class RoutingMiddleware:
    """Sets request.policy, request.route and request.shop, and runs the rest within the route's deadline."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the Cache-Control of its policy."""
        match = _match(request)
        policy = policy_of(match.func) if match else DEFAULT
        request.policy = policy  # type: ignore[attr-defined]
        request.route = match.view_name if match else ""  # type: ignore[attr-defined]
        request.shop = current_shop().within(request.region)  # type: ignore[attr-defined]
        request.flags = flags_of(request)  # type: ignore[attr-defined,arg-type]
        if policy.public:
            _strip(request)
        with recording() as recorder, deadline(policy.seconds(request.method or "GET")):
            response = self._get_response(request)
        if policy.payment and settings.PAYMENT_ORIGINS:
            # Browsers check form-action on the redirect that follows a form, too (CSP Level 3), and placing
            # an order is a form that redirects to the provider's page.
            response._csp_update = {"form-action": list(settings.PAYMENT_ORIGINS)}  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's own hook
        _say_who_may_keep(request, response, policy, match, recorder)
        return response


def _match(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _strip(request: HttpRequest) -> None:
    request.COOKIES = {}
    request.META.pop("HTTP_COOKIE", None)
    request.META.pop("HTTP_AUTHORIZATION", None)
    request.session = ForbiddenSession()  # type: ignore[assignment]


def _say_who_may_keep(
    request: HttpRequest,
    response: HttpResponse,
    policy: Policy,
    match: ResolverMatch | None,
    made_of: Recorder,
) -> None:
    previewed = request.flags.preview is not None  # type: ignore[attr-defined]
    answered = response.status_code == _OK and request.method in policy.methods
    kept = policy.public and answered and not previewed
    if kept and response.cookies:
        raise PersonalDataError(f"the public page {request.path_info} set a cookie")
    if "Cache-Control" not in response:
        degraded = getattr(response, "degraded", False)
        response["Cache-Control"] = (PUBLIC_DEGRADED if degraded else PUBLIC) if kept else PRIVATE
        if kept and _is_personal(request):
            response["Cache-Control"] = PERSONAL
    # A page that says itself how long it may be kept is purged by the same names.
    tags = policy.tags(**(match.kwargs if match else {})) if kept else ()
    if kept:
        # By FLAGS a CDN finds what a change of flags may have changed; our own copies have it in their keys.
        response[HEADER] = header_value((*tags, FLAGS), (use.name for use in made_of.uses))
    rendering = rendering_of(request.META)
    if rendering is not None:
        degraded = bool(getattr(response, "degraded", False))
        rendering.note(route=match.view_name if match else "", public=kept, degraded=degraded, tags=tags)


def _is_personal(request: HttpRequest) -> bool:
    """Whether a flag that differs by person was read; of what it keeps, the page cache says so itself."""
    read = {key for key, _ in request.flags.compared}  # type: ignore[attr-defined]
    if not read or rendering_of(request.META) is not None or told_by_edge(request.META) is not None:
        return False
    return not read.isdisjoint(request.shop.flags.snapshot.personal())  # type: ignore[attr-defined]
