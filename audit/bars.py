"""The bars that the pages have to meet, and which of them they miss."""

from __future__ import annotations

from typing import Any

MOST_SCRIPT_BYTES = 20_000
MOST_STYLE_BYTES = 20_000
MOST_LIST_BYTES = 8_000
MOST_SHIFT = 0.01
LEAST_PERFORMANCE = 95.0
FULL = 100.0


def missed(found: dict[str, Any]) -> list[str]:
    """One line for each bar that is not met; parts that were not measured are not judged."""
    told: list[str] = []
    told += found.get("keyboard", {}).get("problems", [])
    told += found.get("axe", {}).get("violations", [])
    told += [
        f"layout shift on {kind}: {shift:.4f}, at most {MOST_SHIFT}"
        for kind, shift in found.get("axe", {}).get("shifts", {}).items()
        if shift > MOST_SHIFT
    ]
    told += found.get("html", {}).get("faults", [])
    for name, weight in found.get("weight", {}).items():
        told += _weight(name, weight)
    if "lighthouse" in found:
        told += _lighthouse(found["lighthouse"]["medians"])
    return told


def _weight(name: str, weight: dict[str, int]) -> list[str]:
    bars = {"script": MOST_SCRIPT_BYTES, "stylesheet": MOST_STYLE_BYTES}
    if name == "list":
        bars["document"] = MOST_LIST_BYTES
    return [
        f"{name}: {weight[kind]} bytes of {kind}, at most {most}"
        for kind, most in bars.items()
        if weight[kind] > most
    ]


def _lighthouse(medians: dict[str, dict[str, float]]) -> list[str]:
    told = []
    floor = medians["floor"]["performance"]
    for name, scores in medians.items():
        if name == "floor":
            continue
        if scores["performance"] < LEAST_PERFORMANCE:
            told.append(f"{name}: Lighthouse performance {scores['performance']:.0f}, at least 95")
        if scores["performance"] < floor:
            told.append(
                f"{name}: Lighthouse performance {scores['performance']:.0f}, the floor page {floor:.0f}"
            )
        told += [
            f"{name}: Lighthouse {category} {scores[category]:.0f}, must be 100"
            for category in ("accessibility", "best-practices", "seo")
            if scores[category] < FULL
        ]
    return told
