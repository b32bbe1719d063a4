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
from tests.e2e.shopper import Shopper

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
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
