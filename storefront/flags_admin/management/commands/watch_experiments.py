"""`manage.py watch_experiments`: the guardrail. Looks at every running experiment once a minute.

It ends with SIGTERM or SIGINT. With `--once` it looks once, for a scheduler: exit status 1 then means that
something could not be read. Several may run beside each other: what is off is not switched off again.
"""

import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType

from django.core.management.base import BaseCommand

from storefront.experiments.guarding import Guardrail, Looked
from storefront.experiments.results import Unwatched
from storefront.web.reporting import reporting
from storefront.web.shop import current_shop

EVERY_SECONDS = 60.0
_UNWATCHED = {
    Unwatched.DEALT_DIFFERENTLY: "rules deal it differently",
    Unwatched.UNFAIR: "shares of shoppers are not as dealt",
    Unwatched.NO_CONTROL: "the control is dealt to nobody",
}


class Command(BaseCommand):
    """Switches experiments off that do harm."""

    help = "Switches an experiment off when a variant has fewer orders than the control, or more errors."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own way to say: none

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How often, and where the pulse goes."""
        parser.add_argument("--once", action="store_true", help="look once and end")
        parser.add_argument(
            "--every", type=float, default=EVERY_SECONDS, metavar="SECONDS", help="between two looks (60)"
        )
        parser.add_argument(
            "--heartbeat", type=Path, metavar="FILE", help="touch this file after each look that went well"
        )

    def handle(self, *args: object, **options: object) -> None:
        """Look until a signal comes."""
        del args
        every, file = options["every"], options["heartbeat"]
        assert isinstance(every, float)
        assert file is None or isinstance(file, Path)
        if options["once"]:
            if not self._look():
                sys.exit(1)
            return
        stop = threading.Event()
        _stop_on_signals(stop)
        reports = reporting("guardrail").start()
        while not stop.is_set():
            if self._look() and file is not None:
                file.touch()
            stop.wait(every)
        reports.close()

    def _look(self) -> bool:
        """One look at what stands now, told line by line; whether all of it could be read."""
        shop = current_shop()
        if not shop.flags.poll():
            self.stderr.write("the table of flags does not answer")
            return False
        guardrail = Guardrail(
            lambda: shop.flags.snapshot, shop.experiments.store, shop.flag_changes, shop.telemetry
        )
        looked = guardrail.look()
        for one in looked:
            self._tell(one)
        return not any(one.failed for one in looked)

    def _tell(self, one: Looked) -> None:
        if one.failed:
            self.stderr.write(f"{one.experiment}: could not be read ({one.failed})")
        elif one.reason:
            self.stdout.write(f"{one.experiment}: switched off. {one.reason}")
        elif one.unwatched:
            words = _UNWATCHED[one.unwatched]
            self.stdout.write(f"{one.experiment}: {one.people} shoppers, no guardrail watches: {words}")
        else:
            self.stdout.write(f"{one.experiment}: {one.people} shoppers, no guardrail broken")


def _stop_on_signals(stop: threading.Event) -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
