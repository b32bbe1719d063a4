"""The words of a fresh shop: the demo tells its story, any other shop says only what is true of it."""

import re
from html import unescape

import pytest

from apptier.catalog.layout import StoredCategory
from apptier.catalog.records import CategoryRecord
from apptier.catalog.repository import HandlePage
from apptier.content.seeding import ContentSeeder

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
    """Keeps what is put, as JSON by key and market."""

    def __init__(self):
        self.kept = {}

    def put(self, key, market, _locale, content, _events):
        before = self.kept.get((key, market))
        self.kept[key, market] = content
        return before != content


def seeded(shop_name, media_root=None):
    repository = Repository()
    ContentSeeder(repository, Catalog(), None, shop_name).seed(media_root)
    return {key: content for (key, market), content in repository.kept.items() if market == "eu"}


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
    assert "Harbour &amp; {countries} sells 130 products" in about.body_html


@pytest.mark.parametrize("name", [None, "Acme"])
def test_every_word_is_filled_in_and_every_link_leads_to_a_page(name):
    contents = seeded(name)
    text = unescape(whole(contents))
    slugs = {key.removeprefix("PAGE#") for key in contents if key.startswith("PAGE#")}

    assert not re.search(r"\{[a-z_]+\}", text)
    assert set(re.findall(r"/pages/([a-z]+)/", text)) <= slugs
    assert "/stores/" not in text


def test_the_demos_footer_begins_with_its_sentence_and_no_other_has_one(plain):
    sentence, *rest = seeded(None)["MENU#footer"].groups

    assert sentence.links == []
    assert sentence.title.startswith("Patterns drawn")
    assert all(group.links for group in [*rest, *plain["MENU#footer"].groups])
