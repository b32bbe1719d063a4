"""Counters, gauges and histograms of one process, rendered as Prometheus text (exposition format 0.0.4).

A registry is made by the composition root and passed to whoever counts; there is no global one. Labels
are declared with the family, so that a misspelt one is an error and cardinality is decided in one place.
"""

import random
import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

Labels = tuple[str, ...]

# Seconds; chosen around the budgets of the upstreams (100 ms to 6 s).
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0)

# Of the durations noted since they were last taken, so many are kept; CloudWatch takes a hundred at a time.
MOST_SAMPLES = 100

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class _Family:
    """Shared by the kinds: a name, a help line, label names, and one lock."""

    kind = "untyped"

    def __init__(self, name: str, text: str, labels: Sequence[str]) -> None:
        self.name = name
        self.text = text
        self.labels = tuple(labels)
        self._lock = threading.Lock()

    def _checked(self, values: Labels) -> Labels:
        if len(values) != len(self.labels):
            raise ValueError(f"{self.name} takes the labels {self.labels}, got {values}")
        return values

    def _series(self, values: Labels, suffix: str = "", extra: str = "") -> str:
        pairs = [f'{n}="{v.translate(_ESCAPES)}"' for n, v in zip(self.labels, values, strict=True)]
        inside = ",".join([*pairs, extra] if extra else pairs)
        return f"{self.name}{suffix}{{{inside}}}" if inside else f"{self.name}{suffix}"

    def lines(self) -> list[str]:
        """The samples, without the HELP and TYPE lines."""
        raise NotImplementedError


class Counter(_Family):
    """A number that only grows while the process lives."""

    kind = "counter"

    def __init__(self, name: str, text: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, text, labels)
        self._values: dict[Labels, float] = {}

    def add(self, *labels: str, by: float = 1) -> None:
        """Count `by` more for these label values, in the declared order; ValueError for a wrong number."""
        key = self._checked(labels)
        with self._lock:
            self._values[key] = self._values.get(key, 0) + by

    def value(self, *labels: str) -> float:
        """The count so far."""
        with self._lock:
            return self._values.get(self._checked(labels), 0)

    def values(self) -> dict[Labels, float]:
        """The counts so far, by labels."""
        with self._lock:
            return dict(self._values)

    def lines(self) -> list[str]:
        """One sample per combination of labels seen."""
        with self._lock:
            values = sorted(self._values.items())
        return [f"{self._series(labels)} {value:g}" for labels, value in values]


class Gauge(_Family):
    """A number read at rendering time from functions, one per combination of labels."""

    kind = "gauge"

    def __init__(self, name: str, text: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, text, labels)
        self._readers: dict[Labels, Callable[[], float]] = {}

    def read(self, *labels: str, by: Callable[[], float]) -> None:
        """Let `by` be asked for the value each time the metrics are rendered."""
        key = self._checked(labels)
        with self._lock:
            self._readers[key] = by

    def lines(self) -> list[str]:
        """One sample per registered reader."""
        with self._lock:
            readers = sorted(self._readers.items(), key=lambda item: item[0])
        return [f"{self._series(labels)} {by():g}" for labels, by in readers]


class Histogram(_Family):
    """How long things took, in seconds, in fixed buckets; and a fair sample of the last of them, to be taken.

    The sample is a reservoir: each duration since it was last taken has the same chance to be in it.
    """

    kind = "histogram"

    def __init__(self, name: str, text: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, text, labels)
        self._rng = random.Random()  # noqa: S311 - picks samples, guards nothing
        self._samples: dict[Labels, list[float]] = {}
        self._seen: dict[Labels, int] = {}
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def observe(self, *labels: str, seconds: float) -> None:
        """Note one duration."""
        key = self._checked(labels)
        with self._lock:
            counts = self._counts.setdefault(key, [0] * (len(LATENCY_BUCKETS) + 1))
            self._sums[key] = self._sums.get(key, 0.0) + seconds
            counts[bisect_left(LATENCY_BUCKETS, seconds)] += 1
            self._sample(key, seconds)

    def take(self) -> dict[Labels, tuple[float, ...]]:
        """The sample since the last taking, by labels; from now on there is a new one."""
        with self._lock:
            taken = {key: tuple(values) for key, values in self._samples.items()}
            self._samples, self._seen = {}, {}
        return taken

    def _sample(self, key: Labels, seconds: float) -> None:
        """Keep a duration with a fair chance (Vitter's algorithm R); the lock is held."""
        samples, seen = self._samples.setdefault(key, []), self._seen.get(key, 0)
        self._seen[key] = seen + 1
        if seen < MOST_SAMPLES:
            samples.append(seconds)
        elif (at := self._rng.randrange(seen + 1)) < MOST_SAMPLES:
            samples[at] = seconds

    def count(self, *labels: str) -> int:
        """How many durations were noted."""
        with self._lock:
            return sum(self._counts.get(self._checked(labels), ()))

    def lines(self) -> list[str]:
        """Cumulative buckets, sum and count, as the format wants them."""
        with self._lock:
            snapshot = [(k, list(counts), self._sums[k]) for k, counts in sorted(self._counts.items())]
        lines: list[str] = []
        for labels, counts, total in snapshot:
            running = 0
            for top, count in zip((*LATENCY_BUCKETS, float("inf")), counts, strict=True):
                running += count
                le = 'le="+Inf"' if top == float("inf") else f'le="{top:g}"'
                lines.append(f"{self._series(labels, '_bucket', le)} {running}")
            lines.append(f"{self._series(labels, '_sum')} {total:g}")
            lines.append(f"{self._series(labels, '_count')} {running}")
        return lines


class Metrics:
    """The families of one process. Asking twice for the same name gives the same family."""

    def __init__(self) -> None:
        self._families: dict[str, _Family] = {}
        self._lock = threading.Lock()

    def counter(self, name: str, text: str, labels: Sequence[str] = ()) -> Counter:
        """A counter family; ValueError when the name is taken by another kind or other labels."""
        family = self._declare(Counter(name, text, labels))
        assert isinstance(family, Counter)
        return family

    def gauge(self, name: str, text: str, labels: Sequence[str] = ()) -> Gauge:
        """A gauge family; ValueError when the name is taken by another kind or other labels."""
        family = self._declare(Gauge(name, text, labels))
        assert isinstance(family, Gauge)
        return family

    def histogram(self, name: str, text: str, labels: Sequence[str] = ()) -> Histogram:
        """A histogram family; ValueError when the name is taken by another kind or other labels."""
        family = self._declare(Histogram(name, text, labels))
        assert isinstance(family, Histogram)
        return family

    def render(self) -> str:
        """Everything as Prometheus text, families in alphabetical order."""
        lines: list[str] = []
        for family in self.families().values():
            lines += [f"# HELP {family.name} {family.text}", f"# TYPE {family.name} {family.kind}"]
            lines += family.lines()
        return "\n".join(lines) + "\n" if lines else ""

    def families(self) -> Mapping[str, _Family]:
        """The declared families by name, sorted."""
        with self._lock:
            return MappingProxyType(dict(sorted(self._families.items())))

    def _declare(self, family: _Family) -> _Family:
        with self._lock:
            known = self._families.setdefault(family.name, family)
        if known.kind != family.kind or known.labels != family.labels:
            raise ValueError(f"metric {family.name} is declared twice, differently")
        return known
