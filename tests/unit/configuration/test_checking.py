"""Each slip in a template is told with its file and its place; a good one is read whole."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.configuration import Hero, Products, check_template, json_schema
from storefront.configuration.checking import untranslated

FOLDER = Path(__file__).resolve().parents[3] / "configuration"
LANGUAGES = ("en", "de", "ar")
PICTURE = {"category": "cushions"}
LINK = {"label": {"en": "Look", "de": "Ansehen"}, "href": "/c/cushions/"}
GOOD: dict[str, Any] = {
    "title": {"en": "Home", "de": "Start", "ar": "الرئيسية"},
    "description": "A shop",
    "sections": [
        {"kind": "hero", "title": "Hello", "picture": PICTURE, "link": LINK},
        {"kind": "products", "title": "Named", "handles": ["meadow-cushion", "ember-vase"]},
        {"kind": "products", "title": "Listed", "category": "textiles", "sort": "price_asc", "limit": 8},
        {"kind": "categories", "title": "Shelves", "slugs": ["textiles"]},
        {"kind": "text", "title": "How", "text": "By hand."},
        {"kind": "picture_text", "title": "How", "text": "By hand.", "picture": {"product": "ember-vase"}},
        {"kind": "quote", "text": "Fine.", "by": "Somebody"},
        {"kind": "columns", "title": "Three", "items": [{"title": "A"}, {"title": "B", "text": "b"}]},
        {"kind": "points", "label": "Promises", "items": [{"title": "A", "link": LINK}, {"title": "B"}]},
        {
            "kind": "campaign",
            "title": "Sale",
            "text": "Now.",
            "link": LINK,
            "show": {"from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00+01:00", "markets": ["eu"]},
        },
    ],
}
GOOD = json.loads(json.dumps(GOOD))  # no part of it is shared
# The way to a value, the value put there (or _GONE), and the place that must be told.
_GONE = object()
SLIPS: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("title",), _GONE, "title"),
    (("title",), 3, "title"),
    (("title", "de"), "", "title.de"),
    (("title", "de"), 4, "title.de"),
    (("title", "en"), _GONE, "title.en"),
    (("title", "german"), "Start", "title.german"),
    (("description",), "", "description"),
    (("descripton",), "A shop", "descripton"),
    (("sections",), [], "sections"),
    (("sections",), {"0": {}}, "sections"),
    (("sections", 0), "hero", "sections[0]"),
    (("sections", 0, "kind"), "heroine", "sections[0].kind"),
    (("sections", 0, "kind"), _GONE, "sections[0].kind"),
    (("sections", 0, "title"), _GONE, "sections[0].title"),
    (("sections", 0, "colour"), "red", "sections[0].colour"),
    (("sections", 0, "picture"), {}, "sections[0].picture"),
    (("sections", 0, "picture", "product"), "a-mug", "sections[0].picture"),
    (("sections", 0, "picture", "focus"), "left", "sections[0].picture.focus"),
    (("sections", 0, "picture", "category"), "Cushions!", "sections[0].picture.category"),
    (("sections", 0, "link", "href"), "https://elsewhere.example/", "sections[0].link.href"),
    (("sections", 0, "link", "href"), "//elsewhere.example/", "sections[0].link.href"),
    (("sections", 0, "link", "href"), "/\\elsewhere.example", "sections[0].link.href"),
    (("sections", 0, "link", "href"), "/a b", "sections[0].link.href"),
    (("sections", 0, "link", "label", "de"), None, "sections[0].link.label.de"),
    (("sections", 0, "layout"), "wide", "sections[0].layout"),
    (("sections", 1, "handles", 1), "Ember Vase", "sections[1].handles[1]"),
    (("sections", 1, "handles", 1), "meadow-cushion", "sections[1]"),
    (("sections", 1, "category"), "textiles", "sections[1]"),
    (("sections", 2, "sort"), "cheapest", "sections[2].sort"),
    (("sections", 2, "limit"), 1, "sections[2].limit"),
    (("sections", 2, "limit"), "8", "sections[2].limit"),
    (("sections", 2, "filters"), ["colour"], "sections[2].filters[0]"),
    (("sections", 3, "slugs"), [], "sections[3].slugs"),
    (("sections", 3, "slugs", 0), 7, "sections[3].slugs[0]"),
    (("sections", 5, "side"), "left", "sections[5].side"),
    (("sections", 7, "items"), [{"title": "A"}], "sections[7].items"),
    (("sections", 7, "items", 1, "text", "de"), "b", "sections[7].items[1].text.en"),
    (("sections", 8, "items", 0, "link", "href"), "c/mugs/", "sections[8].items[0].link.href"),
    (("sections", 9, "show"), _GONE, "sections[9]"),
    (("sections", 9, "show", "until"), "2026-10-01T00:00:00Z", "sections[9].show"),
    (("sections", 9, "show", "until"), "tomorrow", "sections[9].show.until"),
    (("sections", 9, "show", "from"), "2026-11-01T00:00:00", "sections[9].show.from"),
    (("sections", 9, "show", "markets", 0), "EU", "sections[9].show.markets[0]"),
    (("sections", 4), {"kind": "hero", "title": "Again", "picture": PICTURE}, "sections[4]"),
]


def checked(document: Any):
    return check_template("templates/home.json", json.dumps(document).encode())


def changed(way: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    place: Any = document
    for step in way[:-1]:
        if isinstance(place, dict) and not isinstance(place.get(step), dict | list):
            place[step] = {}
        place = place[step]
    if value is _GONE:
        del place[way[-1]]
    else:
        place[way[-1]] = value
    return document


def test_a_good_template_is_read_whole():
    template, problems = checked(GOOD)
    assert problems == ()
    assert template is not None
    assert len(template.sections) == len(GOOD["sections"])
    hero, named = template.sections[:2]
    assert isinstance(hero, Hero)
    assert isinstance(named, Products)
    assert template.title.text("de") == "Start"
    assert hero.link is not None
    assert hero.link.label.text("ar") == "Look", "English where it is not translated"


@pytest.mark.parametrize(("way", "value", "place"), SLIPS, ids=[f"{s[2]}-{i}" for i, s in enumerate(SLIPS)])
def test_each_slip_is_told_with_its_place(way, value, place):
    template, problems = checked(changed(way, value))
    assert template is None
    assert [problem.place for problem in problems] == [place], problems
    assert str(problems[0]).startswith(f"templates/home.json: {place}: ")
    assert problems[0].message


def test_one_look_tells_of_every_block_that_is_wrong():
    document = changed(("sections", 3, "slugs", 0), 7)
    document["sections"][0]["kind"] = "heroine"
    document["extra"] = 1
    _, problems = checked(document)
    assert [problem.place for problem in problems] == ["extra", "sections[0].kind", "sections[3].slugs[0]"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is not JSON"),
        (b'{"title": "a",\n\n "b" }', "line 3"),
        (b"[]", "must hold an object"),
        (b"\xff\xfe{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_json_object_is_told_as_a_whole(data, said):
    template, (problem,) = check_template("templates/landing/gifts.json", data)
    assert template is None
    assert str(problem).startswith("templates/landing/gifts.json: ")
    assert said in str(problem)


def leaves(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The ways to everything in a document, containers too."""
    found = [way] if way else []
    if isinstance(value, dict):
        for name, item in value.items():
            found += leaves(item, (*way, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += leaves(item, (*way, index))
    return found


def dotted(way: tuple[str | int, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way).lstrip(".")


@given(
    st.sampled_from(leaves(GOOD)), st.sampled_from([None, 7, -1.5, True, [], {}, [[]], {"x": 1}, "\x00", ""])
)
def test_whatever_is_put_anywhere_is_read_or_told_at_or_above_its_place(way, value):
    template, problems = checked(changed(way, value))
    if template is not None:
        assert problems == ()
        return
    place = dotted(way)
    assert problems
    for problem in problems:
        assert problem.file == "templates/home.json"
        assert problem.place
        assert place.startswith(problem.place) or problem.place.startswith(place), (place, problem)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(data):
    template, problems = check_template("templates/home.json", data)
    assert (template is None) == bool(problems)


def test_a_page_asks_for_few_lists():
    block = GOOD["sections"][2]
    _, problems = checked({**GOOD, "sections": [block] * 5})
    assert [problem.place for problem in problems] == ["sections[4]"]


def test_what_is_shown_when_and_where():
    template, _ = checked(GOOD)
    assert template is not None
    show = template.sections[9].show
    assert show is not None
    during, after = datetime(2026, 11, 15, tzinfo=UTC), datetime(2026, 12, 15, tzinfo=UTC)
    assert show.allows(during, "eu", "en")
    assert not show.allows(during, "us", "en")
    assert not show.allows(after, "eu", "en")


def test_texts_without_a_translation_are_known():
    template, _ = checked(GOOD)
    assert template is not None
    told = {str(note) for note in untranslated("templates/home.json", template, LANGUAGES)}
    assert "templates/home.json: sections[0].link.label: has no text in ar" in told
    assert not any("title: has" in note and "sections" not in note for note in told)


def test_the_schema_for_editors_is_the_models_own():
    kept = json.loads((FOLDER / "template.schema.json").read_text(encoding="utf-8"))
    assert kept == json_schema(), "write it again: manage.py check_configuration --write-schema"
    jsonschema.Draft202012Validator.check_schema(kept)
    jsonschema.Draft202012Validator(kept).validate(GOOD)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("templates/**/*.json")), ids=lambda path: path.name)
def test_the_repository_s_own_templates_are_good_and_translated(file):
    name = str(file.relative_to(FOLDER))
    template, problems = check_template(name, file.read_bytes())
    assert problems == ()
    assert template is not None
    assert untranslated(name, template, LANGUAGES) == ()
