"""What machines read of a page: schema.org's words as JSON-LD, safe in a script element.

Browsers do not run scripts of the type application/ld+json, so the CSP (script-src 'self') does not concern
them; `script_json` keeps whatever the texts hold from ending the element. Source: schema.org, and the
structured data that search engines document (WebSite, Organization, BreadcrumbList).
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from markupsafe import Markup

from storefront.clients.shapes import Image
from storefront.web.html import script_json
from storefront.web.paths import path_of
from storefront.web.regions import current_region
from storefront.web.site import Crumb, Site

Node = dict[str, Any]

# What is replaced in the address of the search, in the form that search engines read.
_WORDS = "search_term_string"


def document(*nodes: Node) -> Markup:
    """Nodes as one JSON-LD document that may stand in a script element as it is."""
    return script_json({"@context": "https://schema.org", "@graph": list(nodes)})


def website(site: Site) -> Node:
    """The shop as a site that can be searched, in the current region."""
    target = f"{site.origin}{path_of('search:results')}?q={{{_WORDS}}}"
    return {
        "@type": "WebSite",
        "name": site.name,
        "url": site.origin + path_of("content:home"),
        "inLanguage": current_region().locale,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": f"required name={_WORDS}",
        },
    }


def organization(site: Site) -> Node:
    """Who runs the shop."""
    return {
        "@type": "Organization",
        "name": site.name,
        "url": f"{site.origin}/",
        "logo": site.origin + static("img/apple-touch-icon.png"),
    }


def breadcrumb_list(way: Iterable[Crumb]) -> Node:
    """The way from the front of the shop to a page."""
    items = []
    for position, crumb in enumerate(way, start=1):
        item: Node = {"@type": "ListItem", "position": position, "name": crumb.label}
        if crumb.href:
            item["item"] = settings.PUBLIC_ORIGIN + crumb.href
        items.append(item)
    return {"@type": "BreadcrumbList", "itemListElement": items}


def image_url(image: Image) -> str:
    """The absolute address of a picture at its largest, in the format that most programs read."""
    url = image.url(max(image.widths), image.formats[-1])
    return settings.PUBLIC_ORIGIN + url if url.startswith("/") else url


def of_page(site: Site, page: object) -> Markup | None:
    """What every page says of itself: the first one of shop and search, others of the way to them.

    None for pages that bring a document of their own (`structured_data`), and for those with nothing to say.
    """
    if hasattr(page, "structured_data") or not site.public:
        return None
    if site.plain_path == "/":
        return document(website(site), organization(site))
    way: tuple[Crumb, ...] = getattr(page, "breadcrumbs", ())
    return document(breadcrumb_list(way)) if way else None
