"""A look at a product CSV before anything starts for it: whether it can be imported, and whose shop it is.

It reads as the importer does and refuses with the importer's words, so that the two cannot disagree; it
fetches no picture and writes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from dev.catalogue import csvfile
from dev.catalogue.importer import readable

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 60


def shop_name(path: Path) -> str:
    """The Vendor of more than half of the products, else the file's name in title case.

    Raises:
        NotACatalogueError: the file cannot be imported; the message is the importer's one line.
    """
    products = readable(csvfile.load(path)).products
    ((vendor, count),) = Counter(product.vendor for product in products).most_common(1)
    if vendor and vendor.isprintable() and count * 2 > len(products):
        return vendor[:LONGEST].strip()
    return re.sub(r"[\W_]+", " ", path.stem).strip().title()[:LONGEST].strip() or "Shop"
