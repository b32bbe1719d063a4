"""Every flag there is, and everything that rules may ask of a shopper.

A flag is added here first, with somebody who answers for it; then code may read it. Taking one away is the
same in the other order. What a row in the table says of a flag that is not here is not looked at.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from storefront.flags.declaration import Attribute, AttributeType, Declaration, Kind, Type

LanguageCode = Annotated[str, Meta(pattern=r"^[a-z]{2}$")]
SitePath = Annotated[str, Meta(pattern=r"^(/([^/\\].*)?)?$", max_length=300)]

EVERY_PAGE: Final = "*"


class Banner(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words above every page, by language; none are shown in a language that has none. `href` is optional."""

    kind: Literal["info", "trouble"] = "info"
    text: dict[LanguageCode, Annotated[str, Meta(max_length=300)]] = {}
    href: SitePath = ""


class HeaderLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link to a path of the shop, without its region; left out in a language that it has no label in."""

    label: dict[LanguageCode, Annotated[str, Meta(min_length=1, max_length=40)]]
    href: Annotated[str, Meta(pattern=r"^/([^/\\].*)?$", max_length=300)]


class HeaderLinks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the menu in the header has besides the categories."""

    links: Annotated[tuple[HeaderLink, ...], Meta(max_length=4)] = ()


_CONFIGURATION: Final = (
    Declaration(
        key="site-banner",
        kind=Kind.CONFIGURATION,
        type=Type.JSON,
        variants={"none": {"kind": "info", "text": {}, "href": ""}},
        default="none",
        off="none",
        owner="Merchandising",
        purpose="A line above every page: an offer, a delay, a closing day",
        pages=(EVERY_PAGE,),
        open=True,
        shape=Banner,
    ),
    Declaration(
        key="theme",
        kind=Kind.CONFIGURATION,
        type=Type.STRING,
        variants={"meadow": "meadow", "harbour": "harbour"},
        default="meadow",
        off="meadow",
        owner="Merchandising",
        purpose="The colours of the shop",
        pages=(EVERY_PAGE,),
    ),
    Declaration(
        key="home-layout",
        kind=Kind.CONFIGURATION,
        type=Type.STRING,
        variants={"hero-first": "hero-first", "shelves-first": "shelves-first"},
        default="hero-first",
        off="hero-first",
        owner="Merchandising",
        purpose="Whether the home page starts with its picture or with products",
        pages=("content:home",),
    ),
    Declaration(
        key="header-links",
        kind=Kind.CONFIGURATION,
        type=Type.JSON,
        variants={"none": {"links": []}},
        default="none",
        off="none",
        owner="Merchandising",
        purpose="Up to four more links in the menu of the header",
        pages=(EVERY_PAGE,),
        open=True,
        shape=HeaderLinks,
    ),
)
_SWITCH: Final[dict[str, bool]] = {"on": True, "off": False}
_OPS: Final = (
    Declaration(
        key="suggestions",
        kind=Kind.OPS,
        type=Type.BOOLEAN,
        variants={**_SWITCH},
        default="on",
        off="off",
        owner="Operations",
        purpose="Suggestions while somebody types in the search field",
        pages=(EVERY_PAGE,),
    ),
    Declaration(
        key="reviews-writing",
        kind=Kind.OPS,
        type=Type.BOOLEAN,
        variants={**_SWITCH},
        default="on",
        off="off",
        owner="Operations",
        purpose="Whether reviews may be written; the ones there are stay",
        pages=("catalog:product", "reviews:list", "reviews:page"),
    ),
    Declaration(
        key="checkout",
        kind=Kind.OPS,
        type=Type.BOOLEAN,
        variants={**_SWITCH},
        default="on",
        off="off",
        owner="Operations",
        purpose="Whether the checkout is open; carts are kept while it is closed",
        critical=True,
    ),
)
# What goes away again once everybody has it: nothing now.
_RELEASES: Final[tuple[Declaration, ...]] = ()
_EXPERIMENTS: Final = (
    Declaration(
        key="delivery-note",
        kind=Kind.EXPERIMENT,
        type=Type.STRING,
        variants={"control": "control", "note": "note"},
        default="control",
        off="control",
        owner="Merchandising",
        purpose="Whether a line on delivery costs under the buy button makes more people buy",
        expires=date(2027, 3, 31),
        pages=("catalog:product",),
        by_person=True,
    ),
)
_KNOWN: Final = (
    Attribute(
        name="market",
        type=AttributeType.TEXT,
        purpose="The market, which decides currency and tax",
        values=("eu", "us"),
        by_address=True,
    ),
    Attribute(
        name="locale",
        type=AttributeType.TEXT,
        purpose="The language of the page",
        values=("en", "de", "ar"),
        by_address=True,
    ),
    Attribute(
        name="country",
        type=AttributeType.TEXT,
        purpose="The country of the page",
        values=("ie", "de", "us"),
        by_address=True,
    ),
    Attribute(name="signed_in", type=AttributeType.TRUTH, purpose="Whether they are signed in"),
    Attribute(
        name="visitor",
        type=AttributeType.TEXT,
        purpose="Whether they have been here before",
        values=("new", "returning"),
    ),
    Attribute(
        name="device",
        type=AttributeType.TEXT,
        purpose="The kind of device",
        values=("phone", "desktop"),
    ),
    Attribute(name="group", type=AttributeType.SET, purpose="Their groups in the pool of accounts"),
)

DECLARED: Final[Mapping[str, Declaration]] = MappingProxyType(
    {declaration.key: declaration for declaration in (*_CONFIGURATION, *_OPS, *_RELEASES, *_EXPERIMENTS)}
)
ATTRIBUTES: Final[Mapping[str, Attribute]] = MappingProxyType(
    {attribute.name: attribute for attribute in _KNOWN}
)
