"""Fills content and stores of a fresh shop, after the catalogue is in; running it again changes nothing.

python -m apptier.seed [--media-root FOLDER] [--shop-name NAME]
"""

import argparse
import logging
from pathlib import Path

from apptier.catalog.repository import CatalogRepository
from apptier.content.repository import ContentRepository
from apptier.content.seeding import ContentSeeder
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.settings import Settings, load_settings
from apptier.orders.promotions_seed import seed_promotions
from apptier.reviews.seeding import seed_reviews
from apptier.stores.repository import StoreRepository
from apptier.stores.seeding import seed_stores

logger = logging.getLogger("apptier.seed")


def seed(settings: Settings, media_root: Path | None = None, shop_name: str | None = None) -> tuple[int, int]:
    """Seed content and stores; returns how many of each were written. See `main` for `media_root`.

    A shop that is not the demo gives its `shop_name`: it gets plain words, and none of the demo's stores.
    """
    clock = SystemClock()
    tables = Tables(settings)
    catalog = CatalogRepository(tables, clock)
    events = Events(settings, "content", clock)
    contents = ContentSeeder(ContentRepository(tables, clock), catalog, events, shop_name).seed(media_root)
    if shop_name is not None:
        return contents, 0
    stores = seed_stores(StoreRepository(tables, clock), Events(settings, "stores", clock))
    seed_promotions(tables)
    seed_reviews(tables, catalog, Events(settings, "reviews", clock))
    return contents, stores


def main() -> None:
    """Seed the shop that the environment names."""
    logging.basicConfig(format="%(message)s")
    logger.setLevel(logging.INFO)
    parser = argparse.ArgumentParser(description="Fill content and stores of a fresh shop.")
    parser.add_argument("--media-root", type=Path, default=None, help="the folder served under /media/")
    parser.add_argument("--shop-name", default=None, help="of a shop that is not the demo: plain words")
    options = parser.parse_args()
    contents, stores = seed(load_settings(), options.media_root, options.shop_name)
    logger.info("%d pieces of content and %d stores written", contents, stores)


if __name__ == "__main__":
    main()
