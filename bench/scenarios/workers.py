"""How many workers of how many threads, and gthread or gevent: figures to choose by.

Each shape has a bare WSGI page under the same shape beside it. "slow" are searches that nobody has made
before, with a backend that takes 200 ms: what is limited there is how many can wait at once. More workers are
for more cores, so these servers use all of them, beside the load.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench import cores, environments, kinds
from bench.addresses import searches
from bench.lab import Lab, Server
from bench.rounds import Budget, Group, Subject, missing
from bench.stand import Stand
from bench.tasks import scratch
from dev.stack.errors import StackError

GEVENT = "gevent==26.9.0"
AT_ONCE = 200  # greenlets of a worker
SLOW_MS = 200
SEARCHES = 2_000  # more than are made in one load
SLOW_CONNECTIONS, SLOW_SECONDS = 32, 8.0


@dataclass(frozen=True, slots=True)
class Shape:
    """gunicorn's processes and threads; of greenlets with gevent."""

    workers: int
    threads: int
    gevent: bool = False

    @property
    def name(self) -> str:
        return f"{self.workers} gevent" if self.gevent else f"{self.workers}x{self.threads} gthread"

    def options(self) -> tuple[str, ...]:
        return ("--worker-class", "gevent", "--worker-connections", str(AT_ONCE)) if self.gevent else ()


SHAPES = (
    *(Shape(workers, 16) for workers in (1, 2, 4)),
    *(Shape(2, threads) for threads in (2, 4, 8)),
    Shape(2, 16, gevent=True),
)


def run(stand: Stand, budget: Budget) -> dict[str, Any]:
    """Rows "PAGE, SHAPE"."""
    rows: dict[str, Any] = {}
    groups = []
    fresh = unasked()
    for shape in SHAPES:
        try:
            settings = _gevent(stand.lab) if shape.gevent else {}
        except StackError as error:
            rows[f"list, {shape.name}"] = missing(str(error))
            continue
        groups.append(_group(stand, shape, settings, rows, fresh))
    rows |= stand.meter.measure(groups, budget)
    return {"gevent": GEVENT, "rows": rows}


def _group(
    stand: Stand, shape: Shape, settings: dict[str, str], rows: dict[str, Any], fresh: Callable[[Server], Any]
) -> Group:
    lab, label = stand.lab, shape.name.replace(" ", "-")
    size: dict[str, Any] = {"workers": shape.workers, "threads": shape.threads, "options": shape.options()}
    reference = lab.reference(f"reference-{label}", settings=settings, **size)
    proxy = lab.proxy("proxy-slow", lab.backend)
    proxy.set(delay_ms=SLOW_MS)
    slow = lab.shop(f"slow-{label}", {**settings, **lab.through(proxy), **kinds.DATA.settings}, **size)
    subjects = {
        f"slow, {shape.name}": Subject(
            slow, connections=SLOW_CONNECTIONS, fresh=lambda: fresh(slow), seconds=SLOW_SECONDS
        ),
    }
    for kind in (kinds.MEMORY, kinds.DATA):
        server = lab.shop(f"{kind.name}-{label}", {**settings, **kind.settings}, **size)
        url = server.origin + stand.pages.list
        reason = kinds.lacking(lab, kind, server, url)
        if reason:
            rows[f"{kind.name}, {shape.name}"] = missing(reason)
        else:
            subjects[f"{kind.name}, {shape.name}"] = Subject(server, (url,))
    for server in (reference, *(subject.server for subject in subjects.values())):
        cores.keep(server.pid, cores.ALL)
    return Group(stand.reference(reference), subjects, f"reference, {shape.name}")


def unasked() -> Callable[[Server], tuple[str, ...]]:
    """A source of searches that were never made before."""
    turns = itertools.count()

    def these(server: Server) -> tuple[str, ...]:
        first = next(turns) * SEARCHES
        return tuple(server.origin + path for path in searches(first, SEARCHES))

    return these


def _gevent(lab: Lab) -> dict[str, str]:
    """gevent beside the project's packages, in a folder of its own: it is no requirement of the project."""
    folder = scratch() / GEVENT
    if not folder.is_dir():
        environments.uv(
            ("pip", "install", "--quiet", "--python", lab.python, "--target", str(folder), GEVENT)
        )
    return {"PYTHONPATH": str(folder)}
