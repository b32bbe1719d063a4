"""The small site of views.py, its browser, and two people who have an account."""

from dataclasses import replace

import pytest
from django.urls import include, path

from storefront.core import ManualClock
from storefront.sessions import MemorySessionTable
from tests.unit.web.identity.views import MIKA, PASSWORD, ROBIN, SIGN_IN, VIEWS, new_browser
from tests.unit.web.shops import fakes, urlconf


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def twins(settings, clock):
    made = fakes()
    sessions = MemorySessionTable(clock)
    made.people._memory.clock = clock
    made = replace(made, shop=replace(made.shop, clock=clock, sessions=sessions), sessions=sessions)
    made.people.add(ROBIN, PASSWORD, "Robin Byrne", ("shopper",))
    made.people.add(MIKA, PASSWORD, "Mika")
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PUBLIC_ORIGIN = "http://testserver"
    yield made
    made.shop.compose.close()


@pytest.fixture
def browser(twins, settings):
    views = [path(f"{view.__name__}/", view) for view in VIEWS]
    settings.ROOT_URLCONF = urlconf(*views, path("", include(SIGN_IN)))
    return new_browser(user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")


@pytest.fixture
def name(settings) -> str:
    return settings.SESSION_COOKIE_NAME
