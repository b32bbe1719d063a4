"""Pages of each kind from each layer: memory, Redis, cached cards, cached answers, beside the reference.

And beside what is left of a stack when there is no shop on it (`bench.limits`), to see how near one can come.
"""

from typing import Any

from bench import kinds, limits
from bench.rounds import Budget, Group, Subject, missing
from bench.stand import Stand


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Rows by "page kind"; what the shop lacks has a reason in its place."""
    servers = {kind: kinds.running(stand.lab, kind) for kind in kinds.KINDS}
    rows: dict[str, Any] = {}
    groups = []
    for page, path in stand.pages.kinds().items():
        subjects = {}
        for kind, server in servers.items():
            url = server.origin + path
            reason = kinds.lacking(stand.lab, kind, server, url)
            if reason:
                rows[f"{page} {kind.name}"] = missing(reason)
            else:
                subjects[f"{page} {kind.name}"] = Subject(server, (url,))
        groups.append(Group(stand.reference(), subjects))
    if not stand.quick:
        groups.append(Group(stand.reference(), _limits(stand)))
    rows |= stand.meter.measure(groups, budget)
    _still_so(stand, servers, rows)
    return {"connections": 16, "rows": rows}


def _limits(stand: Stand) -> dict[str, Subject]:
    limits.fill(stand.lab.redis)
    servers = {f"limit: {name}": stand.lab.limit(app) for name, app in limits.APPS.items()}
    return {name: Subject(server, (f"{server.origin}/",)) for name, server in servers.items()}


def _still_so(stand: Stand, servers: dict[kinds.Kind, Any], rows: dict[str, Any]) -> None:
    """A figure counts only when the page came from the same layer after the load as before."""
    for page, path in stand.pages.kinds().items():
        for kind, server in servers.items():
            name = f"{page} {kind.name}"
            if "missing" in rows.get(name, {"missing": ""}):
                continue
            reason = kinds.lacking(stand.lab, kind, server, server.origin + path)
            if reason:
                rows[name] = missing(f"after the load, {reason}")
