"""`manage.py purge`: give up cached copies by hand. Says what it will hit, and does it only with `--yes`.

Exit status 1 when the shared cache does not answer, 2 for a wish that makes no sense.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping

from django.core.management.base import BaseCommand, CommandError

from storefront.cache.manifest import MANIFEST
from storefront.core import UpstreamUnavailable
from storefront.purging.by_hand import carry_out, look, tags_of_product
from storefront.purging.parts import build
from storefront.purging.preview import every_tag, in_words, tags_of_family


class Command(BaseCommand):
    """By tag, by product, by family, or everything."""

    help = "Gives up cached copies; shows what it would hit unless --yes is given."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to purge, and whether to."""
        parser.add_argument("tags", nargs="*", metavar="TAG", help="such as product:meadow-cushion")
        parser.add_argument(
            "--product", action="append", default=[], metavar="HANDLE", help="all of a product"
        )
        parser.add_argument("--family", action="append", default=[], choices=sorted(MANIFEST), metavar="NAME")
        parser.add_argument(
            "--pages", action="store_true", help="every whole page, but not what it is made of"
        )
        parser.add_argument("--everything", action="store_true", help="all that is cached")
        parser.add_argument("--dry-run", action="store_true", help="only show it (as without --yes)")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: object, **options: object) -> None:
        """Show, and with --yes do. Exits with 1 when the shared cache does not answer."""
        del args
        tags = list(dict.fromkeys(_tags(options)))
        if not tags:
            raise CommandError("say what: tags, --product, --family, --pages or --everything", returncode=2)
        if options["yes"] and options["dry_run"]:
            raise CommandError("--yes and --dry-run contradict each other", returncode=2)
        purging = build()
        try:
            for line in in_words(look(purging, tags)):
                self.stdout.write(line)
            if not options["yes"]:
                self.stdout.write("Nothing was done. Say --yes to do it.")
                return
            done = carry_out(purging, tags)
        except UpstreamUnavailable as error:
            self.stderr.write(f"The shared cache does not answer ({error.reason}).")
            sys.exit(1)
        self.stdout.write("Done: none of these copies is served from now on.")
        if done.edge_waiting:
            self.stderr.write(
                f"The CDN could not be told of {done.edge_waiting} tags; its copies live out their lifetimes."
            )
            sys.exit(1)


def _tags(options: Mapping[str, object]) -> Iterator[str]:
    yield from _listed(options["tags"])
    for handle in _listed(options["product"]):
        yield from tags_of_product(handle)
    for name in _listed(options["family"]):
        yield from tags_of_family(name)
    if options["pages"]:
        yield "pages"
    if options["everything"]:
        yield from every_tag()


def _listed(value: object) -> list[str]:
    assert isinstance(value, list)
    return [str(one) for one in value]
