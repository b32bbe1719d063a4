"""The words of a fresh shop: the demo tells its story, any other shop says only what is true of it."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

import apptier
from apptier.catalog.layout import StoredCategory
from apptier.catalog.records import CategoryRecord, CategoryText
from apptier.catalog.repository import HandlePage
from apptier.content.facts import FREE_FROM
from apptier.content.repository import page_key
from apptier.content.seeding import ContentSeeder
from apptier.kit.markets import MARKETS

HANDLES = [f"product-{number:03d}" for number in range(130)]
DEMO_WORDS = re.compile(r"fieldnote|by hand|workshop|studio|pottery|pattern|thirty days to", re.IGNORECASE)


class Catalog:
    """A catalogue with two categories and 130 products, in every market."""

    def categories(self):
        return [
            StoredCategory(CategoryRecord(id=slug, slug=slug, name=slug.title()), {"eu": 65, "us": 65})
            for slug in ("men", "women")
        ]

    def list_handles(self, _market, *, category=None, limit=24, after=None):
        start = 0 if after is None else int(after)
        page = HANDLES[start : start + limit]
        return HandlePage(page, str(start + limit) if start + limit < len(HANDLES) else None)

    def cards(self, _handles):
        return {}


class Repository:
    """Keeps what is put, as it is, by key, market and language."""

    def __init__(self):
        self.kept = {}
        self.redirects = {}

    def put(self, key, market, locale, content, _events):
        before = self.kept.get((key, market, locale))
        self.kept[key, market, locale] = content
        return before != content

    def put_page(self, page, market, locale, events):
        return self.put(page_key(page.slug), market, locale, page, events)

    def put_redirect(self, path, redirect, _events):
        before = self.redirects.get(path)
        self.redirects[path] = redirect
        return before != redirect


def seeded(shop_name, media_root=None, *, market="eu", locale="en", catalog=None):
    repository = Repository()
    ContentSeeder(repository, catalog or Catalog(), None, shop_name).seed(media_root)
    wanted = (market, locale)
    return {key: content for (key, *where), content in repository.kept.items() if tuple(where) == wanted}


def whole(contents):
    return "\n".join(content.model_dump_json() for content in contents.values())


@pytest.fixture
def plain():
    return seeded("Harbour & {countries}")


def test_another_shop_has_no_word_of_the_demos(plain):
    assert DEMO_WORDS.findall(whole(plain)) == []
    assert DEMO_WORDS.search(whole(seeded(None))), "the demo's words are known by what is looked for"


def test_another_shop_opens_with_its_numbers_categories_and_newest(plain):
    home = plain["HOME"]

    assert (home.hero.title, home.hero.text) == ("Welcome", "130 products in 2 categories.")
    assert [(section.kind, section.slugs) for section in home.sections] == [
        ("categories", ["men", "women"]),
        ("products", HANDLES[:8]),
    ]


def test_the_demos_own_picture_is_the_demos(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "hero-720.webp").touch()

    assert seeded(None, tmp_path)["HOME"].hero.image is not None
    assert seeded("Acme", tmp_path)["HOME"].hero.image is None


def test_a_shops_name_is_text_whatever_it_holds(plain):
    about = plain["PAGE#about"]

    assert about.title == "About Harbour & {countries}"
    assert "Harbour &amp; {countries}: 130 products" in about.body_html


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
@pytest.mark.parametrize("name", [None, "Acme"])
def test_every_word_is_filled_in_and_every_link_leads_to_a_page(name, locale):
    contents = seeded(name, locale=locale)
    text = unescape(whole(contents))
    slugs = {key.removeprefix("PAGE#") for key in contents if key.startswith("PAGE#")}

    assert not re.search(r"\{[a-z_]+\}", text)
    assert set(re.findall(r"/pages/([a-z]+)/", text)) <= slugs
    assert "/stores/" not in text


@pytest.mark.parametrize("name", [None, "Acme"])
def test_every_language_has_the_same_pages_and_menus_in_its_own_words(name):
    english, german, arabic = (seeded(name, locale=locale) for locale in ("en", "de", "ar"))

    assert set(english) == set(german) == set(arabic)
    for key in english:
        if key.startswith("PAGE#"):
            headings = [content[key].body_html.count("<h2>") for content in (english, german, arabic)]
            assert len(set(headings)) == 1, key
            assert german[key].body_html != english[key].body_html
            assert re.search(r"[\u0600-\u06ff]{3}", arabic[key].body_html), key
            assert arabic[key].title != german[key].title != english[key].title or key == "PAGE#imprint"


# Leads that a language says without a figure.
WORDED = {"en": [], "de": [], "ar": [{1}, {2}]}


def amount_words(amount, symbol, locale):
    """An amount in minor units as the pages say it."""
    number = f"{amount // 100}{',' if locale == 'de' else '.'}{amount % 100:02d}"
    return f"{symbol}{number}" if locale == "en" else f"{number} {symbol}"


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
@pytest.mark.parametrize("market", ["eu", "us"])
@pytest.mark.parametrize("name", [None, "Acme"])
def test_the_page_about_delivery_says_what_the_checkout_will(name, market, locale):
    """Every country's ways with the prices and leads of `apptier.kit.markets`, and no others."""
    page = seeded(name, market=market, locale=locale)["PAGE#delivery"].body_html
    sold, symbol = MARKETS[market], {"eu": "€", "us": "$"}[market]
    places = re.findall(r"<dt>[^<]+</dt>((?:<dd>[^<]+</dd>)+)", page)

    assert len(places) == len(sold.countries)
    for country, place in zip(sold.countries, places, strict=True):
        told = re.findall(r"<dd>([^<]+)</dd>", place)
        ways = [m for m in sold.delivery if not m.countries or country.code in m.countries]
        assert len(told) == len(ways)
        for method, line in zip(ways, told, strict=True):
            price = method.price + dict(method.surcharges).get(country.code, 0)
            head, _, days = line.partition(": ")
            assert head == method.names.get(locale, method.name)
            assert amount_words(price, symbol, locale) in days
            spelt = days.split(symbol)[-1] if locale != "en" else days.split(", ", 1)[1]
            leads = {method.lead_min, method.lead_max}
            assert {int(number) for number in re.findall(r"\d+", spelt)} == leads or leads in WORDED[locale]


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
def test_free_delivery_begins_where_the_promotion_does(locale):
    promotions = Path(apptier.__path__[0]) / "orders" / "data" / "promotions.json"
    (free,) = [p for p in json.loads(promotions.read_text(encoding="utf-8")) if p["id"] == "free-delivery"]

    assert free["minimum"] == FREE_FROM
    for market, symbol in (("eu", "€"), ("us", "$")):
        page = seeded(None, market=market, locale=locale)["PAGE#delivery"].body_html
        assert amount_words(free["minimum"][market], symbol, locale) in page


