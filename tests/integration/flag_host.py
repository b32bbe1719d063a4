"""The web tier of one host for tests of flags: the real site over in-memory twins, a real table and store.

Cache and flags are those of `storefront.wiring.running_shop`, with the timeouts, tries and guards that the
shop has. Started by gunicorn as `tests.integration.flag_host:application`, with the web tier's own variables.
"""

from __future__ import annotations

import os
from dataclasses import replace

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

django.setup()

from django.conf import settings  # noqa: E402

from storefront.web.flags.variants import FlagVariants  # noqa: E402
from storefront.web.handler import ShopHandler  # noqa: E402
from storefront.web.page_cache import PageCache  # noqa: E402
from storefront.web.shop import Shop  # noqa: E402
from storefront.wiring import running_shop  # noqa: E402
from tests.unit.web.shops import fakes  # noqa: E402


def build_shop() -> Shop:
    """The twins with a cache and flags that are shared, in the worker that answers."""
    own = running_shop()
    return replace(fakes().shop, cache=own.cache, telemetry=own.telemetry, flags=own.flags)


settings.SHOP_FACTORY = build_shop
settings.SERVER_TIMING = True
application = PageCache(ShopHandler(), variants=FlagVariants())
