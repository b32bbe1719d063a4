"""`manage.py publish_files`: sends static files, or pictures, to the buckets that the CDN reads."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import InvalidStorageError, storages
from django.core.management.base import BaseCommand

from config.files import MEDIA, RELEASES, STATIC
from storefront.web.publishing import LEAST_KEPT, publish_media, publish_static


class Command(BaseCommand):
    """Says how many files were sent; exits with 1 where there is no bucket, or nothing to send."""

    help = "Sends built static files (or, with --media, pictures) to the CDN's bucket."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many releases stay; a folder of pictures instead of static files."""
        parser.add_argument(
            "--keep",
            type=int,
            default=LEAST_KEPT,
            help="releases whose files stay, the new one included (default: %(default)s)",
        )
        parser.add_argument("--media", type=Path, help="a folder of pictures to send to MEDIA_BUCKET")

    def handle(self, *args: object, **options: object) -> None:
        """Publish, and say what was done."""
        del args
        media, keep = options["media"], options["keep"]
        assert isinstance(keep, int)
        try:
            if isinstance(media, Path):
                done = publish_media(media, storages[MEDIA])
            else:
                done = publish_static(
                    Path(settings.STATIC_ROOT),
                    storages[STATIC],
                    storages[RELEASES],
                    release=settings.RELEASE,
                    at=datetime.now(UTC),
                    keep=keep,
                )
        except InvalidStorageError:
            self.stderr.write("no bucket is named: set STATIC_BUCKET (or MEDIA_BUCKET, for --media)")
            sys.exit(1)
        except ValueError as error:
            self.stderr.write(str(error))
            sys.exit(1)
        self.stdout.write(f"{done.sent} sent, {done.there} there already, {done.removed} taken away")
