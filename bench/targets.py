"""What the shop has to reach, as a table: where each figure is found in the results, and its bar.

Each gets one of four words. PASS and FAIL compare a figure with its bar; `missing` says that the scenario ran
and could not measure it (a layer that is not there, answers that failed), with the reason; `not run` that the
scenario was left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Found = Mapping[str, Any]
PAGES = ("home", "list", "product", "search")
TOLERANCE = 0.10


class Absent(Exception):  # noqa: N818 - names the state
    """A figure that could not be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """`figure` reads the results of one scenario; at most, or at least, `bar` of it is wanted."""

    name: str
    scenario: str
    figure: Callable[[Found], float]
    bar: float
    at_most: bool = True
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a target."""

    name: str
    wanted: str
    found: float | None
    word: str
    why: str = ""
    unit: str = ""

    @property
    def shown(self) -> str:
        return "-" if self.found is None else shown(self.found, self.unit)

    def told(self) -> dict[str, Any]:
        return {
            "target": self.name,
            "wanted": self.wanted,
            "found": self.found,
            "verdict": self.word,
            **({"why": self.why} if self.why else {}),
        }


def shown(figure: float, unit: str) -> str:
    """A figure with its unit as people read it."""
    return f"{figure:,.0f}{unit}" if abs(figure) >= 1_000 else f"{figure:.3g}{unit}"


def judged(found: Found) -> list[Verdict]:
    """A verdict on every target."""
    return [_judge(target, found) for target in TARGETS]


def _judge(target: Target, found: Found) -> Verdict:
    wanted = f"{'≤' if target.at_most else '≥'} {shown(target.bar, target.unit)}"
    scenario = found.get(target.scenario)
    if scenario is None:
        return Verdict(target.name, wanted, None, "not run")
    try:
        figure = round(_measured(scenario, target), 4)
    except Absent as absent:
        return Verdict(target.name, wanted, None, "missing", str(absent))
    reached = figure <= target.bar if target.at_most else figure >= target.bar
    return Verdict(target.name, wanted, figure, "PASS" if reached else "FAIL", unit=target.unit)


def _measured(scenario: Found, target: Target) -> float:
    if "missing" in scenario:
        raise Absent(scenario["missing"])
    return target.figure(scenario)


# -- reading results


def value(rows: Found, name: str, column: str) -> float:
    """A figure of a row. Absent when there is no such row, or answers failed while it was measured."""
    row = rows.get(name)
    if row is None:
        raise Absent(f"{name} was not measured")
    if "missing" in row:
        raise Absent(f"{name}: {row['missing']}")
    if not row["requests"]:
        raise Absent(f"{name}: not one answer came while it was measured")
    failed = row["refused"] + row["broken"]
    if failed:
        raise Absent(f"{name}: {failed} requests failed")
    if row[column] is None:
        raise Absent(f"{name}: {column} cannot be measured on this system")
    return float(row[column])


def plain(name: str) -> Callable[[Found], float]:
    """A single figure of a scenario."""

    def figure(scenario: Found) -> float:
        if scenario.get(name) is None:
            raise Absent(f"{name} was not measured")
        if isinstance(scenario[name], Mapping):
            raise Absent(f"{name}: {scenario[name].get('missing')}")
        return float(scenario[name])

    return figure


def over_pages(
    pick: Callable[[Iterable[float]], float], kinds: tuple[str, ...], column: str
) -> Callable[[Found], float]:
    """The worst of all pages of these kinds."""

    def figure(scenario: Found) -> float:
        names = [f"{page} {kind}" for kind in kinds for page in PAGES]
        return pick([value(scenario["rows"], name, column) for name in names])

    return figure


def one(name: str, column: str) -> Callable[[Found], float]:
    """One figure of one row."""
    return lambda scenario: value(scenario["rows"], name, column)


def times(ours: str, theirs: tuple[str, ...]) -> Callable[[Found], float]:
    """Our rate by the highest of theirs."""

    def figure(scenario: Found) -> float:
        rows = scenario["rows"]
        return value(rows, ours, "xref") / max(value(rows, name, "xref") for name in theirs)

    return figure


def furthest(base: str, others: tuple[str, ...]) -> Callable[[Found], float]:
    """How far, as a share, the ratio to the reference moves at most from the base's."""

    def figure(scenario: Found) -> float:
        rows = scenario["rows"]
        start = value(rows, base, "xref")
        return max(abs(value(rows, name, "xref") / start - 1) for name in others)

    return figure


