"""The tags of a page for shared caches: by them a CDN finds every page that shows what has changed.

CloudFront keeps the first 50 tags of an object, of 256 visible ASCII characters each, and compares them
without regard to case (Developer Guide, "What you need to know when invalidating tags"). So what a product
has in several caches of ours (its text, its offers, its reviews) is one tag there, and a page of 24 cards
has room for all it shows.
"""

import re
from collections.abc import Iterable
from typing import Final

from storefront.cache import PAGE

HEADER: Final = "Cache-Tag"
MOST_TAGS: Final = 50
# Characters that mean the same in a tag, in a header and in a ban: anything else is no tag of ours.
PLAIN: Final = re.compile(r"[A-Za-z0-9:_.-]{1,256}\Z")
_SINGLE: Final = ("product:", "offers:", "reviews:")
_OF_PRODUCT: Final = re.compile(r"(?:offers|reviews):(.+)", re.DOTALL)


def shared_tag(tag: str) -> str:
    """The tag by which shared caches know what `tag` is about."""
    return _OF_PRODUCT.sub(r"product:\1", tag)


def shared_tags(tags: Iterable[str]) -> list[str]:
    """Those that can be told to a shared cache, each once, in the order given."""
    found = dict.fromkeys(shared_tag(tag) for tag in tags)
    return [tag for tag in found if PLAIN.match(tag)]


def header_value(own: Iterable[str], used: Iterable[str]) -> str:
    """The header of a page: the tags of its route, then those of what it was made of, while there is room.

    What many pages share comes first: should there be no room for all, the products at the end of a list
    are found a minute late, and not a whole kind of change.
    """
    single: list[str] = []
    wide: list[str] = []
    for tag in used:
        (single if tag.startswith(_SINGLE) else wide).append(tag)
    return ",".join(shared_tags([*own, *PAGE.tags, *wide, *single])[:MOST_TAGS])
