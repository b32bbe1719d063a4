"""`python -m bench.flags`: what it costs to evaluate a flag, and whether anything leaves the process for it.

A flag of three rules is asked for by thousands of shoppers, one call after the other, each call timed by
itself (what reading the clock costs is counted in). The kinds differ in which rule decides and how; the bar
is on the slowest. In a second pass an audit hook of the interpreter counts every socket that is connected or
asked for a name; that counts only after the hook has seen a connection that was made to be seen.
"""

import argparse
import gc
import json
import platform
import socket
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bench.tasks import scratch
from storefront.core import SystemClock
from storefront.flags import (
    ATTRIBUTES,
    DECLARED,
    Context,
    Declaration,
    Kind,
    Snapshot,
    Type,
    compile_snapshot,
)
from storefront.flags.live import Live
from storefront.flags.memory import MemoryFlagTable
from storefront.flags.state import (
    WHOLE,
    Condition,
    Decided,
    FlagState,
    Prerequisite,
    Rule,
    Segment,
    Serve,
    Window,
)
from storefront.telemetry import Telemetry

BAR_US = 5.0
PEOPLE = 2_000
MANY_FLAGS = 200
KEY = "trial"
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind", "socket.gethostbyname")


@dataclass(frozen=True, slots=True)
class Kind3:
    """One flag of three rules, and shoppers for whom the kind's words are true."""

    about: str
    state: FlagState
    country: str


class Doors:
    """Counts what the interpreter tells of sockets while it is `open`."""

    def __init__(self) -> None:
        self.open = False
        self.passed: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self.open and event in NETWORK:
            self.passed.append(event)


