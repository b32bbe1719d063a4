"""What the running shop sells, as its catalogue says: articles for journeys that are about something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from apptier.catalog.records import Price, VariantRecord
from apptier.catalog.repository import CatalogRepository
from apptier.catalog.writer import CatalogWriter
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.settings import load_settings
from dev.stack.devstack import DevStack

PLENTY = 20


@dataclass(frozen=True)
class Article:
    """One variant; `price` in cents, `quantity` as many as there were."""

    handle: str
    title: str
    sku: str
    price: int
    quantity: int

    @property
    def path(self) -> str:
        return f"/p/{self.handle}/?variant={self.sku}"


def articles(shop: DevStack, market: str = "eu") -> Iterator[Article]:
    """One article of each product of which there is plenty, newest products first."""
    catalog = shop.environment("web")["CATALOG_URL"]
    asked = {"market": market, "locale": "en", "limit": "48"}
    for product in requests.get(f"{catalog}/products", asked, timeout=30).json()["items"]:
        url = f"{catalog}/products/{product['handle']}/offers"
        for offer in requests.get(url, {"market": market}, timeout=30).json()["items"]:
            if offer["quantity"] >= PLENTY:
                amount = offer["price"]["amount"]
                yield Article(product["handle"], product["title"], offer["sku"], amount, offer["quantity"])
                break


def reprice(shop: DevStack, article: Article, amount: int) -> None:
    """Sell the article at another price from now on, in every market that sells it, as an importer would."""
    environment = shop.environment("backend")
    with pytest.MonkeyPatch.context() as process:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            process.setenv(name, environment[name])
        settings, clock = load_settings(environment), SystemClock()
        tables = Tables(settings)
        stored = CatalogRepository(tables, clock).product(article.handle)
        assert stored is not None
        variants = tuple(
            _at(one, amount) if one.sku == article.sku else one for one in stored.record.variants
        )
        changed = stored.record.model_copy(update={"variants": variants, "source_hash": ""})
        CatalogWriter(tables, Events(settings, "catalog", clock), clock).put_products([changed])


def _at(variant: VariantRecord, amount: int) -> VariantRecord:
    return variant.model_copy(update={"prices": dict.fromkeys(variant.prices, Price(amount=amount))})
