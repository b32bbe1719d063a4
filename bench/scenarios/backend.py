"""Pages while the backend answers at once, in 20 ms, in 200 ms, or not at all: no shopper should see which.

The web tier calls the backend through a proxy on loopback that delays. Cached pages are those of the shop as
it is; "data" pages are rendered each time out of answers that are cached and renewed in the background.
"""

from functools import partial
from typing import Any

from bench import kinds
from bench.lab import Proxy
from bench.rounds import Budget, Group, Subject, missing, warmed
from bench.stand import Stand

DELAYS = (0, 20, 200)


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Rows "PAGE cached|data, backend …"."""
    proxy = stand.lab.proxy("proxy-delaying", stand.lab.backend)
    through = stand.lab.through(proxy)
    cached = stand.lab.shop("shop-delayed", through)
    data = stand.lab.shop("shop-delayed-data", through | kinds.DATA.settings)
    rows: dict[str, Any] = {}
    groups = []
    for page in ("list", "product"):
        path = stand.pages.kinds()[page]
        reason = kinds.lacking(stand.lab, kinds.MEMORY, cached, cached.origin + path)
        if reason:
            rows[f"{page} cached, backend at 0 ms"] = missing(reason)
        else:
            groups.append(_group(stand, proxy, f"{page} cached", Subject(cached, (cached.origin + path,))))
    subject = Subject(data, (data.origin + stand.pages.list,))
    warmed(stand.meter, subject)
    groups.append(_group(stand, proxy, "list data", subject))
    try:
        rows |= stand.meter.measure(groups, budget)
    finally:
        proxy.set(delay_ms=0, mode="up")
    return {"rows": rows}


def _group(stand: Stand, proxy: Proxy, name: str, subject: Subject) -> Group:
    ways = {
        f"{name}, backend at {delay} ms": partial(proxy.set, delay_ms=delay, mode="up") for delay in DELAYS
    }
    ways[f"{name}, backend down"] = partial(proxy.set, delay_ms=0, mode="down")
    return Group(
        stand.reference(),
        {label: Subject(subject.server, subject.urls, before=way) for label, way in ways.items()},
    )