def main() -> int:
    options = parse()
    doors = Doors()
    if not seen_by(doors):
        print("error: the interpreter tells nothing of sockets", file=sys.stderr)
        return 2
    found = {kind.about: timed(kind, options.rounds) for kind in kinds()}
    calls = calls_to_network(doors)
    return report(found, calls, options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.flags", description=__doc__)
    parser.add_argument("--rounds", type=int, choices=range(1, 101), metavar="N", default=20)
    parser.add_argument("--out", type=Path, help="the file of results")
    return parser.parse_args()


def kinds() -> tuple[Kind3, ...]:
    spring = Window(starts="2026-03-01T00:00", ends="2036-03-01T00:00", zone="Europe/Berlin")
    half = Serve(weights=(("control", WHOLE // 2), ("note", WHOLE // 2)), share=WHOLE // 2)
    base = (Prerequisite(flag="base", variants=("control",)),)
    return (
        Kind3("the first rule decides", state(half), "ie"),
        Kind3("the third rule decides, for everybody", state(everybody("note")), "de"),
        Kind3("the third rule splits a share", state(half), "de"),
        Kind3("no rule fits, all others are split", state(everybody("note"), otherwise=half), "us"),
        Kind3("a window, a prerequisite, and a split", state(half, window=spring, prerequisites=base), "de"),
    )


def state(third: Serve, **more: object) -> FlagState:
    first = (asks("country", "is", "ie"), asks("device", "is", "phone", "desktop"))
    second = (asks("country", "is", "de"), asks("segment", "is", "regulars"))
    last = (asks("country", "is", "de"), asks("visitor", "is", "returning"))
    rules = (
        Rule(name="first", conditions=first, serve=everybody("note")),
        Rule(name="second", conditions=second, serve=everybody("note")),
        Rule(name="third", conditions=last, serve=third),
    )
    return FlagState(key=KEY, version=3, salt="s3", rules=rules, **more)  # type: ignore[arg-type]


def everybody(variant: str) -> Serve:
    return Serve(weights=((variant, WHOLE),))


def asks(attribute: str, op: str, *values: str) -> Condition:
    return Condition(attribute=attribute, op=op, values=values)


def declared(key: str) -> Declaration:
    return Declaration(
        key=key,
        kind=Kind.EXPERIMENT,
        type=Type.STRING,
        variants={"control": "control", "note": "note"},
        default="control",
        off="control",
        owner="Bench",
        purpose="To be measured",
        expires=date(2036, 1, 1),
        pages=("*",),
        by_person=True,
    )


def snapshot(one: FlagState) -> Snapshot:
    staff = (asks("group", "is", "staff"), asks("signed_in", "is", "true"))
    segment = Segment(key="regulars", name="Regulars", alternatives=(staff, (asks("market", "is", "ch"),)))
    flags = {key: declared(key) for key in (KEY, "base")}
    return compile_snapshot(Decided(revision=1, flags=(one,), segments=(segment,)), flags, ATTRIBUTES)


def people(country: str) -> list[Context]:
    facts = {
        "market": "us" if country == "us" else "eu",
        "locale": "en",
        "country": country,
        "signed_in": True,
        "visitor": "returning",
        "device": "phone",
        "group": frozenset({"press"}),
    }
    return [Context(id=f"{number:032x}", facts=facts) for number in range(PEOPLE)]


def timed(kind: Kind3, rounds: int) -> dict[str, float]:
    """Microseconds of single calls: median, and the slowest of a hundred."""
    decided, shoppers = snapshot(kind.state), people(kind.country)
    spent: list[int] = []
    gc.collect()
    for turn in range(rounds + 1):
        taken = [one_call(decided, shopper) for shopper in shoppers]
        spent += taken if turn else []  # the first warms up
    spent.sort()
    return {
        "median_us": round(statistics.median(spent) / 1_000, 2),
        "p99_us": round(spent[len(spent) * 99 // 100] / 1_000, 2),
        "calls": len(spent),
    }


def one_call(decided: Snapshot, shopper: Context) -> int:
    started = time.perf_counter_ns()
    decided.evaluate(KEY, shopper)
    return time.perf_counter_ns() - started


def seen_by(doors: Doors) -> bool:
    """Make a connection on loopback; whether it was counted."""
    doors.open = True
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        doors.open = False
    seen = "socket.connect" in doors.passed
    doors.passed.clear()
    return seen


def calls_to_network(doors: Doors) -> dict[str, int]:
    """All the shop's flags for all shoppers, out of what a process keeps: sockets used, tables read."""
    table = MemoryFlagTable()
    live = Live(table, DECLARED, ATTRIBUTES, SystemClock(), Telemetry())
    live.poll()
    before = table.reads
    doors.open = True
    asked = sum(1 for shopper in people("de") for key in DECLARED if live.snapshot.evaluate(key, shopper))
    doors.open = False
    return {"evaluations": asked, "network_calls": len(doors.passed), "table_reads": table.reads - before}


def compiled_ms() -> float:
    """Milliseconds to make many flags ready, which happens once per change, away from requests."""
    flags = {f"trial-{number}": declared(f"trial-{number}") for number in range(MANY_FLAGS)}
    three = state(everybody("note"))
    decided = Decided(
        flags=tuple(
            FlagState(key=key, rules=three.rules[2:], otherwise=three.rules[0].serve) for key in flags
        )
    )
    started = time.perf_counter()
    compile_snapshot(decided, flags, ATTRIBUTES)
    return round((time.perf_counter() - started) * 1_000, 1)


def report(found: dict[str, dict[str, float]], calls: dict[str, int], options: argparse.Namespace) -> int:
    slowest = max(one["median_us"] for one in found.values())
    result = {
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "when": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "bar_us": BAR_US,
        "slowest_median_us": slowest,
        "kinds": found,
        "network": calls,
        f"compiling_{MANY_FLAGS}_flags_ms": compiled_ms(),
    }
    target = options.out or scratch() / "results" / f"flags-{str(result['when'])[:10]}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print_table(found)
    print(f"slowest median {slowest} µs (bar {BAR_US}); {calls['network_calls']} network calls", end=" ")
    print(f"and {calls['table_reads']} table reads in {calls['evaluations']} evaluations")
    print(f"written to {target.name}")
    return 0 if slowest <= BAR_US and not calls["network_calls"] and not calls["table_reads"] else 1


def print_table(found: dict[str, dict[str, float]]) -> None:
    print(f"{'a flag of three rules':<42}{'median µs':>12}{'p99 µs':>12}")
    for about, one in found.items():
        print(f"{about:<42}{one['median_us']:>12}{one['p99_us']:>12}")


if __name__ == "__main__":
    sys.exit(main())
