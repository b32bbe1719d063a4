"""`python -m bench.catalogue --products N`: fills the shop with so many products, without drawing pictures.

The demo's products come first; beyond them, copies with handles, SKUs and titles of their own. Copies are
sold in one market, in two variants and in English, because filling the emulator takes longer than measuring.
A list of them weighs as much as one of the demo's products, for a card shows none of that. Where the shop is,
the environment says, as for the backend.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from apptier.kit.settings import load_settings
from dev.catalogue.backend_sink import BackendSink
from dev.catalogue.demo.build import build
from dev.catalogue.importer import apply
from dev.catalogue.records import CatalogueProduct
from dev.catalogue.report import ImportReport

MOST_PRODUCTS = 50_000
MARKET = "eu"
VARIANTS = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.catalogue", description=__doc__)
    parser.add_argument("--products", type=int, default=300, choices=range(1, MOST_PRODUCTS + 1), metavar="N")
    wanted: int = parser.parse_args().products
    began = time.monotonic()
    demo = build()
    report = ImportReport()
    products = list(itertools.islice(endless(demo.products), wanted))
    apply(products, demo.categories, BackendSink(load_settings()), report, prune=True)
    print(f"{wanted} products in {time.monotonic() - began:.1f} s ({report.created} new)")
    return 0


def endless(products: tuple[CatalogueProduct, ...]) -> Iterator[CatalogueProduct]:
    """The products as they are, then copies of them, numbered by turn."""
    yield from products
    for turn in itertools.count(2):
        for product in products:
            yield copy(product, turn)


def copy(product: CatalogueProduct, turn: int) -> CatalogueProduct:
    variants = tuple(
        replace(
            variant,
            sku=f"{variant.sku}-{turn}",
            prices={MARKET: variant.prices[MARKET]},
            compare_at={market: price for market, price in variant.compare_at.items() if market == MARKET},
        )
        for variant in product.variants[:VARIANTS]
        if MARKET in variant.prices
    )
    return replace(
        product,
        handle=f"{product.handle}-{turn}",
        title=f"{product.title} {turn}",
        variants=variants,
        translations={},
        content_hash="",
    ).sealed()


if __name__ == "__main__":
    sys.exit(main())
