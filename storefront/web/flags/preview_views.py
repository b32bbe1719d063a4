"""Into a preview by its link, and out of it again. The link is signed; whoever has it may look."""

from django.conf import settings
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from storefront.web.cookies import forget_cookie
from storefront.web.flags.previews import keep, preview_of
from storefront.web.policies import private_page
from storefront.web.regions import default_region, split
from storefront.web.requests import ShopRequest
from storefront.web.responses import see_other
from storefront.web.switcher import safe_path


@private_page(query=("token",))
@require_safe
def begin(request: ShopRequest) -> HttpResponseBase:
    """Take the preview into the browser and go to its page; 404 once it is over."""
    token, now = request.GET.get("token", ""), request.shop.clock.now()
    preview = preview_of(token, now)
    if preview is None:
        raise Http404(_("This preview is over, or its link is not whole."))
    response = see_other(_way(preview.path))
    keep(response, token, preview, now)
    response["Referrer-Policy"] = "no-referrer"
    return response


@private_page(query=())
@require_POST
def end(request: ShopRequest) -> HttpResponseBase:
    """Out of the preview, to the page as everybody sees it."""
    response = see_other(_way(request.POST.get("path", "/")))
    forget_cookie(response, settings.PREVIEW_COOKIE_NAME)
    return response


def _way(given: str) -> str:
    """A page of the shop, in the region that `given` names; the first page for whatever is none."""
    region = split(given)[0] or default_region()
    return region.href(safe_path(given))
