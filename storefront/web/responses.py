"""Answers of views: a rendered page, one block of it for htmx, a redirect after a write."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template.backends.utils import csrf_input_lazy
from django.utils.functional import SimpleLazyObject
from jinja2_fragments import render_block

from storefront.telemetry import current_record
from storefront.web.jinja import template_environment
from storefront.web.notices import take_notices
from storefront.web.requests import ShopRequest
from storefront.web.site import Site, load_site

SEE_OTHER = 303


class PageResponse(HttpResponse):
    """A rendered page. `degraded` ones lack something or hold old data; caches keep them shortly.

    Whatever the request's record knows to be missing or stale counts; views need to say so only where a page
    is worse than it looks to the record.
    """

    degraded = False


class SeeOther(HttpResponseRedirect):
    """Where to look after a write: 303, so that the browser asks with GET (RFC 9110, section 15.4.4)."""

    status_code = SEE_OTHER


def render_page(
    request: ShopRequest,
    template: str,
    page: object,
    *,
    status: int = 200,
    degraded: bool = False,
    canonical: str = "",
    markets: tuple[str, ...] | None = None,
    own: str = "",
) -> PageResponse:
    """A whole page of `template` from its frozen `page`, within the site's frame.

    `canonical` is the path and query that search engines should know the page by, its own path by default.
    `markets` are those that have the page, None for all. `own` is its path with all that was chosen on it.
    """
    site = load_site(request, canonical, markets, own)
    context = _context(request, page, site)
    if not site.public and not _is_part(request):
        # Without script a page has no other place to say them; with it the summary then finds none left.
        context["notices"] = take_notices(request)
    text = template_environment().get_template(template).render(context)
    return _response(text, status, degraded=degraded)


def render_fragment(
    request: ShopRequest,
    template: str,
    page: object,
    *,
    block: str = "",
    status: int = 200,
    degraded: bool = False,
) -> PageResponse:
    """A fragment: one `block` of a page's template, or a template that is a fragment as a whole.

    It gets a site without navigation, so that no upstream is asked for what is not shown.
    """
    context = _context(request, page, Site.plain(request))
    environment = template_environment()
    if block:
        text = render_block(environment, template, block, **context)
    else:
        text = environment.get_template(template).render(context)
    return _response(text, status, degraded=degraded)


def _is_part(request: ShopRequest) -> bool:
    """Whether htmx asks for a part of the page: the rest is thrown away, and so would be its notices."""
    return bool(request.htmx) and not request.htmx.boosted


def see_other(path: str) -> SeeOther:
    """Go and look at `path`, a path of this site that the caller made or checked."""
    return SeeOther(path)


def _response(text: str, status: int, *, degraded: bool) -> PageResponse:
    response = PageResponse(text, status=status)
    record = current_record()
    response.degraded = degraded or (record is not None and bool(record.degraded))
    return response


def _context(request: ShopRequest, page: object, site: Site) -> dict[str, Any]:
    context: dict[str, Any] = {"page": page, "site": site}
    if not site.public:
        context["csrf_input"] = csrf_input_lazy(request)
        context["person_input"] = SimpleLazyObject(lambda: request.identity.person_input)
    return context
