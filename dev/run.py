"""`make run`: brings the whole shop up on this machine, says what runs where, and takes it down on Ctrl-C.

Exit status: 0 after Ctrl-C, 1 with one clear line when something is missing, taken or has died.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dev.catalogue import glance
from dev.catalogue.report import NotACatalogueError
from dev.ports import (
    ConfigurationError,
    Ports,
    kafka_wanted,
    wanted_shop_name,
    warehouse_wanted,
    web_tuning,
)
from dev.provision import DEMO_ACCOUNTS
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS, REPOSITORY
from dev.stack.environment import DEMO_NAME, web_origin
from dev.stack.errors import MissingPart, StackError
from dev.stack.state import check_state_name, state_name
from dev.stack.tiers import TIERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

MOST_WORKERS = 64


class Progress:
    """Lines for the person at the terminal, each with the seconds since the start."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._started = time.monotonic()

    def step(self, text: str) -> None:
        """One thing has been done."""
        if not self._quiet:
            print(f"{time.monotonic() - self._started:6.1f} s  {text}", flush=True)

    def say(self, text: str, *, always: bool = False) -> None:
        """A line without a time; `always` shows it under --quiet too."""
        if always or not self._quiet:
            print(text, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or until something dies; returns the exit status."""
    options = _parse(arguments)
    progress = Progress(quiet=options.quiet)
    _interrupt_once()
    try:
        _run(options, progress)
    except KeyboardInterrupt:
        # Everything has been stopped on the way out of the `with` block.
        print("\nStopped; nothing is left running.", flush=True)
        return 0
    except (StackError, ConfigurationError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


def _run(options: argparse.Namespace, progress: Progress) -> None:
    ports = Ports.from_environment()
    emulators = (*EMULATORS, "kafka") if kafka_wanted() else EMULATORS
    catalog = _catalog(options.catalog)
    name = check_state_name(options.state or state_name(catalog))
    # Read before anything starts: a file that is no catalogue leaves no state behind.
    own_name = DEMO_NAME if catalog is None else _look(catalog)
    stack = DevStack(
        REPOSITORY / "var" / name,
        ports=ports,
        services=(*emulators, *TIERS),
        extra={"web": web_tuning()},
        web_workers=options.web_workers,
        backend_workers=options.backend_workers,
        shop_name=wanted_shop_name() or own_name,
    )
    stack.open()
    try:
        _come_up(stack, catalog, progress)
        progress.say(_table(stack))
        if options.quiet:
            progress.say(f"{web_origin(ports)}/", always=True)
        stack.watch()
    finally:
        stack.__exit__(None, None, None)


def _come_up(stack: DevStack, catalog: Path | None, progress: Progress) -> None:
    progress.step(f"starting the stack, state in {_short(stack.state_dir)}")
    stack.start_emulators()
    progress.step(f"emulators answer: {', '.join(service.name for service in stack.running())}")
    stack.provision()
    progress.step("data stack deployed, demo accounts there")

    def follow(line: str) -> None:
        # What the importer says about somebody's own file is for that person to read, --quiet or not.
        if catalog is not None:
            progress.say(line, always=True)
        elif line.startswith("pictures:"):
            if line.endswith("to draw"):
                progress.step("drawing the demo shop's pictures: a minute or two, this once")
            progress.step(line)

    stack.seed(catalog, follow)
    progress.step("catalogue imported" if catalog else "demo catalogue in place")
    stack.start(*TIERS)
    if warehouse_wanted():
        stack.start("warehouse")
    stack.start("guardrail")
    stack.warm()
    progress.step("backend and web answer")


def _table(stack: DevStack) -> str:
    services = sorted(
        stack.running(), key=lambda service: TIERS[::-1].index(service.name) if service.name in TIERS else 9
    )
    wide = max(len(service.address) for service in services)
    rows = [f"    {service.name:<10} {service.address:<{wide}}  {service.about}" for service in services]
    people = [f"    {account.email:<26} {account.password:<20} {account.group}" for account in DEMO_ACCOUNTS]
    return "\n".join(
        [
            "",
            f"  The shop is open:  {web_origin(stack.ports)}/",
            "",
            "  What runs where",
            *rows,
            "",
            "  Demo accounts: e-mail, password, group",
            *people,
            "",
            f"  Mail  is not sent: `{_python(stack.ports)} -m dev.mails` prints it, codes included",
            f"  Logs  {_short(stack.state_dir)}/logs/",
            "  Stop  Ctrl-C",
            "",
        ]
    )


def _python(ports: Ports) -> str:
    """How Python is called for what looks into the emulator: with its port, where that is not the usual."""
    moved = "" if ports.ministack == Ports().ministack else f"MINISTACK_PORT={ports.ministack} "
    return f"{moved}.venv/bin/python"


def _catalog(text: str | None) -> Path | None:
    """The catalogue file as an absolute path.

    Raises:
        MissingPart: there is no such file.
    """
    if not text:
        return None
    path = Path(text).expanduser()
    if not path.is_file():
        raise MissingPart(
            f"CATALOG={text}: {'that is a folder' if path.is_dir() else 'there is no such file'}"
        )
    return path.resolve()


def _look(catalog: Path) -> str:
    """The name of the shop that a product CSV describes.

    Raises:
        StackError: it cannot be imported; the message is the importer's one line.
    """
    try:
        return glance.shop_name(catalog)
    except NotACatalogueError as refused:
        raise StackError(" ".join(str(refused).split())) from refused


def _short(path: Path) -> str:
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_WORKERS}")
    return int(text)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m dev.run", description="Run the whole shop on this machine."
    )
    parser.add_argument(
        "--catalog", metavar="FILE", help="serve this product CSV (Shopify export format) instead of the demo"
    )
    parser.add_argument(
        "--state", metavar="NAME", help="folder under var/ to keep state in (default: by catalogue)"
    )
    parser.add_argument("--quiet", action="store_true", help="print the shop's address and errors only")
    parser.add_argument(
        "--web-workers", type=_workers, default=2, metavar="N", help="gunicorn processes (default 2)"
    )
    parser.add_argument(
        "--backend-workers", type=_workers, default=1, metavar="N", help="uvicorn processes (default 1)"
    )
    return parser.parse_args(arguments)


def _interrupt_once() -> None:
    """The first Ctrl-C, hang-up or SIGTERM interrupts; further ones must not interrupt the stopping."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


if __name__ == "__main__":
    sys.exit(main())
