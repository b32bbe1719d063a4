"""From 1 to 200 shoppers at once, each asking for the next page as soon as the last has come."""

from typing import Any

from bench import kinds
from bench.rounds import Budget, Group, Subject, missing, warmed
from bench.stand import Stand

CROWDS = (1, 10, 50, 100, 200)
QUICK_CROWDS = (1, 50, 200)
LISTS, PRODUCTS = 4, 10


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Rows "cached|data, N shoppers", each beside the reference under as many."""
    pages = stand.pages
    paths = (*pages.kinds().values(), *pages.lists[:LISTS], *pages.products[:PRODUCTS])
    rows: dict[str, Any] = {}
    subjects: dict[str, Subject] = {}
    for label, kind in (("cached", kinds.MEMORY), ("data", kinds.DATA)):
        server = kinds.running(stand.lab, kind)
        reason = kinds.lacking(stand.lab, kind, server, server.origin + pages.list)
        if reason:
            rows[label] = missing(reason)
            continue
        subjects[label] = Subject(server, tuple(server.origin + path for path in paths))
        warmed(stand.meter, subjects[label])
    groups = []
    for crowd in QUICK_CROWDS if stand.quick else CROWDS:
        these = {
            f"{label}, {crowd} shoppers": Subject(subject.server, subject.urls, crowd)
            for label, subject in subjects.items()
        }
        groups.append(Group(stand.reference(connections=crowd), these, f"reference, {crowd} shoppers"))
    rows |= stand.meter.measure(groups, budget)
    return {"rows": rows}
