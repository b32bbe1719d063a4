"""`python -m bench`: the shop's pages from each layer beside a bare WSGI page and a peer, in one run.

Everything runs on loopback, in servers that this starts and ends. What is compared is measured in turns of a
second, and reported as medians of the ratio to the bare page of the turns before and after (xREF).
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn

from bench.report import Report
from bench.rounds import Budget
from bench.scenarios import SCENARIOS, Scenario
from bench.stand import Stand
from dev.stack.errors import StackError

OVERTIME = 1.5  # of its time, and a scenario is cut off
START_SECONDS = 120  # for what a scenario starts first


class Overrun(Exception):  # noqa: N818 - names the event
    """A scenario took far longer than it may."""


def main() -> int:
    options = parse()
    signal.signal(signal.SIGTERM, _end)
    scenarios = [each for each in SCENARIOS if wanted(each, options)]
    report = Report(options)
    with ExitStack() as exits:
        stand = Stand(options.quick, options.rounds, options.seconds, exits, options.products, tried(options))
        report.generator = stand.generator.name
        try:
            print(f"starting a shop of {options.products} products", flush=True)
            stand.prepare()
        except (StackError, OSError, ValueError) as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        for scenario in scenarios:
            print(f"{scenario.name}: {scenario.about}", flush=True)
            report.add(scenario.name, outcome(scenario, stand, options.quick))
    return report.finish()


def parse() -> argparse.Namespace:
    names = [each.name for each in SCENARIOS]
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        epilog="scenarios: " + "; ".join(f"{each.name}: {each.about}" for each in SCENARIOS),
    )
    parser.add_argument("--quick", action="store_true", help="a few short loads, three minutes at most")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--rounds", type=int, choices=range(1, 21), metavar="N", help="default 5, quick 1")
    parser.add_argument("--seconds", type=float, help="of load on each in a round, default 4, quick 1")
    parser.add_argument("--products", type=int, default=300, help="in the shop, default 300")
    parser.add_argument(
        "--max-requests", type=int, metavar="N", help="gunicorn's, in the place of the shop's own"
    )
    parser.add_argument("--out", help="the file of results")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.seconds = min(max(options.seconds or (1 if options.quick else 4), 1), 60)
    return options


def tried(options: argparse.Namespace) -> tuple[str, ...]:
    """gunicorn's options that differ from the shop's configuration."""
    return () if options.max_requests is None else ("--max-requests", str(options.max_requests))


def wanted(scenario: Scenario, options: argparse.Namespace) -> bool:
    if options.only:
        return scenario.name in options.only
    return not options.quick or scenario.quick > 0


def outcome(scenario: Scenario, stand: Stand, quick: bool) -> dict[str, Any]:  # noqa: FBT001
    """What the scenario found, or why it found nothing; the other scenarios go on."""
    seconds = (scenario.quick or scenario.seconds) if quick else scenario.seconds
    try:
        with at_most(seconds * OVERTIME + START_SECONDS):
            return scenario.run(stand, Budget(seconds))
    except (Overrun, StackError, OSError, ValueError) as error:
        print(f"  not measured: {error}", flush=True)
        return {"missing": str(error)}


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise Overrun in the block when it takes longer."""

    def over(_number: int, _frame: FrameType | None) -> NoReturn:
        raise Overrun(f"not done within {seconds:.0f} s")

    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM ends everything in order, as Ctrl-C does."""
    raise SystemExit(143)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted; all servers have been ended", file=sys.stderr)
        sys.exit(130)
