"""Search: what was typed stays, every dead end has a way on, and nothing pretends to be an empty shop."""

from html import unescape

import pytest

from storefront.clients.search import Suggestion, SuggestionList
from tests.unit.web.shops import down


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_words_find_products(client, twins):
    text = text_of(client.get("/search/?q=cushion"))
    assert "Search: cushion" in text
    assert 'href="/p/meadow-cushion/"' in text
    assert 'value="cushion"' in text


def test_facets_and_sort_keep_the_words(client, twins):
    text = text_of(client.get("/search/?q=e&colour=Ink&sort=title"))
    assert 'href="/search/?q=e&sort=title"' in text
    assert 'href="/p/meadow-cushion/"' in text
    assert 'href="/p/tide-rug/"' not in text


def test_nothing_found_offers_the_categories(client, twins):
    response = client.get("/search/?q=zeppelin")
    text = text_of(response)
    assert response.status_code == 200
    assert "Nothing found for “zeppelin”" in text
    assert 'href="/c/ceramics/"' in text


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%E2%80%83"])
def test_no_words_is_no_error(client, twins, query):
    response = client.get(f"/search/{query}")
    assert response.status_code == 200
    assert 'href="/c/textiles/"' in text_of(response)
    assert "search_products" not in twins.search.calls


def test_too_many_words_are_refused_and_kept(client, twins):
    response = client.get("/search/", {"q": "a" * 201})
    text = text_of(response)
    assert response.status_code == 400
    assert "at most 200 characters" in text
    assert f'value="{"a" * 200}"' in text
    assert "search_products" not in twins.search.calls


@pytest.mark.parametrize(
    "q", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "%s%n"]
)
def test_words_are_never_markup(client, twins, q):
    raw = client.get("/search/", {"q": q}).content.decode()
    assert "<script>alert" not in raw
    assert "<img src=x" not in raw
    assert "49" not in raw.split("<h1>")[1].split("</h1>")[0]


def test_control_characters_are_taken_out(client, twins):
    assert "Search: cushion" in text_of(client.get("/search/", {"q": "cush\x07ion\u0085"}))


def test_a_page_beyond_the_end_says_where_the_list_ends(client, twins):
    response = client.get("/search/?q=cushion&page=1000000")
    assert response.status_code == 404
    assert "There is no page 1000000; the list has one page." in text_of(response)
    assert 'href="/search/?q=cushion"' in text_of(response)


ODD = "utm_source=evilword&no_facet=evilword"


@pytest.mark.parametrize("page", ["1", "0", "1000000"])
@pytest.mark.parametrize("path", ["/search/?q=cushion&", "/c/textiles/?"])
def test_keys_that_are_no_facets_reach_no_link(client, twins, path, page):
    response = client.get(f"{path}{ODD}&colour=Ink&page={page}")
    assert response.status_code == (200 if page == "1" else 404)
    assert "evilword" not in text_of(response)


def test_search_engines_know_results_by_their_words_and_page(client, twins):
    canonical = '<link rel="canonical" href="http://testserver/search/?q=cushion">'
    assert canonical in text_of(client.get("/search/?q=cushion&colour=Ink&sort=title"))


def test_nothing_typed_is_repeated_while_search_is_away(client, twins):
    twins.search.fail(down("search"))
    assert "evilword" not in text_of(client.get(f"/search/?q=cushion&{ODD}"))


def test_without_search_the_categories_are_offered(client, twins):
    twins.search.fail(down("search"))
    response = client.get("/search/?q=cushion")
    text = text_of(response)
    assert response.status_code == 503
    assert response["Cache-Control"] == "private, no-store"
    assert response["Retry-After"]
    assert "look through the shop by category" in text
    assert 'href="/c/textiles/"' in text
    assert 'value="cushion"' in text


def test_with_nothing_at_all_there_is_still_a_page(client, twins):
    twins.search.fail(down("search"))
    twins.catalog.fail(down("catalog"))
    twins.content.fail(down("content"))
    response = client.get("/search/?q=cushion")
    assert response.status_code == 503
    assert b"<h1>" in response.content


def test_suggestions_lead_somewhere(client, twins):
    text = text_of(client.get("/fragments/public/suggest/?q=cush"))
    assert 'href="/c/cushions/"' in text
    assert 'href="/p/meadow-cushion/"' in text
    assert "<html" not in text


@pytest.mark.parametrize("q", ["", "%20", "a" * 101])
def test_nothing_to_suggest_is_nothing(client, twins, q):
    response = client.get(f"/fragments/public/suggest/?q={q}")
    assert (response.status_code, response.content) == (204, b"")


def test_suggestions_that_do_not_come_are_nothing(client, twins):
    twins.search.fail(down("search"))
    assert client.get("/fragments/public/suggest/?q=cush").status_code == 204


def test_a_suggestion_whose_target_is_no_address_is_left_out(client, twins, monkeypatch):
    odd = SuggestionList(
        items=(
            Suggestion(kind="product", text="Odd", target="../../etc"),
            Suggestion(kind="query", text="a & b", target="a & b"),
        )
    )
    monkeypatch.setattr(twins.search, "suggest", lambda **_ask: odd)
    text = text_of(client.get("/fragments/public/suggest/?q=odd"))
    assert "Odd" not in text
    assert 'href="/search/?q=a+%26+b"' in text
