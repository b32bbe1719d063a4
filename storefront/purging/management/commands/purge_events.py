"""`manage.py purge_events`: the purger. Runs until SIGTERM or SIGINT, after which it ends within seconds.

Exit status 0 after a signal, 1 when no queue is configured.
"""

import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType

from django.core.management.base import BaseCommand

from storefront.purging.parts import build
from storefront.purging.telling import Telling
from storefront.web.reporting import reporting

_STOP_SECONDS = 5.0


class Command(BaseCommand):
    """Takes events from PURGE_QUEUE, and sweeps for lost ones beside that."""

    help = "Gives up cached copies as the backend's events tell that they are old."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the pulse goes, for a container's health check."""
        parser.add_argument(
            "--heartbeat",
            type=Path,
            metavar="FILE",
            help="touch this file every few seconds while all is well",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Work until a signal comes. Exits with 1 without a queue."""
        del args
        file = options["heartbeat"]
        assert file is None or isinstance(file, Path)
        purging = build(file)
        if purging.consumer is None:
            self.stderr.write("PURGE_QUEUE is not set: there is no queue to take events from")
            sys.exit(1)
        stop = threading.Event()
        _stop_on_signals(stop)
        reports = reporting("purger", lambda: purging.metrics).start()
        telling = Telling(purging.purger)
        telling.start(stop)
        purging.sweeping.start(stop)
        purging.consumer.run(stop)
        purging.sweeping.join(_STOP_SECONDS)
        telling.close(_STOP_SECONDS)
        reports.close()


def _stop_on_signals(stop: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
