"""The sweep finds what no event has told, and nothing else."""

import threading

import pytest

from storefront.clients.catalog import ProductVersion, VersionPage
from storefront.clients.content import Menu
from storefront.core import ManualClock, NotFound, Reason, UpstreamUnavailable
from storefront.purging.edge import PatientEdge
from storefront.purging.purger import Purger
from storefront.purging.sweep import AGAIN_SECONDS, GRACE_SECONDS, MANY, Sweep, Sweeping
from storefront.telemetry import Telemetry

CLOCK = ManualClock()
NOW = CLOCK.now()


class Catalogue:
    def __init__(self):
        self.products, self.page = {}, 5_000

    def list_versions(self, *, cursor=None, limit=1_000):
        assert limit == 5_000
        start = int(cursor or 0)
        some = list(self.products.items())[start : start + self.page]
        items = tuple(ProductVersion(handle=h, version=v, retired=gone) for h, (v, gone) in some)
        more = str(start + self.page) if len(self.products) > start + self.page else None
        return VersionPage(items=items, next_cursor=more, version=1, updated_at=NOW)


class Content:
    def __init__(self):
        self.versions, self.away = {}, False

    def _of(self, thing):
        if self.away:
            raise UpstreamUnavailable("content", "get", Reason.TIMEOUT)
        if thing not in self.versions:
            raise NotFound("content", "get", status=404, code="unknown_content")
        return Menu(name="any", groups=(), version=self.versions[thing], updated_at=NOW)

    def get_home(self, *, market, locale):
        return self._of(("home", market, locale))

    def get_menu(self, *, name, market, locale):
        return self._of((name, market, locale))

    def list_pages(self, *, market, locale):
        return self._of(("pages", market, locale))

    def list_redirects(self):
        return self._of("redirects")


class Shelf:
    def __init__(self):
        self.versions, self.plain = {}, []

    def purge(self, tag, newer_than=None):
        if newer_than is None:
            self.plain.append(tag)
            return True
        news = newer_than > self.versions.get(tag, 0)
        self.versions[tag] = max(newer_than, self.versions.get(tag, 0))
        return news


class Cdn:
    def __init__(self):
        self.told = []

    def purge(self, tags):
        self.told += tags

    def means(self, tags):
        return str(len(tags))


class World:
    def __init__(self):
        self.catalogue, self.content, self.shelf, self.cdn = Catalogue(), Content(), Shelf(), Cdn()
        self.telemetry, self.clock = Telemetry(), ManualClock()
        self.purger = purger = Purger(self.shelf, PatientEdge(self.cdn, self.telemetry))
        self.sweep = Sweep(
            self.catalogue,
            self.content,
            purger,
            places=[("eu", "de"), ("eu", "en")],
            telemetry=self.telemetry,
            clock=self.clock,
        )


@pytest.fixture
def world():
    return World()


def test_the_first_round_only_looks(world):
    world.catalogue.products = {"rug": (7, False)}
    world.content.versions = {"redirects": 3}
    assert world.sweep.sweep().missed == 0
    assert world.shelf.versions == {}
    assert world.shelf.plain == []


def test_a_change_that_no_event_told_is_purged_here_and_at_the_cdn(world):
    world.catalogue.products = {"rug": (7, False), "mug": (1, False)}
    world.sweep.sweep()
    world.catalogue.products["rug"] = (8, False)
    assert world.sweep.sweep().missed == 1
    assert world.shelf.versions == {"product:rug": 8}
    assert world.shelf.plain == ["offers:rug"]
    world.purger.tell_edge()
    assert world.cdn.told == ["product:rug", "offers:rug"]
    assert world.sweep.sweep().missed == 0


def test_what_an_event_has_told_meanwhile_is_not_missed(world):
    world.catalogue.products = {"rug": (7, False)}
    world.sweep.sweep()
    world.catalogue.products["rug"] = (8, False)
    waited = []

    def event_comes(seconds):
        waited.append(seconds)
        world.shelf.purge("product:rug", 8)

    assert world.sweep.sweep(event_comes).missed == 0
    assert waited == [GRACE_SECONDS]
    world.purger.tell_edge()
    assert world.shelf.plain == world.cdn.told == []


@pytest.mark.parametrize("after", [{"rug": (8, True)}, {"rug": (7, False), "new": (1, False)}])
def test_products_that_come_or_go_take_lists_with_them(world, after):
    world.catalogue.products = {"rug": (7, False)}
    world.sweep.sweep()
    world.catalogue.products = after
    world.sweep.sweep()
    assert {"products", "search", "categories"} <= set(world.shelf.plain)


def test_a_lost_import_takes_the_whole_catalogue_at_once(world):
    world.catalogue.products = {f"p-{number}": (1, False) for number in range(MANY + 1)}
    world.catalogue.page = 700
    world.sweep.sweep()
    world.catalogue.products = dict.fromkeys(world.catalogue.products, (2, False))
    assert world.sweep.sweep().missed == MANY + 1
    assert world.shelf.plain == ["catalog", "search"]


def test_content_with_another_version_is_purged(world):
    world.content.versions = {("home", "eu", "de"): 1, ("footer", "eu", "en"): 4, ("pages", "eu", "en"): 9}
    world.sweep.sweep()
    world.content.versions |= {("home", "eu", "de"): 2, ("home", "eu", "en"): 1, ("pages", "eu", "en"): 10}
    world.sweep.sweep()
    assert set(world.shelf.plain) == {"content:home", "content_pages", "content"}


def test_a_round_that_broke_off_is_made_up_for(world):
    world.catalogue.products = {"rug": (7, False)}
    world.sweep.sweep()
    world.catalogue.products["rug"] = (8, False)
    world.content.away = True
    with pytest.raises(UpstreamUnavailable):
        world.sweep.sweep()
    world.content.away = False
    assert world.sweep.sweep().missed == 1


class Stop(threading.Event):
    """Notes waits without waiting, and is set after three."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        if len(self.waits) == 3:
            self.set()
        return self.is_set()


def test_a_round_that_broke_off_is_made_again_soon(world):
    world.content.away = True
    stop, sweeping = Stop(), Sweeping(world.sweep, 180.0, world.telemetry)
    list_redirects = world.content.list_redirects

    def first_away():
        world.content.away = len(stop.waits) == 0
        return list_redirects()

    world.content.get_home = lambda **_at: first_away()
    sweeping.start(stop)
    sweeping.join(10)
    assert stop.waits == [AGAIN_SECONDS, 180.0, 180.0]
    assert world.telemetry.events.value("purge_sweep", "broken_off") == 1
