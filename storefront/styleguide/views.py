"""The living page of components: public, the same for everybody, not routed in production."""

from django.http import HttpResponseBase

from storefront.styleguide.pages import build_guide
from storefront.web.policies import public_page
from storefront.web.requests import ShopRequest
from storefront.web.responses import render_page


@public_page(tags=("styleguide",), query=("theme", "dir"))
def show(request: ShopRequest) -> HttpResponseBase:
    """Every component in every state; `theme` (light, dark) and `dir` (ltr, rtl) force how they are shown."""
    page = build_guide(theme=request.GET.get("theme", ""), direction=request.GET.get("dir", ""))
    return render_page(request, "styleguide/guide.html", page)
