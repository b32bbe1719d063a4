"""A real browser (Chromium) for the journeys, with JavaScript on or off, and a shopper who can use it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from dev.stack.devstack import DevStack
from tests.e2e.goods import Article, articles
from tests.e2e.member import Member, member
from tests.e2e.shopper import Shopper
from tests.pools import Pool, pool_of

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What the browser shall leave out. For every window its address bar prepares lists of suggestions, which are
# pages of their own and take more of the machine than the window. The others are those that Playwright names
# (chromiumSwitches.ts): of several such lists the browser heeds the last, which is this one.
_NEEDLESS = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(_NEEDLESS)}",
)


def chromium() -> str:
    """The browser's path: CHROMIUM if set, else the first of the usual names on the PATH."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        pytest.fail("no Chromium found: install it, or set CHROMIUM to its path")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield running
        running.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (each a visitor of their own) and closes them afterwards."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def shopper(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], origin: str
) -> Shopper:
    """A visitor with JavaScript on, then one with it off."""
    return Shopper(new_context(java_script_enabled=request.param).new_page(), origin, scripts=request.param)


@pytest.fixture(scope="session")
def goods(shop: DevStack) -> tuple[Article, ...]:
    """A dozen articles of which there is plenty, of as many products."""
    return tuple(islice(articles(shop), 12))


@pytest.fixture(scope="session")
def pool(shop: DevStack) -> Pool:
    """Where the shop's people are kept, for its administrator and for who reads the mail."""
    return pool_of(shop)


@pytest.fixture
def who(pool: Pool) -> Member:
    """Somebody with an account."""
    return member(pool)


@pytest.fixture
def another(
    shopper: Shopper, new_context: Callable[..., BrowserContext], origin: str
) -> Callable[[], Shopper]:
    """Opens further browsers, as able as the first."""

    def open_one() -> Shopper:
        return Shopper(new_context(java_script_enabled=shopper.scripts).new_page(), origin, shopper.scripts)

    return open_one


@pytest.fixture
def elsewhere(another: Callable[[], Shopper]) -> Shopper:
    """A second browser."""
    return another()