@pytest.mark.parametrize("name", [None, "Acme"])
def test_the_terms_tell_the_truth_about_tax_in_each_market(name):
    inside = seeded(name, market="eu")["PAGE#terms"].body_html
    on_top = seeded(name, market="us")["PAGE#terms"].body_html

    assert "include the value added tax" in inside
    assert f"Sales tax of {MARKETS['us'].tax_basis_points / 100:g} % is added" in on_top
    assert "value added tax" not in on_top


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
@pytest.mark.parametrize("name", [None, "Acme"])
def test_the_footer_and_help_lead_to_ones_order(name, locale):
    contents = seeded(name, locale=locale)
    links = {link.href for group in contents["MENU#footer"].groups for link in group.links}

    assert "/orders/" in links
    assert 'href="/orders/"' in contents["PAGE#contact"].body_html
    assert name is not None or 'href="/orders/"' in contents["PAGE#delivery"].body_html


@pytest.mark.parametrize(
    ("locale", "postage", "form"),
    [
        ("en", "We pay the postage", "I/We (*) hereby give notice"),
        ("de", "Wir tragen die Kosten der Rücksendung", "Hiermit widerrufe(n) ich/wir (*)"),
        ("ar", "كلفة إعادة البضاعة علينا", "أعلن/نعلن (*)"),
    ],
)
@pytest.mark.parametrize("market", ["eu", "us"])
def test_the_right_of_withdrawal_is_told_with_its_form_and_who_pays(market, locale, postage, form):
    """What directive 2011/83/EU, annex I, wants said: the right, its effects, and the model form."""
    contents = seeded(None, market=market, locale=locale)
    page = contents["PAGE#withdrawal"].body_html
    links = {link.href for group in contents["MENU#footer"].groups for link in group.links}

    assert "/pages/withdrawal/" in links
    assert "/pages/withdrawal/" in contents["PAGE#terms"].body_html
    assert postage in page
    assert form in page.partition("<blockquote>")[2]
    assert "18 Drury Row" in page


