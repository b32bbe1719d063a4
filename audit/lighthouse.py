"""Lighthouse as a phone sees the shop, several times over, beside a page that could hardly be lighter.

The machine is shared and its speed changes within minutes: so rounds are interleaved, medians count, and the
shop's performance is held against the floor page's of the same session.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from audit import tools
from dev.ports import whole_environment

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = {
    "lcp_ms": "largest-contentful-paint",
    "tbt_ms": "total-blocking-time",
    "cls": "cumulative-layout-shift",
    "bytes": "total-byte-weight",
}
_SECONDS = 180
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A page to judge; `cookie` is what a shopper with something in the cart would send."""

    name: str
    url: str
    cookie: str = ""


def measure(targets: list[Target], rounds: int, browser: str) -> dict[str, dict[str, float]]:
    """Median scores (0 to 100) and figures of every target, interleaved over `rounds`."""
    taken: dict[str, list[dict[str, float]]] = {target.name: [] for target in targets}
    for turn in range(rounds):
        for target in targets:
            found = _run(target, browser)
            taken[target.name].append(found)
            scores = " ".join(f"{found[name]:.0f}" for name in CATEGORIES)
            print(f"  lighthouse {turn + 1}/{rounds} {target.name:<10} {scores}", flush=True)
    return {name: _medians(runs) for name, runs in taken.items()}


def failed_audits(target: Target, browser: str) -> dict[str, list[str]]:
    """What keeps each category but performance from 100: audit ids with their titles."""
    report = _report(target, browser)
    told: dict[str, list[str]] = {}
    for category in CATEGORIES[1:]:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                told.setdefault(category, []).append(f"{reference['id']}: {audit['title']}")
    return told


def _run(target: Target, browser: str) -> dict[str, float]:
    """Scores and figures of one look at the page; repeated when Lighthouse itself saw nothing to measure."""
    for _ in range(_TRIES):
        report = _report(target, browser)
        scores = {name: report["categories"][name]["score"] for name in CATEGORIES}
        figures = {name: report["audits"][audit].get("numericValue") for name, audit in FIGURES.items()}
        if None not in (*scores.values(), *figures.values()):
            return {**{name: 100 * score for name, score in scores.items()}, **figures}
        told = {audit: report["audits"][audit].get("errorMessage") for audit in FIGURES.values()}
        print(f"  lighthouse could not measure {target.name}, once more: {told}", flush=True)
    raise RuntimeError(f"Lighthouse could not measure {target.url} in {_TRIES} tries")


def _report(target: Target, browser: str) -> dict[str, dict]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = [
            *tools.lighthouse(),
            target.url,
            "--quiet",
            "--output=json",
            f"--output-path={out}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={tools.BROWSER_FLAGS}",
        ]
        if target.cookie:
            command.append(f"--extra-headers={json.dumps({'Cookie': target.cookie})}")
        environment = {**whole_environment(), "CHROME_PATH": browser}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        if not out.exists():
            raise RuntimeError(f"Lighthouse gave no report of {target.url}: {done.stderr[-600:]}")
        return json.loads(out.read_text())


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 4) for name in runs[0]}
