"""Plain paths of the shop (`/cart/`) as addresses of one region, so that tests need not say it each time."""

from __future__ import annotations

from typing import Any

from django.test import Client

from storefront.web.regions import is_sitewide, split

HOME_REGION = "/ie/en"
"""Where tests shop unless they say otherwise: Ireland, in English."""


def in_region(path: str, region: str = HOME_REGION) -> str:
    """The address of `path` in the region; paths that name one, or belong to none, as they are."""
    bare = path.partition("?")[0]
    return path if is_sitewide(bare) or split(bare)[0] else region + path


class ShopClient(Client):
    """Django's test client for shoppers of one region: asks for `/ie/en/cart/` where a test says `/cart/`."""

    def generic(self, method: str, path: str, *args: Any, **more: Any) -> Any:
        return super().generic(method, in_region(str(path)), *args, **more)
