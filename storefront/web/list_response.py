"""What the answer of a list says about itself in headers, the same for category and search pages."""

from django.http import HttpRequest, HttpResponseBase

from storefront.web.listing import Listing


def describe(request: HttpRequest, response: HttpResponseBase, listing: Listing | None) -> None:
    """Tell crawlers what is no list of its own, and htmx the address that the browser should show.

    A form sends what is usual as well (its sort order), and its fields in its own order: the address that
    is kept and shared is the list's one. Where the request had that already, htmx's own rule stands.
    """
    if listing is None or not listing.indexable:
        response["X-Robots-Tag"] = "noindex"
    if listing is not None and listing.own_href and listing.own_href != request.get_full_path():
        response["HX-Push-Url"] = listing.own_href
