"""An address of the shop's, as somebody copies it out of a browser: the public page that it names."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from storefront.web.policies import policy_of
from storefront.web.regions import is_sitewide, split


class NotAPage(ValueError):  # noqa: N818 - its message is for people
    """An address that names no public page of the shop, and why, in words."""


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A public page: path and query as they were typed, and the tags that its route gives it."""

    path: str
    query: str
    tags: tuple[str, ...]


def looks_like_an_address(typed: str) -> bool:
    """Whether this is meant as an address."""
    return typed.startswith(("/", "http://", "https://"))


def page_address(typed: str) -> PageAddress:
    """The page at an address, with or without the shop's origin. Raises NotAPage."""
    rest = typed.removeprefix(settings.PUBLIC_ORIGIN)
    if not rest.startswith("/") or rest.startswith("//"):
        raise NotAPage(_("“%(typed)s” is no address of this shop.") % {"typed": typed})
    parts = urlsplit(rest)
    region, path = split(unquote(parts.path))
    nowhere = NotAPage(_("There is no public page at %(typed)s.") % {"typed": typed})
    if is_sitewide(path) != (region is None):
        raise nowhere
    try:
        match = resolve(path)
    except Resolver404:
        raise nowhere from None
    policy = policy_of(match.func)
    if not policy.public:
        raise nowhere
    return PageAddress(parts.path, parts.query, policy.tags(**match.kwargs))
