"""Where a catalogue goes: the port that the importer writes to, and its in-memory twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dev.catalogue.records import CatalogueCategory, CatalogueProduct


class CatalogueSink(Protocol):
    """A store for products and categories; its methods raise an error of its own when it is away."""

    def existing_hashes(self) -> Mapping[str, str]:
        """Content hash by handle, of every product that is not retired."""

    def put_category(self, category: CatalogueCategory) -> None:
        """Creates or replaces a category."""

    def put_product(self, product: CatalogueProduct) -> None:
        """Creates or replaces a product, its variants and their stock."""

    def retire_product(self, handle: str) -> None:
        """Takes a product off the shop; orders that hold it stay as they are."""

    def finish(self) -> None:
        """Writes out what is buffered and makes it searchable."""


class MemorySink:
    """A sink that keeps everything in dictionaries: for tests and for dry runs."""

    def __init__(self) -> None:
        self.products: dict[str, CatalogueProduct] = {}
        self.categories: dict[str, CatalogueCategory] = {}
        self.puts: list[str] = []
        self.finished = 0

    def existing_hashes(self) -> Mapping[str, str]:
        """Content hash by handle."""
        return {handle: product.content_hash for handle, product in self.products.items()}

    def put_category(self, category: CatalogueCategory) -> None:
        """Keeps a category."""
        self.categories[category.id] = category

    def put_product(self, product: CatalogueProduct) -> None:
        """Keeps a product and notes the call."""
        self.products[product.handle] = product
        self.puts.append(product.handle)

    def retire_product(self, handle: str) -> None:
        """Forgets a product."""
        self.products.pop(handle, None)

    def finish(self) -> None:
        """Counts the call."""
        self.finished += 1
