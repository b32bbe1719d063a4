"""The web tier of one host for tests of the page cache: the real site over a counting upstream.

Every call of a client goes out over HTTP to the upstream of the test, which counts it, takes its time and
says what version of the catalogue it is; what comes back is the in-memory twin's answer. Started by gunicorn
as `tests.integration.page_host:application`; the test's variables are read here.
"""

from __future__ import annotations

import os
import urllib.request
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

django.setup()

from django.conf import settings  # noqa: E402
from msgspec import structs  # noqa: E402

from storefront.cache import REDIS, KeySpace, Store, cached_answers, open_redis, swr  # noqa: E402
from storefront.resilience import Resource  # noqa: E402
from storefront.telemetry import Telemetry  # noqa: E402
from storefront.web.flags.variants import FlagVariants  # noqa: E402
from storefront.web.handler import ShopHandler  # noqa: E402
from storefront.web.page_cache import PageCache, keeper  # noqa: E402
from tests.unit.web.shops import fakes  # noqa: E402

UPSTREAM = os.environ["TEST_UPSTREAM"]
# Bounds on waiting are for shoppers: where calls are counted, a busy machine is no slow leader.
if os.environ.get("TEST_PATIENT"):
    swr.FOLLOW_SECONDS = swr.LEASE_SECONDS = keeper.LEASE_SECONDS = 20.0
    keeper._LEAST_WAIT = keeper._MOST_WAIT = 20.0


class Counted:
    """A client whose calls are calls of the upstream first."""

    def __init__(self, name: str, twin: Any) -> None:
        self._name = name
        self._twin = twin

    def __getattr__(self, operation: str) -> Any:
        asked = getattr(self._twin, operation)
        if not callable(asked) or operation == "within":
            return (lambda *_: self) if operation == "within" else asked

        def call(**arguments: Any) -> Any:
            query = urlencode({name: str(value) for name, value in sorted(arguments.items())})
            with urllib.request.urlopen(f"{UPSTREAM}/{self._name}/{operation}?{query}", timeout=30) as answer:
                version = answer.read().decode()
            found = asked(**arguments)
            return structs.replace(found, title=f"Version {version}") if operation == "get_product" else found

        return call


def _application() -> PageCache:
    made = fakes()
    telemetry = Telemetry()
    client = open_redis(os.environ["TEST_REDIS"])
    store = Store(client, Resource(REDIS, telemetry), telemetry)
    cache = cached_answers(KeySpace("test", "r1", "eu", "en"), telemetry, store=store)
    names = ("catalog", "search", "content", "reviews", "orders", "stores")
    clients = {name: Counted(name, getattr(made.shop, name)) for name in names}
    shop = replace(made.shop, cache=cache, telemetry=telemetry, **clients)
    settings.SHOP_FACTORY = lambda: shop
    settings.SERVER_TIMING = True
    return PageCache(ShopHandler(), variants=FlagVariants())


application = _application()
