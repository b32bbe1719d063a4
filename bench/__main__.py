"""`python -m bench`: the shop's pages and a bare WSGI page, interleaved, as medians and ratios.

Machines are shared and drift within minutes, so each round measures every page once, and what is reported is
the median over the rounds of the page's requests per second by the reference's in that round.
Load comes from wrk (Debian package `wrk`) on loopback, bounded in time.
"""

import argparse
import json
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.shops import browsing, fetch
from dev.ports import HOST, Ports
from dev.stack import probes
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS, REPOSITORY
from dev.stack.errors import StackError
from dev.stack.service import PortUse, Service

CONNECTIONS = 16


def main() -> int:
    options = parse()
    wrk = shutil.which("wrk")
    if wrk is None:
        print(
            "error: the load generator wrk is missing; install it (Debian: apt-get install wrk)",
            file=sys.stderr,
        )
        return 1
    ports = Ports.free()
    reference_port = Ports.free().web
    stack = DevStack(REPOSITORY / "var" / "bench", ports=ports, services=EMULATORS)
    try:
        with stack:
            stack.seed()
            stack.start("backend", "web")
            stack.start(services=(reference(reference_port),))
            shop = f"http://{HOST}:{ports.web}"
            pages = {"reference": f"http://{HOST}:{reference_port}/", **shop_pages(shop)}
            rounds = [one_round(wrk, pages, options.seconds) for _ in range(options.rounds)]
    except (StackError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    report(pages, rounds, options)
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of load per page and round")
    return parser.parse_args()


def reference(port: int) -> Service:
    return Service(
        name="reference",
        argv=(
            *(sys.executable, "-m", "gunicorn", "bench.reference:application", "--bind", f"{HOST}:{port}"),
            *("--workers", "2", "--threads", "16", "--worker-class", "gthread", "--keep-alive", "75"),
        ),
        cwd=REPOSITORY,
        env={},
        ready=probes.http_answer(port, "/"),
        ports=(PortUse(port, "-"),),
        about="bare WSGI page",
        address=f"http://{HOST}:{port}",
    )


def shop_pages(shop: str) -> dict[str, str]:
    """One page of each kind, found as a shopper would find it."""
    paths = dict(zip(("home", "list", "product", "search"), browsing(shop), strict=True))
    return {name: shop + path for name, path in paths.items()}


def one_round(wrk: str, pages: dict[str, str], seconds: int) -> dict[str, float]:
    return {name: load(wrk, url, seconds) for name, url in pages.items()}


def load(wrk: str, url: str, seconds: int) -> float:
    """Requests per second; refuses to count a run in which answers failed."""
    fetch(url)
    done = subprocess.run(
        [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", url], check=True, capture_output=True, text=True
    ).stdout
    if "Non-2xx" in done:
        raise StackError(f"{url} failed under load: {done}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done)
    if found is None:
        raise StackError(f"wrk printed no rate for {url}: {done}")
    return float(found.group(1))


def report(pages: dict[str, str], rounds: list[dict[str, float]], options: argparse.Namespace) -> None:
    result = {
        "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "connections": CONNECTIONS,
        "pages": {
            name: {
                "requests_per_second": round(statistics.median(r[name] for r in rounds), 1),
                "ratio_to_reference": round(statistics.median(r[name] / r["reference"] for r in rounds), 4),
            }
            for name in pages
        },
    }
    target = Path(__file__).parent / "results" / f"{time.strftime('%Y-%m-%d', time.gmtime())}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{'page':<12}{'req/s':>10}{'ratio':>10}")
    for name, figures in result["pages"].items():
        print(f"{name:<12}{figures['requests_per_second']:>10}{figures['ratio_to_reference']:>10}")
    print(f"written to {target.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    sys.exit(main())
