"""House rules of the style sheets: they turn round with the language, and take colours from the tokens."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CSS = ROOT / "static/css"
SHEETS = sorted(CSS.rglob("*.css"))
# Declarations that name a side and are meant to: sheet, declaration, why.
MEANT: dict[tuple[str, str], str] = {}

SIDED = re.compile(
    r"(?:^|[;{\s])("
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius\s*:"
    r"|(?:left|right)\s*:"
    r"|(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)"
    r"|background-position[\w-]*\s*:[^;]*\b(?:left|right)"
    r"|(?:object-position|transform-origin)\s*:[^;]*\b(?:left|right)"
    r")"
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RAW = re.compile(r":[^;{}]*(#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\()", re.IGNORECASE)
# On paper there is no theme: black on white whatever the screen shows.
RAW_ALLOWED = {"tokens.css", "print.css"}


def rules(sheet: Path) -> str:
    return COMMENT.sub("", sheet.read_text(encoding="utf-8"))


def test_nothing_is_said_of_left_and_right() -> None:
    sided = [
        f"{sheet.relative_to(CSS)}: {found[1]}"
        for sheet in SHEETS
        for found in SIDED.finditer(rules(sheet))
        if (str(sheet.relative_to(CSS)), found[1]) not in MEANT
    ]
    assert sided == []


def test_the_rule_would_find_them() -> None:
    for bad in ("a { margin-left: 0 }", "a {\n  left: 1px;\n}", "a { text-align: right }", "a{float:left}"):
        assert SIDED.search(bad), bad
    for good in ("a { margin-inline-start: 0 }", "a { text-align: start }", "a { inset-inline-end: 0 }"):
        assert not SIDED.search(good), good


def test_colours_are_named() -> None:
    raw = [
        f"{sheet.relative_to(CSS)}: {found[0].strip()}"
        for sheet in SHEETS
        if sheet.name not in RAW_ALLOWED
        for found in RAW.finditer(rules(sheet))
    ]
    assert raw == [], "give it a name in tokens.css"


def test_tokens_that_are_used_exist() -> None:
    text = "\n".join(rules(sheet) for sheet in SHEETS)
    made = set(re.findall(r"(?:^|[;{\s])--([\w-]+)\s*:", text))
    unknown = {
        f"{sheet.relative_to(CSS)}: --{name}"
        for sheet in SHEETS
        for name, after in re.findall(r"var\(\s*--([\w-]+)\s*([,)])", rules(sheet))
        if name not in made and after == ")"
    }
    assert unknown == set()


def test_every_component_sheet_is_in_the_whole() -> None:
    imported = set(
        re.findall(
            r'@import url\("components/([\w-]+\.css)"\)', (CSS / "main.css").read_text(encoding="utf-8")
        )
    )
    assert imported == {sheet.name for sheet in (CSS / "components").glob("*.css")}


def test_motion_is_for_those_who_want_it() -> None:
    """An animation stands inside a reduced-motion query; transitions take their time from the tokens."""
    for sheet in SHEETS:
        text = rules(sheet)
        for found in re.finditer(r"\n(\s*)animation\s*:", text):
            before = text[: found.start()]
            assert "prefers-reduced-motion: no-preference" in before[before.rfind("\n@media") :], sheet.name
