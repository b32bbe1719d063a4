"""The results: a JSON file that grows with each scenario, and what a person reads in the terminal."""

import argparse
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

from bench import cores, environments
from bench.targets import TARGETS, Verdict, judged
from bench.tasks import scratch
from dev.stack.emulators import REPOSITORY

RESULTS = Path(__file__).parent / "results"
COLUMNS = ("requests_per_second", "xref", "cpu_ms", "p50_ms", "p99_ms", "bytes")
HEADINGS = ("req/s", "xREF", "CPU ms", "p50 ms", "p99 ms", "bytes")
MISSED = 1


class Report:
    """Keeps what has been found so far on disk, so that a run that is interrupted has not been in vain."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.generator = ""
        self._options = options
        self._found: dict[str, Any] = {}
        self._target = Path(options.out) if options.out else _target(options)
        self._when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def add(self, name: str, found: dict[str, Any]) -> None:
        """Print a scenario's rows and keep them."""
        self._found[name] = found
        for line in lines(found):
            print(f"  {line}", flush=True)
        self._write([])

    def finish(self) -> int:
        """Judge what was measured. 1 when a target was missed; what was not measured is told, not counted."""
        verdicts = judged(self._found)
        self._write(verdicts)
        print(f"\n{'target':<60}{'wanted':>18}{'found':>18}  verdict")
        for verdict in verdicts:
            print(f"{verdict.name:<60}{verdict.wanted:>18}{verdict.shown:>18}  {verdict.word}")
            if verdict.why:
                print(f"    {verdict.why}")
        print(f"written to {_named(self._target)}")
        return MISSED if any(verdict.word == "FAIL" for verdict in verdicts) else 0

    def _write(self, verdicts: list[Verdict]) -> None:
        result = {
            "machine": machine(),
            "when": self._when,
            "load": self.generator,
            "cores": cores.told(),
            "servers": environments.told(),
            "rounds": self._options.rounds,
            "seconds": self._options.seconds,
            "products": self._options.products,
            "quick": self._options.quick,
            "max_requests": self._options.max_requests,
            "targets": [verdict.told() for verdict in verdicts],
            "scenarios": self._found,
        }
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def lines(found: dict[str, Any]) -> list[str]:
    """What a scenario found, as a table where it has rows and as words where it has single figures."""
    told = [f"{name}: {value}" for name, value in found.items() if not isinstance(value, dict)]
    rows: dict[str, Any] = found.get("rows", {})
    if rows:
        told.append(f"{'':<34}" + "".join(f"{heading:>10}" for heading in HEADINGS))
    for name, row in rows.items():
        if "missing" in row:
            told.append(f"{name:<34}  missing: {row['missing']}")
            continue
        shown = "".join(f"{'-' if row[column] is None else row[column]:>10}" for column in COLUMNS)
        told.append(f"{name:<34}{shown}{_faults(row)}")
    for part, figures in found.items():
        if isinstance(figures, dict) and part != "rows":
            told.append(f"{part}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))
    return told


def _faults(row: dict[str, Any]) -> str:
    faults = {name: row[name] for name in ("refused", "broken", "workers_replaced") if row[name]}
    return "".join(f"  {name.replace('_', ' ')}: {count}" for name, count in faults.items())


def machine() -> str:
    """Enough to tell machines apart, nothing that names one."""
    model = ""
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        found = [
            line for line in cpus.read_text(encoding="utf-8").splitlines() if line.startswith("model name")
        ]
        model = found[0].partition(":")[2].strip() if found else ""
    parts = (platform.machine(), platform.system(), model, f"{os.cpu_count()} cores")
    return ", ".join([*(part for part in parts if part), f"Python {platform.python_version()}"])


def _target(options: argparse.Namespace) -> Path:
    """A whole run is kept in the repository, others beside the state of the bench."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    if options.quick or options.only or options.max_requests is not None:
        what = "-".join(options.only or ["quick" if options.quick else "tried"])
        return scratch() / "results" / f"{day}-{what}.json"
    return RESULTS / f"{day}.json"


def _named(path: Path) -> str:
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


__all__ = ["TARGETS", "Report", "lines"]
