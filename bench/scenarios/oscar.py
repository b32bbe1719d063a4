"""Our list and product pages beside django-oscar's: as many products and cards, in the same rounds."""

from typing import Any

from bench import kinds
from bench.gauges import memory_bytes
from bench.peers import PINNED, oscar
from bench.rounds import Budget, Group, Subject, missing, warmed
from bench.stand import Stand

# Its pages are work for the processor: more at once only wait. What is too slow to be counted is given time.
AT_ONCE, SECONDS, WARM_SECONDS = 4, 8.0, 4.0
OURS = (kinds.MEMORY, kinds.REDIS, kinds.CARDS, kinds.DATA)


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Rows "oscar PAGE" and "PAGE KIND"."""
    peer = oscar(stand.lab)
    theirs = {"oscar list": peer.list, "oscar category": peer.category, "oscar product": peer.product}
    rows: dict[str, Any] = {}
    subjects = {
        name: Subject(peer.server, (peer.server.origin + path,), AT_ONCE, seconds=SECONDS)
        for name, path in theirs.items()
    }
    for subject in subjects.values():
        warmed(stand.meter, subject, WARM_SECONDS)
    for kind in OURS:
        server = kinds.running(stand.lab, kind)
        for page in ("list", "product"):
            url = server.origin + stand.pages.kinds()[page]
            reason = kinds.lacking(stand.lab, kind, server, url)
            if reason:
                rows[f"{page} {kind.name}"] = missing(reason)
            else:
                subjects[f"{page} {kind.name}"] = Subject(server, (url,))
    rows |= stand.meter.measure([Group(stand.reference(), subjects)], budget)
    memory = memory_bytes(peer.server.pid)
    return {
        "versions": ", ".join(PINNED),
        "products": stand.products,
        "oscar_memory_bytes": memory,
        "rows": rows,
    }
