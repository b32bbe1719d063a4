"""The living page: everything is on it, nothing on it is broken, and it is not there in production."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import html5lib
import pytest
from jinja2 import nodes
from msgspec import Struct

from storefront.styleguide.pages import COLOURS, SPACE, TYPE
from storefront.styleguide.sampling import sample
from storefront.web.jinja import template_environment

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
COMPONENTS = sorted(path.name for path in (TEMPLATES / "components").glob("*.html"))


@dataclass
class Sheet:
    """What one template defines and calls: macro name -> names it calls, and the calls outside macros."""

    macros: dict[str, set[str]]
    calls: set[str]
    others: set[str]


def _called(node: nodes.Node) -> set[str]:
    return {one.node.name for one in node.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}


def _sheet(name: str) -> Sheet:
    environment = template_environment()
    tree = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
    macros = {macro.name: _called(macro) for macro in tree.find_all(nodes.Macro)}
    others = {
        one.template.value
        for kind in (nodes.Include, nodes.Extends)
        for one in tree.find_all(kind)
        if isinstance(one.template, nodes.Const)
    }
    return Sheet(macros, _called(tree), others)


def shown_macros() -> set[str]:
    """Names of macros that the living page calls, itself or through another."""
    wanted, seen, called = ["styleguide/guide.html"], set(), set()
    while wanted:
        name = wanted.pop()
        if name not in seen:
            seen.add(name)
            sheet = _sheet(name)
            called |= sheet.calls
            wanted += sheet.others
    graph: dict[str, set[str]] = {}
    for component in COMPONENTS:
        for name, calls in _sheet(f"components/{component}").macros.items():
            graph.setdefault(name, set()).update(calls)
    todo = list(called)
    while todo:
        for name in graph.get(todo.pop(), set()) - called:
            called.add(name)
            todo.append(name)
    return called


def test_every_component_is_shown() -> None:
    shown = shown_macros()
    hidden = [
        f"{component}: {name}"
        for component in COMPONENTS
        for name in _sheet(f"components/{component}").macros
        if name not in shown
    ]
    assert hidden == [], "show these in templates/styleguide/"


@pytest.mark.parametrize("query", ["", "?theme=dark", "?theme=light&dir=rtl", "?theme=neon&dir=up"])
def test_the_page_is_whole_html_without_doubled_ids(client, twins, query: str) -> None:
    answer = client.get(f"/style-guide/{query}")
    assert answer.status_code == 200
    text = answer.content.decode()
    html5lib.HTMLParser(strict=True).parse(text)
    ids = Counter(re.findall(r'\sid="([^"]+)"', text))
    assert [name for name, count in ids.items() if count > 1] == []


def test_theme_and_direction_can_be_forced(client, twins) -> None:
    text = client.get("/style-guide/?theme=dark&dir=rtl").content.decode()
    assert re.search(r'class="guide"\s+dir="rtl" lang="ar" data-theme="dark"', text)
    assert 'data-theme="neon"' not in client.get("/style-guide/?theme=neon").content.decode()


def test_it_is_nothing_for_search_engines(client, twins) -> None:
    assert '<meta name="robots" content="noindex">' in client.get("/style-guide/").content.decode()


def test_production_does_not_route_it() -> None:
    base = (ROOT / "config/settings/base.py").read_text(encoding="utf-8")
    assert 'LIVING_PAGE = ENVIRONMENT != "production"' in base
    assert "LIVING_PAGE" not in (ROOT / "config/settings/production.py").read_text(encoding="utf-8")


def test_its_sheet_has_a_sample_of_every_token_it_names() -> None:
    sheet = (ROOT / "static/css/styleguide.css").read_text(encoding="utf-8")
    for kind, names in {"token": COLOURS, "type": TYPE, "space": SPACE}.items():
        assert re.findall(rf'\[data-{kind}="([\w-]+)"\]', sheet) == list(names)


def test_a_sample_fills_in_what_a_state_is_not_about() -> None:
    class Grown(Struct, frozen=True, kw_only=True):
        title: str
        rating: float | None
        tags: tuple[str, ...]
        stars: int = 5

    made = sample(Grown, title="Mug")
    assert (made.title, made.rating, made.tags, made.stars) == ("Mug", None, (), 5)
    with pytest.raises(TypeError):
        sample(Grown, titel="Mug")
