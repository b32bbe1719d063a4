"""Every address of the shop, slice by slice. Each slice's own table has the names (`slice:verb`)."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from storefront.web import views

handler400 = "storefront.web.errors.bad_request"
handler403 = "storefront.web.errors.forbidden"
handler404 = "storefront.web.errors.not_found"
handler500 = "storefront.web.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("storefront.content.urls")),
    path("", include("storefront.catalog.urls")),
    path("", include("storefront.search.urls")),
    path("", include("storefront.visitor.urls")),
    path("cart/", include("storefront.cart.urls")),
    path("checkout/", include("storefront.checkout.urls")),
    path("orders/", include("storefront.orders.urls")),
    path("robots.txt", views.robots, name="robots"),
    path("csp-report", views.csp_report, name="csp_report"),
]
if settings.MEDIA_FOLDER:
    urlpatterns.append(path("media/<path:path>", views.media, name="media"))
