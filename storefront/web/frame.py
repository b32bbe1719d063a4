"""What merchandisers set for the frame of every page: theme, banner, links of the menu, suggestions.

Each is a flag (docs/reference/flags.md). Fragments have no frame, and read none of them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from storefront.flags.declared import Banner, HeaderLinks
from storefront.web.flags.previews import Preview
from storefront.web.regions import current_region, site_href, within
from storefront.web.requests import ShopRequest


@dataclass(frozen=True, slots=True)
class BannerView:
    """A line above the page, in its language; `href` is "" where it leads nowhere."""

    text: str
    href: str
    trouble: bool


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One more link in the menu."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame as it is set for this page.

    `compared` names the flags by which this page may differ from somebody else's, with what it shows, for the
    header's personal fragment: "delivery-note~note".
    """

    theme: str = "meadow"
    banner: BannerView | None = None
    links: tuple[MenuLink, ...] = ()
    suggestions: bool = True
    compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What the strip of a preview says: who made it, until when, and what differs.

    `end_href` is the way out of it.
    """

    by: str
    until: datetime
    moment: datetime | None
    overrides: tuple[tuple[str, str], ...]
    end_href: str


def load_frame(request: ShopRequest) -> Frame:
    """The frame of a page, once its view has read what it reads."""
    flags, language = request.flags, current_region().language
    banner = flags.json("site-banner", Banner)
    words = banner.text.get(language, "")
    links = flags.json("header-links", HeaderLinks).links
    return Frame(
        theme=flags.string("theme"),
        banner=BannerView(words, site_href(banner.href), banner.kind == "trouble") if words else None,
        links=tuple(
            MenuLink(link.label[language], site_href(link.href)) for link in links if language in link.label
        ),
        suggestions=flags.boolean("suggestions"),
        compared=tuple(f"{key}~{variant}" for key, variant in flags.compared),
    )


def preview_view(preview: Preview | None) -> PreviewView | None:
    """What is to be said of a preview, None outside of one."""
    if preview is None:
        return None
    overrides = tuple(sorted(preview.overrides.items()))
    with within(current_region(), script_prefix="/"):  # the console is in no region
        end_href = reverse("preview:end")
    return PreviewView(preview.by, preview.until, preview.moment, overrides, end_href)
