"""Content as kept: English where it is not translated, lists of pages, redirects that never circle."""

import json
from datetime import UTC, datetime

import pytest

from apptier.content.models import PageContent, RedirectContent
from apptier.content.repository import ContentRepository, RedirectLoopError, TooManyRedirectsError, page_key


class Table:
    """The content table in a dictionary, as far as the repository uses it."""

    def __init__(self):
        self.items = {}

    def get(self, _table, key, *, consistent=False):
        return self.items.get((key["pk"], key["sk"]))

    def update(self, _table, key, _expression, *, values):
        place = (key["pk"], key["sk"])
        version = self.items.get(place, {"version": 0})["version"] + 1
        self.items[place] = key | {"doc": values[":doc"], "updated_at": values[":now"], "version": version}
        return self.items[place]

    def batch_write(self, _table, *, puts=(), deletes=()):
        self.items.update({(item["pk"], item["sk"]): item for item in puts})
        for key in deletes:
            del self.items[key["pk"], key["sk"]]

    def query_all(self, _table, _condition, values):
        found = [
            item
            for (pk, sk), item in self.items.items()
            if (pk, sk[: len(values[":start"])]) == (values[":pk"], values[":start"])
        ]
        return iter(sorted(found, key=lambda item: item["sk"]))


class Bus:
    def __init__(self):
        self.told = []

    def publish(self, kind, details):
        self.told += [(kind, detail["key"]) for detail in details]


class Clock:
    def now(self):
        return datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def repository():
    return ContentRepository(Table(), Clock())


def page(slug, title):
    return PageContent(slug=slug, title=title, description="", body_html=f"<p>{title}</p><script>x</script>")


def test_what_is_not_translated_is_told_in_english(repository, bus):
    repository.put_page(page("care", "Care"), "eu", "en", bus)
    repository.put_page(page("about", "About"), "eu", "en", bus)
    repository.put_page(page("about", "Über uns"), "eu", "de", bus)

    assert repository.get(page_key("care"), "eu", "de")["title"] == "Care"
    assert repository.get(page_key("about"), "eu", "de")["body_html"] == "<p>Über uns</p>"
    assert repository.get(page_key("about"), "us", "de") is None
    assert [found["title"] for found in repository.pages("eu", "de")] == ["Über uns", "Care"]
    assert [found["title"] for found in repository.pages("eu", "ar")] == ["About", "Care"]
    assert "body_html" not in json.dumps(repository.pages("eu", "en"))


def test_writing_the_same_again_changes_and_tells_nothing(repository, bus):
    assert repository.put_page(page("care", "Care"), "eu", "en", bus)
    told = list(bus.told)
    assert not repository.put_page(page("care", "Care"), "eu", "en", bus)
    assert bus.told == told


@pytest.mark.parametrize("written", ["/old/mug", "/old/mug/", "/Old/MUG", "/old/mug?utm=1", "/old/mug#top"])
def test_a_redirect_is_kept_under_one_path_however_that_is_spelled(repository, bus, written):
    repository.put_redirect(written, RedirectContent(target="/c/mugs-and-cups/", status=301), bus)
    [found] = repository.redirects()
    assert (found["path"], found["target"], found["status"]) == ("/old/mug", "/c/mugs-and-cups/", 301)
    assert bus.told == [("ContentChanged", "REDIRECT#/old/mug")]


def test_redirects_to_redirects_are_followed_to_their_end(repository, bus):
    """A way is for good only if every step of it is."""
    for path, target, status in (
        ("/A/", "/b/", 301),
        ("/b", "/c/mugs/?size=2", 302),
        ("/s", "/p/mug/", 301),
    ):
        repository.put_redirect(path, RedirectContent(target=target, status=status), bus)
    assert {r["path"]: (r["target"], r["status"]) for r in repository.redirects()} == {
        "/a": ("/c/mugs/?size=2", 302),
        "/b": ("/c/mugs/?size=2", 302),
        "/s": ("/p/mug/", 301),
    }


def test_there_are_no_more_redirects_than_one_answer_holds(repository, bus):
    for number in range(1000):
        repository.put_redirect(f"/old/{number}", RedirectContent(target="/c/mugs/"), bus)
    assert len(repository.redirects()) == 1000
    repository.put_redirect("/old/7", RedirectContent(target="/c/cups/"), bus)
    with pytest.raises(TooManyRedirectsError):
        repository.put_redirect("/old/1000", RedirectContent(target="/c/mugs/"), bus)


def test_a_redirect_that_would_close_a_circle_is_refused(repository, bus):
    repository.put_redirect("/a", RedirectContent(target="/b/"), bus)
    repository.put_redirect("/b", RedirectContent(target="/c/"), bus)
    for path, target in (("/c/", "/A"), ("/d", "/d/"), ("/c", "/b")):
        with pytest.raises(RedirectLoopError):
            repository.put_redirect(path, RedirectContent(target=target), bus)


def test_a_circle_that_got_in_all_the_same_leads_nowhere(repository, bus):
    table = repository._tables
    for path, target in (("/a", "/b"), ("/b", "/a")):
        doc = RedirectContent(target=target).model_dump_json()
        table.update("content", {"pk": "REDIRECTS", "sk": path}, "", values={":doc": doc, ":now": ""})
    assert repository.redirects() == []


def test_a_way_that_is_too_long_leads_nowhere(repository, bus):
    for step in range(9, 0, -1):
        repository.put_redirect(f"/s{step}", RedirectContent(target=f"/s{step + 1}"), bus)
    listed = {r["path"]: r["target"] for r in repository.redirects()}
    assert listed == {f"/s{step}": "/s10" for step in range(5, 10)}, "five steps at most"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "relative"]
)
def test_no_redirect_leads_to_another_site(target):
    with pytest.raises(ValueError, match="target"):
        RedirectContent(target=target)
