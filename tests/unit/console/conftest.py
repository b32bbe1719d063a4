"""The console over in-memory twins, and Mika, who is a merchandiser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache

from storefront.cache import KeySpace
from storefront.core import ManualClock
from storefront.flags.changes import Changes
from storefront.purging.edge import NullEdge, PatientEdge
from storefront.purging.parts import Purging
from storefront.purging.preview import Previewer
from storefront.purging.purger import Purger
from storefront.purging.sweep import Sweeping
from storefront.sessions.backend import SessionStore
from tests.paths import ShopClient
from tests.unit.web.shops import VAULT, Fakes, fakes, sign_in_browser

KEYS = KeySpace("test", "t", "eu", "en")
MIKA = "mika-0001"


class Edge(NullEdge):
    """A CDN that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def purge(self, tags):
        self.told += tags


class Shelf:
    """What purging works on: the twins' cache, a CDN, and the keys that lie in the shared store."""

    def __init__(self, shop) -> None:
        self.kept: dict[str, bytes] = {}
        self.edge = Edge()
        self.error: Exception | None = None
        self.purged: list[str] = []
        self._cache = shop.cache
        telemetry = shop.telemetry
        self.parts = Purging(
            purger=Purger(self, PatientEdge(self.edge, telemetry)),
            previewer=Previewer(self._scan, self._read, self.edge.means, ManualClock()),
            consumer=None,
            sweeping=Sweeping(None, 60, telemetry),
        )

    def purge(self, tag, newer_than=None):
        if self.error is not None:
            raise self.error
        self.purged.append(tag)
        return self._cache.purge(tag, newer_than)

    def _scan(self):
        if self.error is not None:
            raise self.error
        return iter([[key.encode() for key in self.kept]])

    def _read(self, names):
        return [self.kept.get(name) for name in names]


@pytest.fixture
def twins(settings) -> Iterator[Fakes]:
    cache.clear()
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    yield made
    made.shop.compose.close()


@pytest.fixture
def shelf(settings, twins: Fakes) -> Shelf:
    made = Shelf(twins.shop)
    settings.PURGING_FACTORY = lambda _file: made.parts
    return made


def staff(
    twins: Fakes, *, groups=("merchandiser",), ago: float = 0, sub: str = MIKA, name: str = "Mika"
) -> ShopClient:
    """A browser in which Mika, or somebody else, is signed in, of these groups, since `ago` seconds."""
    client = ShopClient()
    email = f"{name.lower()}@example.com"
    sign_in_browser(client, twins, sub=sub, email=email, name=name, groups=groups, ago=ago)
    return client


@pytest.fixture
def mika(twins: Fakes) -> ShopClient:
    return staff(twins)


def session_of(client: ShopClient, twins: Fakes) -> SessionStore:
    """The browser's session, to be looked into and written to."""
    return SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value, twins.sessions, VAULT)


@pytest.fixture
def ada(twins):
    """An approver."""
    return staff(twins, groups=("approver",), sub="ada-0001", name="Ada")


@pytest.fixture
def changes(twins: Fakes) -> Changes:
    return twins.shop.flag_changes
