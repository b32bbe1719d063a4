"""The command line: `python -m dev.catalogue import FILE …` and `python -m dev.catalogue demo …`.

Exit codes: 0 done, 2 the file is not a product CSV (nothing was written), 1 the shop's store or disk is away.
Where the shop is, the environment says, as it does for the backend (AWS_ENDPOINT_URL, TABLE_PREFIX,
OPENSEARCH_URL …).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy.exceptions import OpenSearchException

from apptier.kit.settings import SettingsError, load_settings
from dev.catalogue.backend_sink import BackendSink
from dev.catalogue.demo.build import build
from dev.catalogue.importer import MARKET_OF, apply, import_file
from dev.catalogue.media.fetch import Fetcher
from dev.catalogue.media.pictures import DownloadedPictures
from dev.catalogue.media.studio_run import run
from dev.catalogue.report import ImportReport, NotACatalogueError
from dev.catalogue.sink import MemorySink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dev.catalogue.sink import CatalogueSink

OK, AWAY, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    try:
        sink: CatalogueSink = MemorySink() if options.dry_run else BackendSink(load_settings())
        report = _import(options, sink) if options.command == "import" else _demo(options, sink)
        if options.report is not None:
            _write(options.report, report.as_json())
    except NotACatalogueError as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    except (OSError, SettingsError, BotoCoreError, ClientError, OpenSearchException) as error:
        print(f"The catalogue could not be written: {error}", file=sys.stderr)
        return AWAY
    print("\n".join(report.lines()))
    print(f"Done in {time.monotonic() - started:.1f} s.")
    return OK


def _import(options: argparse.Namespace, sink: CatalogueSink) -> ImportReport:
    pictures = DownloadedPictures(options.media_root, Fetcher(allow_private=options.allow_private_images))
    return import_file(options.file, sink, pictures, options.currency, prune=options.prune)


def _demo(options: argparse.Namespace, sink: CatalogueSink) -> ImportReport:
    demo = build()
    drawn = run(demo.pictures, options.media_root, options.workers, _say)
    report = ImportReport()
    report.notes.append(
        f"{drawn.drawn} pictures drawn in {drawn.seconds:.1f} s ({drawn.size / 1e6:.1f} MB), "
        f"{drawn.cached} there already."
    )
    apply(demo.products, demo.categories, sink, report, prune=options.prune)
    return report


def _say(line: str) -> None:
    """At once, also where the output is a file or a pipe that somebody follows."""
    print(line, flush=True)


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=".report-")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    Path(name).replace(path)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--media-root", type=Path, required=True, metavar="DIR", help="folder served under /media/"
    )
    common.add_argument("--report", type=Path, metavar="FILE", help="write the whole report there as JSON")
    common.add_argument(
        "--prune", action="store_true", help="retire products that this catalogue does not have"
    )
    common.add_argument(
        "--dry-run", action="store_true", help="read and draw, but write nothing into the shop"
    )
    parser = argparse.ArgumentParser(prog="python -m dev.catalogue", description="Fills the shop.")
    commands = parser.add_subparsers(dest="command", required=True)
    importing = commands.add_parser("import", parents=[common], help="products from a Shopify product CSV")
    importing.add_argument("file", type=Path)
    importing.add_argument(
        "--currency", default="EUR", metavar="CODE", help=f"{' or '.join(MARKET_OF)}; default EUR"
    )
    importing.add_argument(
        "--allow-private-images", action="store_true", help="fetch images from this network too"
    )
    demo = commands.add_parser(
        "demo", parents=[common], help="the demo shop, with pictures that are drawn here"
    )
    demo.add_argument(
        "--workers", type=int, metavar="N", help="drawing processes; default one per core, at most four"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
