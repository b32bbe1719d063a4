"""The backend on a stack of its own, with a small known catalogue, for every test of this folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import yaml

from apptier.catalog.records import CategoryRecord, ProductRecord
from apptier.catalog.writer import CatalogWriter
from apptier.inventory import LevelChange
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.settings import Settings, load_settings
from apptier.search.index import SearchIndex
from apptier.search.indexer import Indexer
from apptier.seed import seed
from dev.provision import DEMO_ACCOUNTS, DemoAccount, client
from dev.stack.devstack import DevStack
from dev.stack.environment import AWS_OWN, backend_origin

CONTRACTS = Path(__file__).parents[3] / "contracts"


@dataclass(frozen=True)
class Live:
    """A running backend and what a test needs to talk to it and to look behind it."""

    origin: str
    settings: Settings
    tables: Tables
    token: str
    stack: DevStack

    def url(self, service: str, path: str) -> str:
        return f"{self.origin}/{service}/v1{path}"

    def get(self, service: str, path: str, **parameters: str | int) -> requests.Response:
        return requests.get(self.url(service, path), params=parameters, timeout=10)

    def token_of(self, account: DemoAccount) -> str:
        return access_token(self.stack, account)

    @property
    def signed_in(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def example(service: str, path: str, name: str) -> dict:
    """The answer that a contract gives as example."""
    contract = yaml.safe_load((CONTRACTS / f"{service}.yaml").read_text())
    content = contract["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    return content["examples"][name]["value"]


def categories() -> list[CategoryRecord]:
    kept = example("catalog", "/categories", "tree")["items"]
    return [CategoryRecord.model_validate({k: v for k, v in c.items() if k != "product_count"}) for c in kept]


def product(handle: str, title: str, prices: tuple[int, int], **changes: object) -> ProductRecord:
    """The contract's own product under another name; `prices` are of its two variants in minor units."""
    raw = example("catalog", "/products/{handle}", "product")
    raw = {k: v for k, v in raw.items() if k not in {"markets", "version", "updated_at"}}
    for named in (*raw["options"], *raw["attributes"]):  # what things are called comes from translations
        named.pop("label", None)
        named.pop("labels")
    raw |= {"handle": handle, "title": title} | changes
    for variant, price in zip(raw["variants"], prices, strict=True):
        tail = variant["sku"].removeprefix("FN-MEA-")
        variant["sku"] = variant["sku"] if handle == "meadow-cushion" else f"{handle.upper()}-{tail}"
        variant["prices"] = {
            "eu": {"amount": price, "compare_at": price + 1000},
            "us": {"amount": price + 500},
        }
    return ProductRecord.model_validate_json(json.dumps(raw))


def catalogue() -> list[ProductRecord]:
    striped = [{"code": "pattern", "name": "Pattern", "values": ["Stripe"]}]
    return [
        product("meadow-cushion", "Meadow cushion", (4900, 6900), published_at="2026-11-01T00:00:00.000Z"),
        product(
            "harbour-cushion",
            "Harbour cushion",
            (2900, 2900),
            attributes=striped,
            published_at="2026-11-02T00:00:00.000Z",
        ),
        product(
            "harbour-rug",
            "Harbour rug",
            (12900, 19900),
            category_ids=["textiles"],
            attributes=striped,
            published_at="2026-11-03T00:00:00.000Z",
        ),
    ]


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("apptier")
    with DevStack(folder, services=("ministack", "search")) as stack, pytest.MonkeyPatch.context() as patch:
        environment = stack.environment("backend")
        # Only what boto3 itself reads: others start programs meanwhile, which inherit it.
        for name in AWS_OWN:
            patch.setenv(name, environment[name])
        settings = load_settings(environment)
        tables = Tables(settings)
        fill(settings, tables)
        stack.start("backend")
        yield Live(backend_origin(stack.ports), settings, tables, access_token(stack), stack)


def fill(settings: Settings, tables: Tables) -> None:
    clock = SystemClock()
    writer = CatalogWriter(tables, Events(settings, "catalog", clock), clock)
    writer.put_categories(categories())
    records = catalogue()
    writer.put_products(records)
    writer.put_levels([LevelChange(v.sku, r.handle, 42) for r in records for v in r.variants])
    Indexer(tables, SearchIndex(settings, clock), clock).rebuild()
    seed(settings)


def access_token(stack: DevStack, account: DemoAccount = DEMO_ACCOUNTS[0]) -> str:
    """A demo account's access token, the shopper's unless named, as Cognito signs it."""
    pool, app = stack.provisioned.user_pool_id, stack.provisioned.client_id
    people = client("cognito-idp", f"http://127.0.0.1:{stack.ports.ministack}")
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    people.update_user_pool_client(UserPoolId=pool, ClientId=app, ExplicitAuthFlows=flows)
    answer = people.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": account.email, "PASSWORD": account.password},
    )
    return answer["AuthenticationResult"]["AccessToken"]
