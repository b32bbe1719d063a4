"""What people read can be read: contrast of the named pairs in light and dark (WCAG 2.2, 1.4.3 and 1.4.11),
and a reference that names every token.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from storefront.flags.declared import DECLARED

ROOT = Path(__file__).resolve().parents[3]
TOKENS = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs/reference/design-system.md").read_text(encoding="utf-8")
MEADOW, HARBOUR_ALONE = TOKENS.split('body[data-theme="harbour"]')


def colours(sheet: str) -> dict[str, tuple[str, str]]:
    """Names to their light and dark values."""
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", sheet)
    return {name: (light, dark) for name, light, dark in found}


COLOURS = colours(MEADOW)
THEMES = {"meadow": COLOURS, "harbour": COLOURS | colours(HARBOUR_ALONE)}
SURFACES = ("paper", "raised", "tile")
WASHES = ("accent-wash", "danger-wash", "good-wash", "care-wash")

TEXT = [
    *product(("ink", "ink-soft", "accent", "danger"), (*SURFACES, *WASHES)),
    *product(("good",), (*SURFACES, "good-wash")),
    *product(("care",), (*SURFACES, "care-wash")),
    ("accent-deep", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("paper", "ink"),
]
EDGES = [*product(("rule-strong", "accent", "star"), SURFACES)]


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21, by WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ratio_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lit", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (EDGES, 3.0)], ids=["text", "edges"])
def test_every_named_pair_has_contrast(
    pairs: list[tuple[str, str]], least: float, lit: int, theme: str
) -> None:
    named = THEMES[theme]
    weak = [
        f"{over} on {under}: {ratio:.2f}"
        for over, under in pairs
        if (ratio := contrast(named[over][lit], named[under][lit])) < least
    ]
    assert weak == []


def test_a_theme_says_nothing_new_and_leaves_the_paper_which_the_browsers_bar_has() -> None:
    own = colours(HARBOUR_ALONE)
    assert own.keys() < COLOURS.keys()
    assert "paper" not in own
    assert {declared for declared in DECLARED["theme"].variants if declared != "meadow"} == set(
        re.findall(r'data-theme="(\w+)"', TOKENS)
    )


def test_every_token_is_explained() -> None:
    named = set(re.findall(r"^  --([\w-]+):", TOKENS, re.MULTILINE)) - {"dot"}
    explained = {
        name
        for row in re.findall(r"^\| (`--[^|]*) \|", REFERENCE, re.MULTILINE)
        for name in re.findall(r"`--([\w-]+)`", row)
    }
    assert explained == named


def test_the_browsers_bar_has_the_papers_colour() -> None:
    base = (ROOT / "templates/base.html").read_text(encoding="utf-8")
    assert re.findall(r'content="(#[0-9a-f]{6})"', base) == list(COLOURS["paper"])