def test_the_returns_page_says_who_pays_the_postage():
    for locale, words in (
        ("en", "the postage is ours"),
        ("de", "das Porto zahlen wir"),
        ("ar", "البريد علينا"),
    ):
        assert words in seeded(None, locale=locale)["PAGE#returns"].body_html


def test_no_english_page_mixes_two_spellings_of_email():
    for key, content in seeded(None).items():
        assert not re.search(r"\be-mail", content.model_dump_json(), re.IGNORECASE), key


class Nothing(Catalog):
    """A catalogue that sells nothing in the United States."""

    def categories(self):
        return [StoredCategory(c.record, {"eu": 65, "us": 0}) for c in super().categories()]

    def list_handles(self, market, **options):
        return super().list_handles(market, **options) if market == "eu" else HandlePage([], None)


def test_where_nothing_is_sold_no_page_counts_to_nought():
    contents = seeded("Acme", market="us", catalog=Nothing())

    assert contents["HOME"].sections == []
    assert "nothing in your country yet" in contents["PAGE#about"].body_html
    assert not re.search(r"\b0 products", whole(contents))


class Deep(Catalog):
    """Three levels of categories."""

    def categories(self):
        parents = {"walls": None, "wallpaper": "walls", "botanical": "wallpaper", "prints": "walls"}
        return [
            StoredCategory(
                CategoryRecord(
                    id=slug,
                    slug=slug,
                    name=slug.title(),
                    parent_id=parent,
                    translations={"de": CategoryText(name=f"{slug} auf Deutsch")},
                ),
                {"eu": 65, "us": 65},
            )
            for slug, parent in parents.items()
        ]


def test_the_header_menu_nests_as_the_categories_do():
    (walls,) = seeded(None, locale="de", catalog=Deep())["MENU#header"].groups

    assert (walls.title, walls.href) == ("walls auf Deutsch", "/c/walls/")
    assert [link.href for link in walls.links] == ["/c/prints/"]
    (wallpaper,) = walls.groups
    assert wallpaper.href == "/c/wallpaper/"
    assert [link.label for link in wallpaper.links] == ["botanical auf Deutsch"]


def test_only_the_demo_has_redirects_and_each_leads_on():
    demo, other = Repository(), Repository()
    ContentSeeder(demo, Catalog(), None).seed(None)
    ContentSeeder(other, Catalog(), None, "Acme").seed(None)

    assert other.redirects == {}
    assert demo.redirects
    assert not set(demo.redirects) & {redirect.target for redirect in demo.redirects.values()}


def test_the_demos_footer_begins_with_its_sentence_and_no_other_has_one(plain):
    sentence, *rest = seeded(None)["MENU#footer"].groups

    assert sentence.links == []
    assert sentence.title.startswith("Patterns drawn")
    assert all(group.links for group in [*rest, *plain["MENU#footer"].groups])
