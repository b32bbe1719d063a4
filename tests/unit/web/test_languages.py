"""Every string that a person reads can be said in every language, and is; the formats are the region's."""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.test import Client
from jinja2 import Environment, nodes

from scripts import messages
from scripts.messages import TRANSLATED, problems_of, template
from storefront.core import Money
from storefront.web import formats
from storefront.web.jinja import environment
from storefront.web.regions import LANGUAGES, REGIONS, region_by_key, within

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
SPOKEN = ("aria-label", "aria-description", "aria-roledescription", "alt", "title", "placeholder", "label")
SPOKEN_DATA = r"data-(?:label|announce|say|text|word|message)[a-z-]*"
# The living page of components shows those who build the shop what there is; shoppers never see it.
FOR_BUILDERS = ("styleguide/",)
PROPER_NAMES = {"Fieldnote"}
TAG = r"""</?[a-z](?:[^>"']|"[^"]*"|'[^']*')*>?"""


# --- templates ---------------------------------------------------------------------------------------------


def plain_text(source: str, jinja: Environment) -> list[tuple[int, str]]:
    """The text between a template's expressions, with the lines it is on. {% trans %} is a call."""
    return [
        (data.lineno, data.data)
        for data in jinja.parse(source).find_all(nodes.TemplateData)
        if isinstance(data, nodes.TemplateData)
    ]


def masked(source: str, jinja: Environment) -> str:
    """The template as HTML, with a digit in the place of every expression."""
    made = []
    for _, kind, value in jinja.lex(source):
        if kind == "data":
            made.append(value)
        elif kind in {"variable_begin", "block_begin"}:
            made.append("0")
    return "".join(made)


