"""The checklist of what shoppers expect (docs/reference/ux-checklist.md) is complete, and every test that it
names is there: a point whose test was renamed or taken away fails here.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECKLIST = ROOT / "docs/reference/ux-checklist.md"
POINTS = [*range(1, 58)]
"""58 and above are about operations."""
_ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
_BY_HAND = re.compile(r"By hand, (\d{4}-\d{2}-\d{2}): \S.{20,}")


def rows() -> dict[int, tuple[str, str]]:
    """By number: the point, and what judges it."""
    found = [
        (int(number), (point, judged)) for number, point, judged in _ROW.findall(CHECKLIST.read_text("utf-8"))
    ]
    assert len(found) == len(dict(found)), "a point has two rows"
    return dict(found)


@cache
def functions(path: str) -> frozenset[str]:
    """The functions that a file of the repository defines; none when there is no such file."""
    source = ROOT / path
    if not source.is_file():
        return frozenset()
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_every_point_has_its_row() -> None:
    assert list(rows()) == POINTS


def test_every_point_is_judged_by_a_test_or_by_hand_with_date_and_result() -> None:
    silent = [
        number
        for number, (_, judged) in rows().items()
        if not _TEST.search(judged) and not _BY_HAND.search(judged)
    ]
    assert silent == []


def test_every_test_that_is_named_exists() -> None:
    named = [(number, *test) for number, (_, judged) in rows().items() for test in _TEST.findall(judged)]
    assert len(named) > len(POINTS)
    assert [one for one in named if one[2] not in functions(one[1])] == []


def test_what_is_named_is_a_test_or_a_part_of_the_audit() -> None:
    named = {test for _, judged in rows().values() for test in _TEST.findall(judged)}
    odd = [
        f"{path}::{name}"
        for path, name in named
        if not (
            path.startswith("audit/") or (Path(path).name.startswith("test_") and name.startswith("test_"))
        )
    ]
    assert odd == []
