"""Pages from nothing: what a call to the backend costs the web tier, and how many of them wait in a row.

One shopper, one page after the other; every page is asked for twice: right after all answers were purged, and
once more while they are cached. The difference in processor time, by the calls that the proxy has counted, is
what a call costs. How many calls wait for one another shows in how much longer a page takes when each answer
takes 200 ms.
"""

import statistics
import time
from collections.abc import Sequence
from typing import Any

from bench import kinds
from bench.forgetting import forget
from bench.gauges import tree
from bench.lab import Proxy, Server
from bench.load import Request, Visitor, percentile
from bench.rounds import Budget
from bench.shops import REGION
from bench.stand import Stand

DELAYS = (0, 20, 200)
SLOW = DELAYS[-1]
MANY, FEW = 40, 10  # pages at 0 ms, where processor time is measured, and else, where only time is
HEADERS = {"Accept-Encoding": "gzip, deflate, br"}


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Figures by page and delay, and what follows from them."""
    proxy = stand.lab.proxy("proxy-delaying", stand.lab.backend)
    server = stand.lab.shop("shop-cold", stand.lab.through(proxy) | kinds.DATA.settings)
    found: dict[str, Any] = {}
    try:
        for page, paths in addresses(stand).items():
            for delay in DELAYS:
                few = paths[: MANY if delay == 0 else FEW]
                found[f"{page}, backend at {delay} ms"] = _measured(stand, server, proxy, few, delay, budget)
    finally:
        proxy.set(delay_ms=0)
    for page in ("list", "product"):
        slow, fast = (found[f"{page}, backend at {delay} ms"]["cold_p50_ms"] for delay in (SLOW, 0))
        found[f"{page}_calls_deep"] = round((slow - fast) / SLOW, 2)
    costs = [figures.get("cpu_ms_per_call") for figures in found.values() if isinstance(figures, dict)]
    known = [cost for cost in costs if cost is not None]
    found["cpu_ms_per_call"] = round(max(known), 3) if known else None
    found["calls_deep"] = max(found["list_calls_deep"], found["product_calls_deep"])
    return found


def addresses(stand: Stand) -> dict[str, list[str]]:
    """Products, and lists that differ in order and page, so that each is an answer of its own."""
    orders = ("newest", "price_asc", "price_desc", "title")
    lists = [f"{path}?sort={order}" for order in orders for path in stand.pages.lists]
    searches = [f"{REGION}/search/?q=print&sort={order}" for order in orders]
    return {"list": [*lists, *searches], "product": list(stand.pages.products)}


def _measured(
    stand: Stand, server: Server, proxy: Proxy, paths: Sequence[str], delay: int, budget: Budget
) -> dict[str, Any]:
    """Medians over the rounds; fewer of them when the budget ends, one at least."""
    visitor = Visitor(server.origin)
    walk(visitor, paths)  # code paths, templates and connections are ready then
    rounds = []
    for number in range(stand.rounds if delay == 0 else 1):
        if number and budget.left() < 0:
            break
        proxy.set(delay_ms=0)
        forget(stand.lab, server)
        proxy.set(delay_ms=delay)
        rounds.append(_round(visitor, server, proxy, paths))
    visitor.close()
    return {
        name: _middle(name, [each[name] for each in rounds])
        for name in rounds[0]
        if delay == 0 or not name.startswith("cpu")
    }


def _middle(name: str, values: Sequence[float | None]) -> float | None:
    """The median; of processor time the mean, because the system counts it in steps of a hundredth second."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return round(statistics.fmean(known) if name.startswith("cpu") else statistics.median(known), 3)


def _round(visitor: Visitor, server: Server, proxy: Proxy, paths: Sequence[str]) -> dict[str, Any]:
    proxy.counts(reset=True)
    start = tree(server.pid)
    cold = walk(visitor, paths)
    between, calls = tree(server.pid), sum(proxy.counts(reset=True).values())
    warm = walk(visitor, paths)
    end = tree(server.pid)
    figures: dict[str, Any] = {
        "cold_p50_ms": percentile(cold, 0.5) * 1_000,
        "cold_p95_ms": percentile(cold, 0.95) * 1_000,
        "warm_p50_ms": percentile(warm, 0.5) * 1_000,
        "calls_per_page": calls / len(paths),
        "cpu_ms_cold": None,
        "cpu_ms_warm": None,
        "cpu_ms_per_call": None,
    }
    if start is not None and between is not None and end is not None and calls:
        spent, again = between.cpu_seconds - start.cpu_seconds, end.cpu_seconds - between.cpu_seconds
        figures["cpu_ms_cold"] = spent * 1_000 / len(paths)
        figures["cpu_ms_warm"] = again * 1_000 / len(paths)
        figures["cpu_ms_per_call"] = (spent - again) * 1_000 / calls
    return figures


def walk(visitor: Visitor, paths: Sequence[str]) -> list[float]:
    """Seconds of each page, one after the other. ValueError for a page that does not come."""
    took = []
    for path in paths:
        answer = visitor.ask(Request("GET", path, HEADERS), time.perf_counter())
        if answer.status != 200:
            raise ValueError(f"{path} answered {answer.status}")
        took.append(answer.seconds)
    return took
