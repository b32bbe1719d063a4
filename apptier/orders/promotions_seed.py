"""Writes promotions from a file: the demo's when a shop is seeded, a merchandiser's own by command.

python -m apptier.orders.promotions_seed [FILE]

The file is a JSON list of promotions (see `apptier.orders.promotions.Promotion`). One is written for every
market, unless it names its `market`; a value that differs by market is an object of market codes. Running it
again changes nothing but what the file says otherwise; `docs/how-to/promotions.md` tells more.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from apptier.kit.dynamo import Tables
from apptier.kit.markets import MARKETS
from apptier.kit.settings import load_settings
from apptier.orders.promotions import Promotion, PromotionBook

DATA = Path(__file__).with_name("data") / "promotions.json"


def read_promotions(path: Path = DATA) -> list[Promotion]:
    """The promotions of a file.

    Raises:
        ValueError: it isn't JSON, or one of them can't be right (pydantic.ValidationError); says which.
        OSError: it can't be read.
    """
    found = []
    for entry in json.loads(path.read_text(encoding="utf-8")):
        for market in (entry["market"],) if "market" in entry else sorted(MARKETS):
            plain = {name: _of_market(value, market) for name, value in entry.items()} | {"market": market}
            found.append(Promotion.model_validate_json(json.dumps(plain)))
    return found


def _of_market(value: Any, market: str) -> Any:
    if isinstance(value, Mapping) and set(value) == set(MARKETS):
        return value[market]
    return value


def seed_promotions(tables: Tables, path: Path = DATA) -> int:
    """Write the promotions that are missing or differ; returns how many. Raises as `read_promotions`."""
    book = PromotionBook(tables)
    wanted = read_promotions(path)
    known = {(one.market, one.id): one for market in MARKETS for one in book.all(market)}
    return book.put_all([one for one in wanted if known.get((one.market, one.id)) != one])


def main(arguments: list[str]) -> int:
    """Write a file's promotions into the shop of the environment; 1 with one line when it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m apptier.orders.promotions_seed", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=DATA, help="default: the demo's promotions")
    options = parser.parse_args(arguments)
    try:
        written = seed_promotions(Tables(load_settings()), options.file)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"{written} promotions written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
