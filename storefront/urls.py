"""Every address of the shop, slice by slice. Each slice's own table has the names (`slice:verb`)."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from storefront.web import sitemaps, switcher, views
from storefront.web.flags import preview_views

handler400 = "storefront.web.errors.bad_request"
handler403 = "storefront.web.errors.forbidden"
handler404 = "storefront.web.errors.not_found"
handler500 = "storefront.web.errors.server_error"

_regions = [
    path("", switcher.index, name="index"),
    path("choose/", switcher.choose, name="choose"),
]
# Beside the console, whose guard they have no need of: what opens a preview is its signature.
_preview = [
    path("", preview_views.begin, name="begin"),
    path("end/", preview_views.end, name="end"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("storefront.content.urls")),
    path("", include("storefront.catalog.urls")),
    path("", include("storefront.reviews.urls")),
    path("", include("storefront.search.urls")),
    path("", include("storefront.visitor.urls")),
    path("cart/", include("storefront.cart.urls")),
    path("checkout/", include("storefront.checkout.urls")),
    path("orders/", include("storefront.orders.urls")),
    path("account/", include("storefront.signin.urls")),
    path("account/", include("storefront.account.urls")),
    path("wishlist/", include("storefront.wishlist.urls")),
    path("regions/", include((_regions, "regions"))),
    path("console/preview/", include((_preview, "preview"))),
    path("console/", include("storefront.console.urls")),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/<slug:key>-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemaps/<slug:key>-products-<int:number>.xml", sitemaps.products, name="sitemap_products"),
    path("csp-report", views.csp_report, name="csp_report"),
]
if settings.LIVING_PAGE:
    urlpatterns.append(path("style-guide/", include("storefront.styleguide.urls")))
if settings.MEDIA_FOLDER:
    urlpatterns.append(path("media/<path:path>", views.media, name="media"))
