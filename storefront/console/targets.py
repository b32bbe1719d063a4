"""What somebody wants to purge, in one line: a product's handle, a tag, or a page's address."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

from storefront.cache.manifest import MANIFEST
from storefront.console.addresses import NotAPage, looks_like_an_address, page_address
from storefront.purging.by_hand import tags_of_product
from storefront.purging.edge import sound

Kind = Literal["product", "tag", "address"]

_HANDLE: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,118}[a-z0-9])?\Z")
# Tags of routes and of what pages read, beside those of the manifest.
_MORE: Final = frozenset({"category", "landing", "site", "styleguide"})


class NotATarget(ValueError):  # noqa: N818 - its message is for people
    """What was typed names nothing that could be purged, and why, in words."""


@dataclass(frozen=True, slots=True)
class Target:
    """What was typed, what it was taken for, and the tags that it stands for."""

    typed: str
    kind: Kind
    tags: tuple[str, ...]


def target_of(typed: str) -> Target:
    """What `typed` stands for: an address begins with a slash, a tag has a colon or is one of the manifest's.

    Everything else is a product's handle. Raises NotATarget.
    """
    if looks_like_an_address(typed):
        try:
            return Target(typed, "address", _of_page(typed))
        except NotAPage as error:
            raise NotATarget(str(error)) from error
    if ":" in typed or typed in known_kinds():
        if not sound([typed]) or typed.partition(":")[0] not in known_kinds():
            raise NotATarget(_("“%(typed)s” is no tag of this shop.") % {"typed": typed})
        return Target(typed, "tag", (typed,))
    if not _HANDLE.match(typed):
        raise NotATarget(_("“%(typed)s” is no product’s handle, no tag and no address.") % {"typed": typed})
    return Target(typed, "product", tags_of_product(typed))


def known_kinds() -> frozenset[str]:
    """What tags begin with, as far as the colon."""
    named = (tag.partition(":")[0] for family in MANIFEST.values() for tag in family.tags)
    return _MORE.union(named)


def _of_page(typed: str) -> tuple[str, ...]:
    tags = page_address(typed).tags
    if not tags:
        raise NotAPage(_("The page at %(typed)s has no tag of its own.") % {"typed": typed})
    return tags
