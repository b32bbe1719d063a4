"""Addresses of pages in a region, as somebody copies them out of a browser: public pages and private ones."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from storefront.web.policies import policy_of
from storefront.web.regions import Region, split


def local_path(typed: str) -> str:
    """An address without the shop's origin."""
    return typed.removeprefix(settings.PUBLIC_ORIGIN)


def page_at(typed: str) -> tuple[Region, str] | None:
    """The region of a page, and its route, "" for a private one; None for what is no page of a region."""
    rest = local_path(typed)
    if not rest.startswith("/") or rest.startswith("//"):
        return None
    region, path = split(unquote(urlsplit(rest).path))
    if region is None:
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return region, match.view_name if policy_of(match.func).public else ""
