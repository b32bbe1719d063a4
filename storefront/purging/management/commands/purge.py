"""`manage.py purge`: give up cached copies by hand. Says what it will hit, and does it only with `--yes`.

With `--status` it only tells how the purger does. Exit status 1 when the shared cache does not answer or the
purger is silent, 2 for a wish that makes no sense.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from storefront.cache.manifest import MANIFEST
from storefront.cache.purger import PurgerState
from storefront.core import UpstreamUnavailable
from storefront.purging.by_hand import carry_out, look, tags_of_product
from storefront.purging.parts import build
from storefront.purging.preview import every_tag, in_words, tags_of_family

_REDIS_PORT = 6379


class Command(BaseCommand):
    """By tag, by product, by family, or everything."""

    help = "Gives up cached copies; shows what it would hit unless --yes is given."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to purge, and whether to."""
        parser.add_argument("tags", nargs="*", metavar="TAG", help="such as product:saltgrain-mug")
        parser.add_argument(
            "--product", action="append", default=[], metavar="HANDLE", help="all of a product"
        )
        families = sorted(filter(tags_of_family, MANIFEST))
        parser.add_argument("--family", action="append", default=[], choices=families, metavar="NAME")
        parser.add_argument(
            "--pages", action="store_true", help="every whole page, but not what it is made of"
        )
        parser.add_argument("--everything", action="store_true", help="all that is cached")
        parser.add_argument("--status", action="store_true", help="how the purger does; purges nothing")
        parser.add_argument("--dry-run", action="store_true", help="only show it (as without --yes)")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: object, **options: object) -> None:
        """Show, and with --yes do. Exits with 1 when the shared cache does not answer."""
        del args
        if options["status"]:
            self._tell_status()
            return
        tags = list(dict.fromkeys(_tags(options)))
        if not tags:
            raise CommandError("say what: tags, --product, --family, --pages or --everything", returncode=2)
        if options["yes"] and options["dry_run"]:
            raise CommandError("--yes and --dry-run contradict each other", returncode=2)
        purging = build()
        self.stdout.write(_place())
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

    def _tell_status(self) -> None:
        """How the purger does, line by line. Exits with 1 when it is not heard of."""
        state = build().heard()
        self.stdout.write(_place())
        if state is None:
            self.stderr.write(
                "The purger has said nothing for a minute, or the shared cache does not answer."
            )
            sys.exit(1)
        for line in _status(state):
            self.stdout.write(line)


def _place() -> str:
    """Which copies are looked at: those of one release, in one store. No user and no password of it."""
    url = urlsplit(settings.UPSTREAMS.redis.url)
    return f"Release {settings.RELEASE} at {url.hostname}:{url.port or _REDIS_PORT}."


def _status(state: PurgerState) -> Iterator[str]:
    """The purger's state for people; times are UTC."""
    swept = _time(state.swept_at) if state.swept_at else "not yet"
    yield f"The purger runs since {_time(state.started_at)} and was heard of at {_time(state.at)}."
    yield f"  lag           {state.lag_p50:.2f} s for half of the last {state.lag_count:,} changes,"
    yield f"                {state.lag_p99:.2f} s for 99 of 100, {state.lag_most:.2f} s at most"
    yield f"  events        {state.events:,}, from which {state.purges:,} purges were made"
    yield f"  unreadable    {state.unreadable:,} messages"
    yield f"  missed        {state.missed:,} changes that the sweep alone found; last round: {swept}"
    yield f"  edge_waiting  {state.edge_waiting:,} tags that the CDN was not told yet"


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


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
