"""Interleaved measuring: in each round every subject once, in slices that take turns with the reference.

Machines are shared and drift by a factor within seconds, so a rate alone tells little. What is compared is
the ratio of a slice to the reference's slices right before and after it (xREF), as the median over all.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.closed import Generator, Run
from bench.gauges import Tree, tree
from bench.lab import Server

CONNECTIONS = 16
SLICE_SECONDS = 1.0


def nothing() -> None:
    """What most subjects need before they are measured."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Addresses of one server that are asked for in turn; `before` sets the scene, untimed.

    `fresh` gives addresses that were never asked for, in the place of `urls`. `seconds` is for slow servers:
    one slice of that length, so that it holds more than a few answers.
    """

    server: Server
    urls: tuple[str, ...] = ()
    connections: int = CONNECTIONS
    before: Callable[[], None] = nothing
    fresh: Callable[[], tuple[str, ...]] | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One slice of load on one subject, and the reference's rate beside it."""

    run: Run
    cpu_ms: float | None
    replaced: int
    beside: float = 0.0

    @property
    def xref(self) -> float:
        return self.run.rate / self.beside if self.beside else 0.0


@dataclass
class Budget:
    """How long a scenario may take, in seconds from its making on."""

    seconds: float
    began: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.began)


@dataclass(frozen=True, slots=True)
class Group:
    """Subjects that are measured one after the other, each in turns with the reference, the row `label`."""

    reference: Subject
    subjects: Mapping[str, Subject]
    label: str = "reference"


@dataclass(frozen=True, slots=True)
class Meter:
    """How long each subject is under load in a round, and how many rounds there are at most."""

    generator: Generator
    rounds: int
    seconds: float

    def measure(self, groups: Sequence[Group], budget: Budget) -> dict[str, dict[str, Any]]:
        """A row for each subject and the reference; fewer rounds when the budget ends, one at least."""
        samples: dict[str, list[Sample]] = {}
        longest = 0.0
        for number in range(self.rounds):
            if number and budget.left() < longest:
                break
            began = time.monotonic()
            for group in groups:
                self._round(group, samples)
            longest = max(longest, time.monotonic() - began)
        return {name: row(some) for name, some in samples.items()}

    def _round(self, group: Group, samples: dict[str, list[Sample]]) -> None:
        before = self._beside(group, samples)
        for name, subject in group.subjects.items():
            slices = 1 if subject.seconds else max(round(self.seconds / SLICE_SECONDS), 1)
            for _ in range(slices):
                sample = self.once(subject)
                after = self._beside(group, samples)
                samples.setdefault(name, []).append(replace(sample, beside=(before + after) / 2))
                before = after

    def _beside(self, group: Group, samples: dict[str, list[Sample]]) -> float:
        """The reference's rate now, which is noted as well."""
        sample = self.once(group.reference)
        samples.setdefault(group.label, []).append(replace(sample, beside=sample.run.rate))
        return sample.run.rate

    def once(self, subject: Subject) -> Sample:
        """One slice. CPU is that of the server's processes; `replaced` are workers that ended meanwhile."""
        subject.before()
        urls = subject.fresh() if subject.fresh else subject.urls
        seconds = subject.seconds or SLICE_SECONDS
        start = tree(subject.server.pid)
        run = self.generator.run(urls, connections=subject.connections, seconds=seconds)
        cpu, replaced = used(start, tree(subject.server.pid), run.requests)
        return Sample(run, cpu, replaced)


def warmed(meter: Meter, subject: Subject, seconds: float = 2.0) -> None:
    """Ask for all addresses of a subject for a while, so that every worker has seen them."""
    meter.generator.run(subject.urls, connections=subject.connections, seconds=seconds)


def used(start: Tree | None, end: Tree | None, requests: int) -> tuple[float | None, int]:
    """CPU milliseconds per request, and how many of the first processes are gone."""
    if start is None or end is None:
        return None, 0
    spent = max(end.cpu_seconds - start.cpu_seconds, 0.0)
    return (spent * 1_000 / requests if requests else None), len(start.pids - end.pids)


def row(samples: Sequence[Sample]) -> dict[str, Any]:
    """Medians over all slices, with the quarters of the ratios, to see how far they lie apart."""
    known = [sample.cpu_ms for sample in samples if sample.cpu_ms is not None]
    return {
        "requests_per_second": round(statistics.median(s.run.rate for s in samples), 1),
        "xref": round(statistics.median(s.xref for s in samples), 4),
        "cpu_ms": round(statistics.median(known), 3) if known else None,
        "p50_ms": round(statistics.median(s.run.p50_ms for s in samples), 2),
        "p99_ms": round(statistics.median(s.run.p99_ms for s in samples), 2),
        "bytes": round(statistics.median(s.run.bytes for s in samples)),
        "requests": sum(s.run.requests for s in samples),
        "refused": sum(s.run.refused for s in samples),
        "broken": sum(s.run.broken for s in samples),
        "workers_replaced": sum(s.replaced for s in samples),
        "slices": len(samples),
        "xref_quarters": _quarters([s.xref for s in samples]),
    }


def _quarters(ratios: Sequence[float]) -> list[float]:
    """Below the first lies a quarter of the ratios, above the second another."""
    ordered = sorted(ratios)
    last = len(ordered) - 1
    return [round(ordered[round(last * share)], 4) for share in (0.25, 0.75)]


def missing(reason: str) -> dict[str, Any]:
    """The row of what could not be measured."""
    return {"missing": reason}
