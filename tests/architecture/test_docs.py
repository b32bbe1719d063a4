"""The reference says what the code does: every variable that is read is explained, and none besides."""

from __future__ import annotations

import re
from pathlib import Path

from dev.ports import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
READ = re.compile(r"\b(?:ENV|env|read)\.[a-z_]+\(\s*\"([A-Z][A-Z_]+)\"")


def test_every_setting_of_both_tiers_is_in_the_reference() -> None:
    sources = [*ROOT.glob("config/**/*.py"), ROOT / "apptier/kit/settings.py"]
    names = {name for source in sources for name in READ.findall(source.read_text(encoding="utf-8"))}
    assert len(names) > 30
    assert {name for name in names if f"`{name}`" not in REFERENCE} == set()


def test_every_port_of_the_local_stack_is_in_the_reference() -> None:
    assert {name for name in VARIABLES.values() if f"`{name}`" not in REFERENCE} == set()


def test_every_make_target_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert targets <= explained
