"""The reference says what the code does: every variable that is read is explained, and none besides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from config.env import Env
from config.upstreams import read_upstreams
from dev.ports import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
READ = re.compile(r"\b(?:ENV|env|_env|read|from_process\(\))\.[a-z_]+\(\s*\"([A-Z][A-Z_]+)\"")
BUDGET = re.compile(r"`<NAME>(_[A-Z_]+)`")


class Noted(dict[str, str]):
    """An environment without values that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, key: str, default: object = None) -> None:  # type: ignore[override]
        """None; `key` is noted unless it is where the value of another would lie in a file."""
        del default
        if not key.endswith("_FILE"):
            self.asked.add(key)


def _read_in(*sources: Path) -> set[str]:
    return {name for source in sources for name in READ.findall(source.read_text(encoding="utf-8"))}


def _read_by_the_web_tier() -> set[str]:
    noted = Noted()
    read_upstreams(Env(noted), schemes=("http",))
    return _read_in(*ROOT.glob("config/**/*.py")) | noted.asked


def _section(title: str) -> str:
    return REFERENCE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def _explained(title: str) -> set[str]:
    """The names in the first column of a section's tables."""
    rows = re.findall(r"^\| (`[^|]*) \|", _section(title), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}


def _budgets() -> Iterator[str]:
    section = _section("Web tier")
    line = next(line for line in section.splitlines() if line.startswith("Budgets of each dependency"))
    for name in re.findall(r"`([A-Z]+)`", line.split("(", 1)[1].split(")", 1)[0]):
        yield from (name + ending for ending in BUDGET.findall(section))


def test_the_reference_has_every_setting_of_the_web_tier_and_no_other() -> None:
    read = _read_by_the_web_tier()
    assert len(read) > 60
    assert _explained("Web tier") | set(_budgets()) - {"REDIS_ATTEMPTS"} == read


def test_the_reference_has_every_setting_of_the_backend_and_no_other() -> None:
    read = _read_in(ROOT / "apptier/kit/settings.py")
    assert len(read) > 15
    assert _explained("Backend") == read


def test_the_reference_has_every_port_of_the_local_stack() -> None:
    assert set(VARIABLES.values()) - _explained("Local stack") == set()


def test_the_rest_of_the_local_stack_is_read_by_it() -> None:
    sources = [ROOT / "Makefile", ROOT / "tests/e2e/conftest.py", *ROOT.glob("dev/**/*.py")]
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    assert {name for name in _explained("Local stack") if not re.search(rf"\b{name}\b", text)} == set()


def test_every_make_target_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert targets <= explained
