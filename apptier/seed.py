"""Fills content and stores of a fresh shop, after the catalogue is in; running it again changes nothing.

python -m apptier.seed [--media-root FOLDER]
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
from apptier.stores.repository import StoreRepository
from apptier.stores.seeding import seed_stores

logger = logging.getLogger("apptier.seed")


def seed(settings: Settings, media_root: Path | None = None) -> tuple[int, int]:
    """Seed content and stores; returns how many of each were written. See `main` for `media_root`."""
    clock = SystemClock()
    tables = Tables(settings)
    catalog = CatalogRepository(tables, clock)
    seeder = ContentSeeder(ContentRepository(tables, clock), catalog, Events(settings, "content", clock))
    contents = seeder.seed(media_root)
    stores = seed_stores(StoreRepository(tables, clock), Events(settings, "stores", clock))
    return contents, stores


def main() -> None:
    """Seed the shop that the environment names."""
    logging.basicConfig(format="%(message)s")
    logger.setLevel(logging.INFO)
    parser = argparse.ArgumentParser(description="Fill content and stores of a fresh shop.")
    parser.add_argument("--media-root", type=Path, default=None, help="the folder served under /media/")
    contents, stores = seed(load_settings(), parser.parse_args().media_root)
    logger.info("%d pieces of content and %d stores written", contents, stores)


if __name__ == "__main__":
    main()
