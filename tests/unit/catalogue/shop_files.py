"""Small product files and pictures for the importer's tests, so that a test shows its whole input."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from dev.catalogue import csvfile
from dev.catalogue.importer import import_table
from dev.catalogue.media.fetch import UnreachableError
from dev.catalogue.records import CatalogueImage
from dev.catalogue.report import ImportReport
from dev.catalogue.sink import MemorySink

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,"
    "Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,"
    "Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image,"
    "Unit Price Total Measure,Unit Price Total Measure Unit,"
    "Unit Price Base Measure,Unit Price Base Measure Unit,Status"
)
COLUMNS = HEADER.split(",")


def row(handle: str, title: str = "", price: str = "", **cells: str) -> str:
    """One line of a file with `HEADER`; further cells by their column's name, spaces as underscores."""
    named = {"Handle": handle, "Title": title, "Variant Price": price}
    named.update({name.replace("_", " "): value for name, value in cells.items()})
    unknown = set(named) - set(COLUMNS)
    assert not unknown, unknown
    return ",".join('"' + named.get(column, "").replace('"', '""') + '"' for column in COLUMNS)


def shop_file(*rows: str, header: str = HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


class DrawnPictures:
    """Pictures without a disk or a network: every address in the file works, in the file's order."""

    def collect(self, products):
        return {
            product.handle: {
                image.url: CatalogueImage(image.url, (360,), ("webp",), 360, 450, image.alt or product.title)
                for image in product.images
            }
            for product in products
        }

    def notes(self) -> list[str]:
        return []


@dataclass
class Imported:
    """What an import did."""

    sink: MemorySink
    report: ImportReport

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(problem.line, problem.column) for problem in self.report.problems]

    @property
    def only(self):
        (product,) = self.sink.products.values()
        return product

    def reason(self, column: str) -> str:
        return next(problem.reason for problem in self.report.problems if problem.column == column)


def imported(data: bytes, sink: MemorySink | None = None, currency: str = "EUR", **options) -> Imported:
    sink = sink or MemorySink()
    report = import_table(csvfile.parse(data), sink, DrawnPictures(), currency, **options)
    return Imported(sink, report)


@dataclass
class Shelf:
    """A picture source for tests: addresses that hold a picture, and a note of who was asked."""

    pictures: dict[str, Image.Image] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> Image.Image:
        self.asked.append(url)
        if url not in self.pictures:
            raise UnreachableError("nobody there")
        return self.pictures[url]