def moved(labels: Iterable[str], base: str, others: tuple[str, ...]) -> Callable[[Found], float]:
    """The same of several pages, each beside its own base."""
    figures = [
        furthest(f"{label}, {base}", tuple(f"{label}, {other}" for other in others)) for label in labels
    ]
    return lambda scenario: max(figure(scenario) for figure in figures)


def no_failures(rows_of: str = "") -> Callable[[Found], float]:
    """How many requests failed, of all rows whose name begins so."""

    def figure(scenario: Found) -> float:
        rows = {name: row for name, row in scenario["rows"].items() if name.startswith(rows_of)}
        gone = [f"{name}: {row['missing']}" for name, row in rows.items() if "missing" in row]
        if gone or not rows:
            raise Absent(gone[0] if gone else f"nothing called {rows_of} was measured")
        return float(sum(row["refused"] + row["broken"] for row in rows.values()))

    return figure


SLOW = ("backend at 20 ms", "backend at 200 ms", "backend down")
LARGER = ("3000 products", "20000 products")
FASTEST = ("oscar list", "oscar category", "oscar product")
TARGETS = (
    Target(
        "page from memory, xREF (lowest of 4 pages)",
        "pages",
        over_pages(min, ("memory",), "xref"),
        0.85,
        at_most=False,
    ),
    Target(
        "page from Redis, xREF (lowest of 4 pages)",
        "pages",
        over_pages(min, ("redis",), "xref"),
        0.55,
        at_most=False,
    ),
    Target(
        "page from memory or Redis, CPU per request (highest)",
        "pages",
        over_pages(max, ("memory", "redis"), "cpu_ms"),
        0.6,
        unit=" ms",
    ),
    Target("list with cards and data warm, xREF", "pages", one("list cards", "xref"), 0.30, at_most=False),
    Target("list rendered whole from cached data, CPU", "pages", one("list data", "cpu_ms"), 5, unit=" ms"),
    Target("CPU per call to the backend, from nothing", "cold", plain("cpu_ms_per_call"), 1.2, unit=" ms"),
    # One call that waits is 1; what is above it is measuring, what is at 2 is a second call behind the first.
    Target("calls to the backend that wait for one another", "cold", plain("calls_deep"), 1.3),
    Target("DynamoDB and Cognito calls of anonymous views", "footprint", plain("aws_calls"), 0),
    Target(
        "HTML of a 24-card list as transferred", "footprint", plain("list_bytes_brotli"), 8_000, unit=" B"
    ),
    Target("scripts of a list page as transferred", "footprint", plain("script_bytes"), 20_000, unit=" B"),
    Target("memory of two workers", "footprint", plain("memory_bytes"), 200e6, unit=" B"),
    Target("cached pages by Oscar's fastest page", "oscar", times("list memory", FASTEST), 60, at_most=False),
    Target(
        "product rendered from cached data by Oscar's product page",
        "oscar",
        times("product data", ("oscar product",)),
        8,
        at_most=False,
    ),
    Target(
        "list rendered from cached data by Oscar's list page",
        "oscar",
        times("list data", ("oscar list",)),
        60,
        at_most=False,
    ),
    Target(
        "cached pages, 300 to 20,000 products: change of xREF",
        "growth",
        moved(("list one", "product one", "search one", "spread"), "300 products", LARGER),
        TOLERANCE,
    ),
    Target(
        "cached pages, backend slow or down: change of xREF",
        "backend",
        moved(("list cached", "product cached"), "backend at 0 ms", SLOW),
        TOLERANCE,
    ),
    Target("failed requests of 1 to 200 shoppers on cached pages", "shoppers", no_failures("cached"), 0),
)
