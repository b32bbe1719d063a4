"""The same pages in shops of 300, 3,000 and 20,000 products, one beside the other in the same rounds.

"one" asks for a single cached page, "spread" for many products in turn, so that a larger shop's pages have to
lie somewhere; "data" lists are rendered each time. A shop rests while the others are measured, longer than
its pages are fresh, so it is asked for them right before its turn: renewing hundreds at once is not what a
shop under load does. Filling a shop takes its time once: its tables are kept.
"""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from bench import kinds
from bench.addresses import Pages, pages
from bench.lab import Lab
from bench.rounds import Budget, Group, Subject, missing, warmed
from bench.shops import fetch
from bench.stand import Stand
from dev.stack.errors import StackError

SIZES = (300, 3_000, 20_000)
SPREAD = 200
WARM_SECONDS, AGAIN_SECONDS = 4.0, 1.0
LEAST_SECONDS = 60  # of the budget have to be left for measuring


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Rows "WHAT, N products"; a size that could not be filled in time is missing."""
    rows: dict[str, Any] = {}
    by_page: dict[str, dict[str, Subject]] = {}
    with ExitStack() as exits:
        for size in SIZES:
            if budget.left() < LEAST_SECONDS:
                rows[f"list one, {size} products"] = missing("no time was left to fill the shop")
                continue
            try:
                lab = stand.lab if size == stand.products else exits.enter_context(Lab(size, stand.options))
                subjects = _subjects(stand, lab, rows, size)
            except (StackError, OSError, ValueError) as error:
                rows[f"list one, {size} products"] = missing(str(error))
                continue
            for name, subject in subjects.items():
                by_page.setdefault(name, {})[f"{name}, {size} products"] = subject
        groups = [Group(stand.reference(), subjects) for subjects in by_page.values()]
        rows |= stand.meter.measure(groups, budget)
    return {"sizes": list(SIZES), "rows": rows}


def _subjects(stand: Stand, lab: Lab, rows: dict[str, Any], size: int) -> dict[str, Subject]:
    data = kinds.running(lab, kinds.DATA)
    found = pages(data.origin, products=SPREAD)
    subjects = {"list data": Subject(data, (data.origin + found.list,))}
    cached = kinds.running(lab, kinds.MEMORY)
    reason = kinds.lacking(lab, kinds.MEMORY, cached, cached.origin + found.list)
    if reason:
        rows[f"list one, {size} products"] = missing(reason)
        return subjects
    for name, urls in _cached(cached.origin, found).items():
        plain = Subject(cached, urls)
        subjects[name] = replace(plain, before=partial(warmed, stand.meter, plain, AGAIN_SECONDS))
    for url in subjects["spread"].urls:  # rendered once; then every worker takes them from the shared cache
        fetch(url)
    warmed(stand.meter, subjects["spread"], WARM_SECONDS)
    return subjects


def _cached(origin: str, found: Pages) -> dict[str, tuple[str, ...]]:
    return {
        "list one": (origin + found.list,),
        "product one": (origin + found.product,),
        "search one": (origin + found.search,),
        "spread": tuple(origin + path for path in found.products),
    }
