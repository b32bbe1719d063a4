"""The pictures of an import: downloads what can be had, gives up soon on a dead host, draws the rest."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from PIL import Image

from dev.catalogue.draw.scene import WIDTHS_LARGE
from dev.catalogue.media import placeholder
from dev.catalogue.media.fetch import PictureError, UnreachableError
from dev.catalogue.media.renditions import FORMATS, paths, present, write
from dev.catalogue.naming import digest
from dev.catalogue.records import CatalogueImage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dev.catalogue.shopify import RawImage, RawProduct

PARALLEL: Final = 8
PATIENCE: Final = 3
"""Failures after which a host is not asked again."""
NAMED: Final = 3
"""Hosts named in the note."""
SHARED_FROM: Final = 200
"""With more stand-ins than this, they carry no titles and are shared: seconds, not minutes."""


class Source(Protocol):
    """Where pictures come from."""

    def fetch(self, url: str) -> Image.Image:
        """The picture; raises PictureError."""


class DownloadedPictures:
    """Collects the pictures of products into a media root. What is there already is not fetched again."""

    def __init__(self, media_root: Path, source: Source) -> None:
        self._root = media_root
        self._source = source
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}
        self._missed: dict[str, str] = {}
        self._drawn = 0

    def collect(self, products: Sequence[RawProduct]) -> Mapping[str, Mapping[str, CatalogueImage]]:
        """By handle, the images by address; a product without any gets a stand-in under the address ''."""
        jobs = [(product, image) for product in products for image in product.images]
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="pictures") as pool:
            found = list(pool.map(lambda job: self._one(*job), jobs))
        out: dict[str, dict[str, CatalogueImage]] = {product.handle: {} for product in products}
        for (product, image), ready in zip(jobs, found, strict=True):
            if ready is not None:
                out[product.handle][image.url] = ready
        bare = [product for product in products if not out[product.handle]]
        # One pattern after the other: each is drawn once.
        for product in sorted(bare, key=lambda one: placeholder.repeat_of(one.title)):
            out[product.handle][""] = self._stand_in(product, titled=len(bare) <= SHARED_FROM)
        return out

    def notes(self) -> list[str]:
        """One line about what could not be had."""
        if not self._missed and not self._drawn:
            return []
        hosts = sorted({_host(url) for url in self._missed})
        named = ", ".join(hosts[:NAMED]) + (f" and {len(hosts) - NAMED} more" if len(hosts) > NAMED else "")
        why = f" ({next(iter(self._missed.values()))})" if len(set(self._missed.values())) == 1 else ""
        missed = f"{len(self._missed)} images could not be had from {named}{why}; " if self._missed else ""
        return [f"{missed}{self._drawn} products show a drawn stand-in."]

    def _one(self, product: RawProduct, image: RawImage) -> CatalogueImage | None:
        base = f"/media/products/{product.handle[:60].rstrip('-')}-{digest(image.url, 10)}"
        alt = image.alt or product.title
        kept = self._kept(base, alt)
        if kept is not None:
            return kept
        host = _host(image.url)
        with self._lock:
            if self._failures.get(host, 0) >= PATIENCE:
                self._missed[image.url] = f"{host} does not answer"
                return None
        try:
            picture = self._source.fetch(image.url)
        except PictureError as error:
            with self._lock:
                self._missed[image.url] = str(error)
                if isinstance(error, UnreachableError):
                    self._failures[host] = self._failures.get(host, 0) + 1
            return None
        return self._keep(picture, base, alt)

    def _kept(self, base: str, alt: str) -> CatalogueImage | None:
        """A picture from an earlier import, told by the files it left."""
        widths = tuple(width for width in WIDTHS_LARGE if present(self._root, base, (width,), FORMATS))
        if not widths or widths != WIDTHS_LARGE[: len(widths)]:
            return None
        largest = paths(self._root, base, (widths[-1],), ("webp",))[0]
        with Image.open(largest) as image:
            return CatalogueImage(base, widths, FORMATS, image.width, image.height, alt)

    def _keep(self, picture: Image.Image, base: str, alt: str) -> CatalogueImage:
        widths = tuple(width for width in WIDTHS_LARGE if width <= picture.width) or WIDTHS_LARGE[:1]
        height = max(1, round(picture.height * widths[-1] / picture.width))
        scaled = picture.resize((widths[-1], height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        write(scaled, self._root, base, widths)
        return CatalogueImage(base, widths, FORMATS, widths[-1], height, alt)

    def _stand_in(self, product: RawProduct, *, titled: bool) -> CatalogueImage:
        self._drawn += 1
        words = [
            product.title,
            *(value for variant in product.variants for value in variant.values),
            *product.tags,
        ]
        way, repeat = placeholder.colourway_of(words, product.title), placeholder.repeat_of(product.title)
        title = product.title if titled else ""
        key = digest(f"{placeholder.VERSION}|{title}|{way.slug}|{repeat}", 10)
        base = f"/media/products/stand-in-{key}"
        if not present(self._root, base, placeholder.WIDTHS, FORMATS):
            write(placeholder.draw(title, repeat, way), self._root, base, placeholder.WIDTHS)
        width = max(placeholder.WIDTHS)
        return CatalogueImage(base, placeholder.WIDTHS, FORMATS, width, width * 5 // 4, product.title)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:40]
    except ValueError:
        return url[:40]
