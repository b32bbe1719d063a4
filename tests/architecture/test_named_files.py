"""Documents name files and tests that exist: whoever follows one to the proof finds it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("storefront/**/README.md")]
FOLDERS = (
    *("apptier", "bench", "config", "contracts", "dev", "docs", "infra", "locale", "requirements"),
    *("scripts", "static", "storefront", "templates", "tests"),
)
PATH = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]*\w/?)(?:::(\w+))?`")
TEST = re.compile(r"`(…?)_?((?:test_)?\w+?)(…?)`")
# What is no file of the repository: page templates are kept in a bucket, or a folder of its own.
ELSEWHERE = re.compile(r"templates/[\w/]+\.json")


def paths_in(text: str) -> list[str]:
    """The files and folders of ours that a document names."""
    return [path for path, _name in PATH.findall(text) if not ELSEWHERE.fullmatch(path)]


def cases_in(text: str) -> list[tuple[bool, str, bool]]:
    """The tests that a document names: cut off at the beginning, the name, cut off at the end."""
    found = [(bool(before), name, bool(after)) for before, name, after in TEST.findall(text)]
    return [one for one in found if one[1].startswith("test_") or one[0]]


@cache
def known_cases() -> frozenset[str]:
    """The names of all tests, and of the files they are in."""
    files = [*ROOT.glob("tests/**/*.py"), *ROOT.glob("apptier/**/tests/*.py")]
    names = {name for one in files for name in re.findall(r"def (test_\w+)", one.read_text(encoding="utf-8"))}
    return frozenset(names | {one.stem for one in files})


def is_there(before: bool, name: str, after: bool) -> bool:
    """Whether there is a test of that name, or one that begins or ends so."""
    if before:
        return any(one.endswith(name) for one in known_cases())
    return any(one.startswith(name) if after else one == name for one in known_cases())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_test_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    near = (ROOT, document.parent)
    assert [path for path in paths_in(text) if not any((base / path).exists() for base in near)] == []
    assert [name for before, name, after in cases_in(text) if not is_there(before, name, after)] == []


def test_what_is_not_there_would_be_found() -> None:
    told = "`tests/unit/nowhere.py`, `storefront/web/limits.py`, `test_nothing_at_all` and `test_every_f…`"
    assert [path for path in paths_in(told) if not (ROOT / path).exists()] == ["tests/unit/nowhere.py"]
    assert [name for before, name, after in cases_in(told) if not is_there(before, name, after)] == [
        "test_nothing_at_all"
    ]
    threats = (ROOT / "docs/explanation/threat-model-identity.md").read_text(encoding="utf-8")
    assert len(paths_in(threats)) > 50
    assert len(cases_in(threats)) > 10