def untranslated(source: str, jinja: Environment) -> list[str]:
    """Words of a template that no translation reaches."""
    page = "".join(text for _, text in plain_text(source, jinja))
    page = re.sub(r"<(script|svg|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    shown = re.sub(TAG, "\n", re.sub(r"<!--.*?-->|<!DOCTYPE[^>]*>", "", page, flags=re.DOTALL))
    # Some macros print attributes alone, to be used within a tag.
    shown = re.sub(r"[a-z-]+=(?:\"[^\"]*\"|'[^']*')", "", shown)
    found = [line.strip() for line in shown.splitlines() if re.search(r"[^\W\d_]{2,}", line)]
    html = masked(source, jinja)
    pattern = rf"\s(?:{'|'.join(SPOKEN)}|{SPOKEN_DATA})=(?:\"([^\"]*)\"|'([^']*)')"
    found += [
        one or other for one, other in re.findall(pattern, html) if re.search(r"[^\W\d_]{2,}", one or other)
    ]
    return [words for words in found if words not in PROPER_NAMES]


@pytest.fixture(scope="module")
def jinja() -> Environment:
    return environment()


def test_the_check_of_templates_can_fail(jinja):
    bad = (
        '<p>Hello</p><img alt="A cup"><input placeholder=\'Name\'><b title="{{ x }} left">{{ _("fine") }}</b>'
    )
    assert untranslated(bad, jinja) == ["Hello", "A cup", "Name", "0 left"]
    good = '<p class="a">{{ _("Hi") }} – {% trans n=1 %}A{% pluralize %}B{% endtrans %}</p><i alt="{{ x }}">'
    assert untranslated(good, jinja) == []


def page_templates() -> list[str]:
    names = (str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
    return sorted(name for name in names if not name.startswith(FOR_BUILDERS))


@pytest.mark.parametrize("name", page_templates())
def test_every_word_of_a_template_can_be_translated(jinja, name):
    """Also what expressions say by themselves: a string that is printed must go through gettext."""
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert untranslated(source, jinja) == []
    assert printed_strings(source, jinja) == []


def printed_strings(source: str, jinja: Environment) -> list[str]:
    """Strings that an expression prints as they are: `{{ "Yes" if x else "No" }}`."""
    found: list[str] = []

    def follow(node: nodes.Node) -> None:
        match node:
            case nodes.Const(value=str(text)) if re.search(r"[^\W\d_]{2,} [^\W\d_]{2,}|^[A-Z][a-z]+$", text):
                found.append(text)
            case nodes.CondExpr():
                follow(node.expr1)
                if node.expr2 is not None:
                    follow(node.expr2)
            case nodes.Concat() | nodes.Output():
                for one in node.nodes:
                    follow(one)
            case nodes.Filter(name="default" | "upper" | "capitalize" | "title"):
                follow(node.node)

    for output in jinja.parse(source).find_all(nodes.Output):
        follow(output)
    return [text for text in found if text not in PROPER_NAMES]


# --- code --------------------------------------------------------------------------------------------------

# What shoppers are told: the call, and which of its arguments are words (by place and by name).
SAID = {
    "add_notice": ({1}, {"text"}),
    "PageProblem": ({1}, {"message", "title"}),
    "error_response": ({2}, {"message", "title"}),
    "ErrorLink": ({0}, {"label"}),
    "Crumb": ({0}, {"label"}),
    "Field": (set(), {"label", "hint", "error"}),
    "text_field": (set(), {"label", "hint"}),
    "Choice": (set(), {"label"}),
    "Step": (set(), {"label"}),
    "Applied": (set(), {"label"}),
    "HomeBlock": ({1, 2}, {"title", "text"}),
    "Link": (set(), {"label"}),
    "Hero": (set(), {"title", "text"}),
    "NotAddedPage": (set(), {"message"}),
    "CartPage": (set(), {"problem"}),
}
ANY_PAGE = {"title", "description", "problem", "message", "notice"}
SLICES = sorted(
    path
    for path in (ROOT / "storefront").rglob("*.py")
    if not {"clients", "core", "http", "aws", "cache", "telemetry", "resilience", "styleguide"}
    & set(path.relative_to(ROOT).parts)
)


def words_in(node: ast.AST) -> list[str]:
    """Words in an argument that did not come through gettext."""
    match node:
        case ast.Constant(value=str(text)):
            return [text] if re.search(r"[^\W\d_]{2,}", text) else []
        case ast.JoinedStr():
            return [word for value in node.values for word in words_in(value)]
        case ast.IfExp():
            return words_in(node.body) + words_in(node.orelse)
        case ast.BoolOp():
            return [word for value in node.values for word in words_in(value)]
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return words_in(node.left) + words_in(node.right)
        case ast.Tuple() | ast.List():
            return [word for value in node.elts for word in words_in(value)]
    return []


def unsaid(tree: ast.AST) -> list[str]:
    """Words given to what shoppers read that no translation reaches."""
    found = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        places, names = SAID.get(name, (set(), ANY_PAGE if name.endswith("Page") else set()))
        for place, argument in enumerate(call.args):
            found += words_in(argument) if place in places else []
        for keyword in call.keywords:
            found += words_in(keyword.value) if keyword.arg in names else []
    return found


def test_the_check_of_code_can_fail():
    bad = 'add_notice(request, f"{n} left"); PageProblem(404, "Gone" if x else _("Moved"), title="No")'
    assert unsaid(ast.parse(bad)) == [" left", "Gone", "No"]
    good = 'add_notice(request, _("%(n)s left") % {"n": n}); CartPage(problem="", title=_("Cart"))'
    assert unsaid(ast.parse(good)) == []


@pytest.mark.parametrize("path", SLICES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_shoppers_are_told_can_be_translated(path):
    assert unsaid(ast.parse(path.read_text(encoding="utf-8"))) == []


# --- catalogues --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strings():
    found = template()
    assert len(found) > 200
    return found


def test_every_language_but_that_of_the_code_has_a_catalogue():
    assert set(TRANSLATED) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_says_everything(language, strings):
    """Nothing missing or guessed, and the same placeholders: `python -m scripts.messages check` says more."""
    assert problems_of(language, strings) == []


def test_a_missing_and_an_odd_translation_are_noticed(strings, monkeypatch):
    catalog = Catalog(locale="de", fuzzy=False)
    catalog.add("%(count)s left", "noch %(zahl)s")
    catalog.add("Cart", "")
    catalog.add("Menu", "Menü", flags=["fuzzy"])
    monkeypatch.setattr(messages, "read_catalogue", lambda language: catalog)
    wanted = Catalog(fuzzy=False)
    for text in ("%(count)s left", "Cart", "Menu", "Help"):
        wanted.add(text)
    assert len(messages.problems_of("de", wanted)) == 4


# --- pages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/ie/en/nothing/", "This page is missing"),
        ("/ie/de/nothing/", "Diese Seite"),
        ("/de/ar/nothing/", "الصفحة"),
    ],
)
def test_an_error_page_speaks_the_language_of_its_region(twins, path, words):
    response = Client().get(path)
    assert response.status_code == 404
    assert words in response.content.decode()
    assert not twins.catalog.calls


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.key)
def test_help_is_in_the_same_place_everywhere(twins, region):
    for path in ("/nothing/", "/cart/"):
        text = Client().get(region.prefix + path).content.decode()
        header = text.split("</header>", 1)[0]
        assert f'href="{region.prefix}/pages/contact/"' in header


