"""`python -m bench.signin_flood`: what browsing costs while somebody floods the sign-in form.

Rounds of two phases, in one run: pages are asked for at a steady rate, first alone, then beside a flood of
sign-ins with wrong passwords. The bar is the p95 of browsing under the flood, by that of the phases without.

The flood comes in two kinds. `one` is a single address, which the limits soon refuse. `many` gives every
sign-in an address and an account of its own, so that no limit by address or account applies and the shop is
left with its turns (storefront.web.limits). The shop has to believe one proxy for that (PROXY_HOPS=1); the
one that this starts does.
"""

import argparse
import json
import multiprocessing
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Answer, Request, address, on_loopback, percentile, statuses, steady
from bench.shops import SIGN_IN, browsing, shop_for
from dev.stack.errors import StackError

BAR = 2.0
MOST_SECONDS, MOST_RATE = 30, 100
WARM_SECONDS = 4.0
KINDS = ("one", "many")
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
REFUSED = frozenset({429, 503})
WRONG = 422


@dataclass(frozen=True, slots=True)
class Phase:
    browsing: list[Answer]
    flood: list[Answer]


def main() -> int:
    options = parse()
    try:
        with shop_for(options.origin, {"PROXY_HOPS": "1"}) as shop:
            pages = browsing(shop.origin)
            browse(shop.origin, pages, options.browse_rate, WARM_SECONDS)
            found = {kind: measure(shop.origin, pages, kind, options) for kind in options.kinds}
    except (OSError, StackError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return report(found, options)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.signin_flood", description=__doc__)
    parser.add_argument("--origin", type=on_loopback, help="a shop that runs already, on loopback")
    parser.add_argument("--rounds", type=int, default=4, choices=range(1, 11))
    parser.add_argument("--seconds", type=int, default=8, help=f"of each phase, {MOST_SECONDS} at most")
    parser.add_argument("--rate", type=int, default=50, help=f"sign-ins a second, {MOST_RATE} at most")
    parser.add_argument("--browse-rate", type=float, default=40.0, help="pages a second")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    options = parser.parse_args()
    options.seconds = min(options.seconds, MOST_SECONDS)
    options.rate = min(options.rate, MOST_RATE)
    return options


def measure(
    origin: str, pages: list[str], kind: str, options: argparse.Namespace
) -> tuple[list[Phase], list[Phase]]:
    healthy, flooded = [], []
    for number in range(options.rounds):
        healthy.append(Phase(browse(origin, pages, options.browse_rate, options.seconds), []))
        flooded.append(under_flood(origin, pages, kind, number, options))
    return healthy, flooded


def browse(origin: str, pages: list[str], rate: float, seconds: float) -> list[Answer]:
    return steady(
        origin,
        lambda number: Request("GET", pages[number % len(pages)], {"Accept-Encoding": "br"}),
        rate=rate,
        seconds=seconds,
        visitors=16,
    )


def under_flood(origin: str, pages: list[str], kind: str, number: int, options: argparse.Namespace) -> Phase:
    """The flood comes from a process of its own, so that making it does not slow the measuring."""
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    # A second more at either end: every page that is measured is asked for while the flood runs.
    job = (origin, kind, number * 1_000_000, options.rate, options.seconds + 2, results)
    process = context.Process(target=flood, args=job, daemon=True)
    process.start()
    results.get()
    time.sleep(1)
    browsed = browse(origin, pages, options.browse_rate, options.seconds)
    sent = results.get()
    process.join(30)
    return Phase(browsed, [Answer(status, seconds) for status, seconds in sent])


def flood(
    origin: str, kind: str, first: int, rate: int, seconds: int, results: "multiprocessing.SimpleQueue"
) -> None:
    results.put("ready")
    make = sign_in(kind, first)
    answers = steady(origin, make, rate=rate, seconds=seconds, visitors=64)
    results.put([(answer.status, answer.seconds) for answer in answers])


def sign_in(kind: str, first: int) -> Callable[[int], Request]:
    """Sign-ins with wrong passwords for accounts that don't exist: they cost what known ones cost."""

    def make(number: int) -> Request:
        who = first + number if kind == "many" else 0
        body = urlencode(
            {"email": f"flood-{first + number}@shopper.example", "password": "wrong-but-long-enough"}
        )
        headers = {**FORM_HEADERS, "X-Forwarded-For": address(who)}
        return Request("POST", SIGN_IN, headers, body.encode())

    return make


def report(found: dict[str, tuple[list[Phase], list[Phase]]], options: argparse.Namespace) -> int:
    floods = {kind: figures(healthy, flooded, options) for kind, (healthy, flooded) in found.items()}
    result = {
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "sign_ins_per_second": options.rate,
        "pages_per_second": options.browse_rate,
        "bar": BAR,
        "floods": floods,
    }
    target = (
        Path(__file__).parent / "results" / f"signin-flood-{time.strftime('%Y-%m-%d', time.gmtime())}.json"
    )
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for kind, one in floods.items():
        print(f"flood from {kind}: browsing p95 {one['healthy_p95_ms']} ms alone,", end=" ")
        print(f"{one['flooded_p95_ms']} ms under it: {one['ratio_p95']} (bar {BAR})")
        print(f"  pages {one['pages']}, sign-ins {one['sign_ins']},", end=" ")
        print(
            f"refused in {one['refused_p95_ms']} ms (p95), {one['looked_at_per_second']} a second looked at"
        )
    print(f"written to bench/results/{target.name}")
    return 0 if all(passed(one) for one in floods.values()) else 1


def figures(healthy: list[Phase], flooded: list[Phase], options: argparse.Namespace) -> dict[str, object]:
    alone = [answer for phase in healthy for answer in phase.browsing]
    beside = [answer for phase in flooded for answer in phase.browsing]
    sent = [answer for phase in flooded for answer in phase.flood]
    refused = [answer.seconds for answer in sent if answer.status in REFUSED]
    looked_at = [answer for answer in sent if answer.status not in REFUSED]
    before, under = (percentile([one.seconds for one in some], 0.95) for some in (alone, beside))
    return {
        "healthy_p50_ms": milliseconds(percentile([one.seconds for one in alone], 0.5)),
        "healthy_p95_ms": milliseconds(before),
        "flooded_p50_ms": milliseconds(percentile([one.seconds for one in beside], 0.5)),
        "flooded_p95_ms": milliseconds(under),
        "ratio_p95": round(under / before, 2),
        "pages": statuses([*alone, *beside]),
        "sign_ins": statuses(sent),
        "refused_p95_ms": milliseconds(percentile(refused, 0.95)) if refused else None,
        "looked_at_per_second": round(len(looked_at) / max(len(sent), 1) * options.rate, 1),
    }


def milliseconds(seconds: float) -> float:
    return round(seconds * 1_000, 1)


def passed(one: dict[str, object]) -> bool:
    """Every page came, and the flood was one: sign-ins looked at or told to wait, and nothing else."""
    pages, sent = one["pages"], one["sign_ins"]
    assert isinstance(pages, dict)
    assert isinstance(sent, dict)
    flooded = str(WRONG) in sent and set(sent) <= {str(WRONG), *map(str, REFUSED)}
    return float(str(one["ratio_p95"])) <= BAR and set(pages) == {"200"} and flooded


if __name__ == "__main__":
    sys.exit(main())
