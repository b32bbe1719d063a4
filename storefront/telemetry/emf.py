"""A process's metrics as CloudWatch takes them out of log lines: the embedded metric format (EMF).

Source: docs.aws.amazon.com, CloudWatch user guide, "Specification: Embedded metric format". A line is a JSON
object whose member `_aws` says which of the others are metrics (numbers, or up to 100 of them) and which are
their dimensions. So no agent and no call is needed, and elsewhere the lines are plain JSON.

Every line tells what came since the one before. Counts and not ratios are what adds up over workers; a ratio
is told as well, of this worker in this minute.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from storefront.telemetry.metrics import Counter, Histogram, Labels, Metrics

NAMESPACE: Final = "Storefront"
PAGE: Final = "page"  # the family under which the page cache counts
Value = float | tuple[float, ...]

COUNT, PERCENT, MILLISECONDS, SECONDS = "Count", "Percent", "Milliseconds", "Seconds"
UNITS: Mapping[str, str] = MappingProxyType(
    {
        "Workers": COUNT,
        "PagesFromMemory": COUNT,
        "PagesFromRedis": COUNT,
        "PagesRendered": COUNT,
        "PagesStale": COUNT,
        "PagesNotKept": COUNT,
        "PageHitRatio": PERCENT,
        "PageRenderTime": MILLISECONDS,
        "PurgeLag": SECONDS,
        "ChangeLag": SECONDS,
        "AnswersHit": COUNT,
        "AnswersMissed": COUNT,
        "AnswersStale": COUNT,
        "AnswersFailed": COUNT,
        "AnswerHitRatio": PERCENT,
        "UpstreamCalls": COUNT,
        "UpstreamFailures": COUNT,
        "UpstreamTime": MILLISECONDS,
    }
)
"""Every metric that is told, with its unit; docs/reference/metrics.md explains them."""
_PAGES: Final = {
    "memory": "PagesFromMemory",
    "redis": "PagesFromRedis",
    "rendered": "PagesRendered",
    "stale": "PagesStale",
    "not_kept": "PagesNotKept",
}
_ANSWERS: Final = {
    "fresh": "AnswersHit",
    "aging": "AnswersHit",
    "negative": "AnswersHit",
    "fetched": "AnswersMissed",
    "miss": "AnswersMissed",
    "stale": "AnswersStale",
    "failed": "AnswersFailed",
}
_OK: Final = "ok"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who tells: the environment is a dimension, role and release stand in the line only."""

    environment: str
    role: str
    release: str


class Report:
    """Makes lines of a registry, each time of what came since the last. Not thread-safe: one thread reports.

    `now` is in Unix seconds.
    """

    def __init__(self, metrics: Metrics, origin: Origin, now: Callable[[], float]) -> None:
        self._metrics = metrics
        self._origin = origin
        self._now = now
        self._before: dict[tuple[str, Labels], float] = {}

    def lines(self) -> list[str]:
        """One line of the process itself, one for each family of answers and each dependency in use."""
        lookups = self._since("storefront_cache_lookups_total")
        pages = {state: n for (family, state), n in lookups.items() if family == PAGE}
        made = [self._line({}, self._process(pages))]
        for family in sorted({family for family, _ in lookups if family != PAGE}):
            states = {state: n for (name, state), n in lookups.items() if name == family}
            made.append(self._line({"Family": family}, _answers(states)))
        calls, took = (
            self._since("storefront_upstream_calls_total"),
            self._taken("storefront_upstream_call_seconds"),
        )
        for upstream in sorted({name for name, _ in calls}):
            outcomes = {outcome: n for (name, outcome), n in calls.items() if name == upstream}
            values: dict[str, Value] = {
                "UpstreamCalls": sum(outcomes.values()),
                "UpstreamFailures": sum(n for outcome, n in outcomes.items() if outcome != _OK),
                "UpstreamTime": _milliseconds(took.get((upstream,), ())),
            }
            made.append(self._line({"Upstream": upstream}, values))
        return made

    def _process(self, pages: Mapping[str, float]) -> dict[str, Value]:
        values: dict[str, Value] = {"Workers": 1}
        values |= {name: pages[state] for state, name in _PAGES.items() if state in pages}
        asked = sum(pages.values())
        if asked:
            hits = pages.get("memory", 0.0) + pages.get("redis", 0.0)
            values["PageHitRatio"] = 100.0 * hits / asked
        values["PageRenderTime"] = _milliseconds(_all(self._taken("storefront_page_render_seconds")))
        values["PurgeLag"] = _all(self._taken("storefront_purge_lag_seconds"))
        values["ChangeLag"] = _all(self._taken("storefront_change_lag_seconds"))
        return values

    def _line(self, dimensions: Mapping[str, str], values: Mapping[str, Value]) -> str:
        """One document; metrics without a value are left out, since an empty array is no number."""
        told = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items() if v != ()}
        by = {"Environment": self._origin.environment, **dimensions}
        directive = {
            "Namespace": NAMESPACE,
            "Dimensions": [list(by)],
            "Metrics": [{"Name": name, "Unit": UNITS[name]} for name in told],
        }
        document = {
            "_aws": {"Timestamp": int(self._now() * 1_000), "CloudWatchMetrics": [directive]},
            "event": "metrics",
            "Role": self._origin.role,
            "Release": self._origin.release,
            **by,
            **told,
        }
        return json.dumps(document, allow_nan=False)

    def _since(self, name: str) -> dict[Labels, float]:
        """What a counter has grown by, by labels; nothing for what has not."""
        family = self._metrics.families().get(name)
        if not isinstance(family, Counter):
            return {}
        grown: dict[Labels, float] = {}
        for labels, value in family.values().items():
            more = value - self._before.get((name, labels), 0.0)
            self._before[name, labels] = value
            if more > 0:
                grown[tuple(map(str, labels))] = more
        return grown

    def _taken(self, name: str) -> dict[Labels, tuple[float, ...]]:
        family = self._metrics.families().get(name)
        return family.take() if isinstance(family, Histogram) else {}


def _answers(states: Mapping[str, float]) -> dict[str, Value]:
    values: dict[str, float] = {}
    for state, n in states.items():
        name = _ANSWERS.get(state)
        if name is not None:
            values[name] = values.get(name, 0.0) + n
    asked = sum(values.values())
    if asked:
        values["AnswerHitRatio"] = 100.0 * values.get("AnswersHit", 0.0) / asked
    return dict(values)


def _all(samples: Mapping[Labels, tuple[float, ...]]) -> tuple[float, ...]:
    """The samples of all labels, as many as a line may have, a share of each."""
    together = list(_in_turn(samples.values()))
    return tuple(together[:100])


def _in_turn(many: Iterable[tuple[float, ...]]) -> Iterator[float]:
    rest = [list(values) for values in many]
    while rest := [values for values in rest if values]:
        for values in rest:
            yield values.pop()


def _milliseconds(seconds: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(value * 1_000, 3) for value in seconds)
