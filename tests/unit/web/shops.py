"""A Shop of in-memory twins for view tests: real cache (in memory), real composition, no server anywhere."""

from dataclasses import dataclass

from storefront.cache import KeySpace, cached_answers
from storefront.clients.catalog.fake import FakeCatalog
from storefront.clients.content.fake import FakeContent
from storefront.clients.orders.fake import FakeOrders
from storefront.clients.search.fake import FakeSearch
from storefront.core import Reason, UpstreamUnavailable
from storefront.orchestration import Composer
from storefront.sessions import MemorySessionTable
from storefront.telemetry import Telemetry
from storefront.web.shop import Shop
from tests import samples


@dataclass(frozen=True)
class Fakes:
    """The twins, with their own types, and the Shop made of them."""

    shop: Shop
    catalog: FakeCatalog
    search: FakeSearch
    orders: FakeOrders
    content: FakeContent
    sessions: MemorySessionTable


def fakes() -> Fakes:
    telemetry = Telemetry()
    catalog, search = samples.fake_catalog(), samples.fake_search()
    orders, content, sessions = samples.fake_orders(), samples.fake_content(), MemorySessionTable()
    shop = Shop(
        catalog=catalog,
        search=search,
        orders=orders,
        content=content,
        stores=samples.fake_stores(),
        customers=samples.fake_customers(),
        cache=cached_answers(KeySpace("test", "t", "eu", "en"), telemetry),
        compose=Composer(telemetry, workers=8),
        sessions=sessions,
        telemetry=telemetry,
        market="eu",
        locale="en",
    )
    return Fakes(shop, catalog, search, orders, content, sessions)


def down(upstream: str = "upstream") -> UpstreamUnavailable:
    return UpstreamUnavailable(upstream, "anything", Reason.CONNECTION, sent=False)