# --- formats -----------------------------------------------------------------------------------------------

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("key", "money", "long", "short", "weekday", "number"),
    [
        ("ie-en", "€1,049.00", "27 November 2026", "27 November", "Friday, 27 November", "1,204"),
        ("us-en", "€1,049.00", "November 27, 2026", "November 27", "Friday, November 27", "1,204"),
        ("de-de", "1.049,00\xa0€", "27. November 2026", "27. November", "Freitag, 27. November", "1.204"),
        ("us-de", "1.049,00\xa0€", "27. November 2026", "27. November", "Freitag, 27. November", "1.204"),
    ],
)
def test_amounts_and_days_are_the_regions(key, money, long, short, weekday, number):
    with within(region_by_key(key)):
        assert formats.money(Money(104_900, "EUR")) == money
        assert formats.day(FRIDAY) == long
        assert formats.day(FRIDAY, "d MMMM") == short
        assert formats.day(FRIDAY, "EEEE d MMMM") == weekday
        assert formats.number(1_204) == number


def test_arabic_has_latin_digits_kept_together():
    with within(region_by_key("de-ar")):
        said = (formats.money(Money(4_900, "EUR")), formats.day(FRIDAY), formats.percent(0.2))
        for text in said:
            assert text[0] in "\u2066\u2068"
            assert text.endswith("\u2069")
            assert re.search(r"[0-9]", text)
            assert not re.search(r"[٠-٩]", text)
        assert "49.00" in said[0]
        assert "نوفمبر" in said[1]


@pytest.mark.parametrize(
    ("key", "share", "up", "down"),
    [
        ("ie-en", "5.23%", "+0.41", "−0.41"),
        ("de-de", "5,23\xa0%", "+0,41", "−0,41"),
        ("de-ar", "\u20685.23%\u2069", "\u2066+0.41\u2069", "\u2066−0.41\u2069"),
    ],
)
def test_shares_with_digits_and_numbers_with_their_side_are_the_regions(key, share, up, down):
    with within(region_by_key(key)):
        assert formats.percent(0.05226, 2) == share
        assert (formats.signed(0.406), formats.signed(-0.406)) == (up, down)
        assert formats.signed(-0.0004) == formats.signed(0.0)
        assert formats.percent(0.2) == formats.percent(0.2, 0)


@pytest.mark.parametrize(
    ("key", "amount", "written"),
    [
        ("us-ar", Money(2_100, "USD"), "US$\u00a021.00"),
        ("us-ar", Money(-2_100, "USD"), "−US$\u00a021.00"),
        ("de-ar", Money(104_900, "EUR"), "€\u00a01,049.00"),
    ],
)
def test_an_amount_in_arabic_has_its_sign_first_and_runs_from_left_to_right(key, amount, written):
    with within(region_by_key(key)):
        assert formats.money(amount) == f"\u2066{written}\u2069"


def test_a_moment_s_day_is_the_one_on_the_region_s_clocks():
    moment = datetime(2026, 11, 23, 4, 5, tzinfo=UTC)
    with within(region_by_key("us-en")):
        assert formats.day(moment, "d MMMM") == "November 22"
    with within(region_by_key("ie-en")):
        assert formats.day(moment, "d MMMM") == "23 November"


def test_countries_stand_in_the_order_of_their_names():
    with within(region_by_key("de-de")):
        assert formats.by_country_name(["SE", "AT", "IE", "DE"]) == ["DE", "IE", "AT", "SE"]
    with within(region_by_key("ie-en")):
        assert formats.by_country_name(["SE", "AT", "IE", "DE"]) == ["AT", "DE", "IE", "SE"]


def test_countries_and_lists_are_said_in_the_language():
    with within(region_by_key("us-de")):
        assert formats.country("ie") == "Irland"
        assert formats.and_list(["Tinte", "Moos", "Sand"]) == "Tinte, Moos und Sand"
    with within(region_by_key("ie-ar")):
        assert formats.country("DE") == "ألمانيا"
        assert formats.country_in_english("DE") == "Germany"
        assert formats.country_in_english("") == ""


def test_words_one_after_the_other_have_the_comma_of_the_language():
    for key, said in (("ie-en", "كتان, صوف, قطن"), ("de-de", "كتان, صوف, قطن"), ("us-ar", "كتان، صوف، قطن")):
        with within(region_by_key(key)):
            assert formats.comma_list(["كتان", "صوف", "قطن"]) == said
            assert formats.comma_list(["كتان"]) == "كتان"
