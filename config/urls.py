"""The root of all URLs: the site's own table, and who answers when something goes wrong."""

from storefront.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
