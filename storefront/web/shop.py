"""What a view may reach: one frozen `Shop` per process, made lazily in the worker that answers.

The dataclass lives here and not in `storefront.wiring`, because slices may not import the composition
root. The setting SHOP_FACTORY names the function that builds it (or is that function, in tests).
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from storefront.cache import CachedAnswers
    from storefront.clients.catalog import Catalog
    from storefront.clients.content import Content
    from storefront.clients.customers import Customers
    from storefront.clients.fraud import FraudScreen
    from storefront.clients.lists import Lists
    from storefront.clients.orders import Orders
    from storefront.clients.reviews import Reviews
    from storefront.clients.search import Search
    from storefront.clients.stores import Stores
    from storefront.configuration import Configuration
    from storefront.core import Clock
    from storefront.experiments.recording import Recorder
    from storefront.flags.changes import Changes
    from storefront.flags.live import Live
    from storefront.identity import People
    from storefront.identity.hosted import HostedPages
    from storefront.orchestration import Composer
    from storefront.sessions import SessionTable, Vault
    from storefront.telemetry import Telemetry
    from storefront.web.limits import Limits
    from storefront.web.regions import Region

Factory = Callable[[], "Shop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """Clients, cache and orchestration of one process, for one market, language and country.

    `country` is as the backend writes it ("IE"). What depends on it must have it among its cache key's parts:
    keys tell markets and languages apart, not countries.
    """

    catalog: "Catalog"
    search: "Search"
    orders: "Orders"
    content: "Content"
    configuration: "Configuration"
    stores: "Stores"
    reviews: "Reviews"
    customers: "Customers"
    lists: "Lists"
    fraud: "FraudScreen"
    people: "People"
    hosted: "HostedPages | None"
    cache: "CachedAnswers"
    compose: "Composer"
    sessions: "SessionTable"
    vault: "Vault"
    limits: "Limits"
    telemetry: "Telemetry"
    clock: "Clock"
    flags: "Live"
    flag_changes: "Changes"
    experiments: "Recorder"
    market: str
    locale: str
    country: str

    def within(self, region: "Region") -> "Shop":
        """The same clients and the same cache, as seen from a region."""
        return replace(
            self,
            orders=self.orders.within(region.language),
            cache=self.cache.within(region.market, region.language),
            market=region.market,
            locale=region.language,
            country=region.territory,
        )


class _Holder:
    """Keeps the process's Shop; built once, and again after a fork or when the factory is another one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[str | Factory, int, Shop] | None = None

    def get(self, factory: str | Factory) -> Shop:
        made = self._made
        if made is not None and made[0] == factory and made[1] == os.getpid():
            return made[2]
        with self._lock:
            made = self._made
            if made is not None and made[0] == factory and made[1] == os.getpid():
                return made[2]
            build: Factory = import_string(factory) if isinstance(factory, str) else factory
            shop = build()
            self._made = (factory, os.getpid(), shop)
            return shop


_holder = _Holder()


def current_shop() -> Shop:
    """The Shop of this process, built at the first call by what SHOP_FACTORY names."""
    return _holder.get(settings.SHOP_FACTORY)


def session_table() -> "SessionTable":
    """Where sessions are kept; the setting SESSION_TABLE_PROVIDER points here."""
    return current_shop().sessions


def session_vault() -> "Vault":
    """What encrypts entries of sessions; the setting SESSION_VAULT_PROVIDER points here."""
    return current_shop().vault
