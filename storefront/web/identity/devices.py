"""What a person is told of the places where they are signed in: browser, system, times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from storefront.sessions import OwnedSession
from storefront.web.requests import ShopRequest

# What each browser writes into its User-Agent; the first that fits, because most also name those below.
_BROWSERS = (
    ("Edge", r"\bEdg(e|A|iOS)?/"),
    ("Opera", r"\b(OPR|Opera)/"),
    ("Samsung Internet", r"\bSamsungBrowser/"),
    ("Vivaldi", r"\bVivaldi/"),
    ("Firefox", r"\b(Firefox|FxiOS)/"),
    ("Chrome", r"\b(HeadlessChrome|Chrome|CriOS|Chromium)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("iPad", r"\biPad\b"),
    ("iPhone", r"\biPhone\b"),
    ("Android", r"\bAndroid\b"),
    ("ChromeOS", r"\bCrOS\b"),
    ("Windows", r"\bWindows\b"),
    ("macOS", r"\bMac OS X\b|\bMacintosh\b"),
    ("Linux", r"\bLinux\b|\bX11\b"),
)
_MOST_AGENT = 512  # characters


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """One place where the person is signed in. `device` is in words, `here` the one they look from."""

    handle: str
    device: str
    began: datetime
    seen: datetime
    here: bool


def notes_of(request: ShopRequest) -> dict[str, str]:
    """What is kept of the browser that signs in: words only, no address and no full User-Agent."""
    agent = request.headers.get("User-Agent", "")[:_MOST_AGENT]
    return {"browser": _first(_BROWSERS, agent), "system": _first(_SYSTEMS, agent)}


def device_of(session: OwnedSession, here: str) -> DeviceSession:
    """A session as its owner sees it; `here` is the digest of the one they look from."""
    return DeviceSession(
        session.handle,
        _words(session.notes),
        datetime.fromtimestamp(session.began, UTC),
        datetime.fromtimestamp(session.seen, UTC),
        session.digest == here,
    )


def _words(notes: Mapping[str, str]) -> str:
    browser, system = notes.get("browser", ""), notes.get("system", "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown browser")


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for name, pattern in known if re.search(pattern, agent)), "")
