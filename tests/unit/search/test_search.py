"""Search: what was typed stays, every dead end has a way on, and nothing pretends to be an empty shop."""

from html import unescape

import pytest

from storefront.clients.search import FoundPage, Suggestion, SuggestionList
from tests.unit.web.shops import down


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_words_find_products(client, twins):
    text = text_of(client.get("/search/?q=cushion"))
    assert "Search: cushion" in text
    assert 'href="/ie/en/p/meadow-cushion/"' in text
    assert 'value="cushion"' in text
    assert '<meta name="description" content="1 product for “cushion”.">' in text


def test_facets_and_sort_keep_the_words(client, twins):
    text = text_of(client.get("/search/?q=e&colour=Ink&sort=title"))
    assert 'href="/ie/en/search/?q=e&sort=title"' in text
    assert 'href="/ie/en/p/meadow-cushion/"' in text
    assert 'href="/ie/en/p/tide-rug/"' not in text


def test_nothing_found_offers_the_categories(client, twins):
    response = client.get("/search/?q=zeppelin")
    text = text_of(response)
    assert response.status_code == 200
    assert "Nothing found for “zeppelin”" in text
    assert 'href="/ie/en/c/ceramics/"' in text


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%E2%80%83"])
def test_no_words_is_no_error(client, twins, query):
    response = client.get(f"/search/{query}")
    assert response.status_code == 200
    assert 'href="/ie/en/c/textiles/"' in text_of(response)
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
    assert 'href="/ie/en/search/?q=cushion"' in text_of(response)


ODD = "utm_source=evilword&no_facet=evilword"


@pytest.mark.parametrize("page", ["1", "0", "1000000"])
@pytest.mark.parametrize("path", ["/search/?q=cushion&", "/c/textiles/?"])
def test_keys_that_are_no_facets_reach_no_link(client, twins, path, page):
    response = client.get(f"{path}{ODD}&colour=Ink&page={page}")
    assert response.status_code == (200 if page == "1" else 404)
    assert "evilword" not in text_of(response)


def test_search_engines_know_results_by_their_words_and_page(client, twins):
    canonical = '<link rel="canonical" href="http://testserver/ie/en/search/?q=cushion">'
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
    assert 'href="/ie/en/c/textiles/"' in text
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
    assert 'href="/ie/en/c/cushions/"' in text
    assert 'href="/ie/en/p/meadow-cushion/"' in text
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
    assert 'href="/ie/en/search/?q=a+%26+b"' in text


def test_a_typo_is_answered_with_what_was_meant(client, twins):
    twins.search.__dict__["_corrections"] = {"cusion": "cushion"}
    text = text_of(client.get("/search/?q=cusion"))
    assert "Did you mean" in text
    assert 'href="/ie/en/search/?q=cushion"' in text
    assert "Did you mean" not in text_of(client.get("/search/?q=cushion"))


def test_pages_of_help_are_found_too(client, twins):
    page = FoundPage(slug="delivery", title="Delivery", description="What delivery costs.")
    twins.search.__dict__["_pages"] = (page,)
    response = client.get("/search/?q=delivery")
    text = text_of(response)
    assert "<h1>Search: delivery</h1>" in text
    assert 'href="/ie/en/pages/delivery/"' in text
    assert "Nothing found" not in text


def test_no_result_is_no_dead_end(client, twins):
    response = client.get("/search/?q=zeppelin")
    text = text_of(response)
    assert "New in the shop" in text
    assert 'href="/ie/en/p/ember-vase/"' in text
    assert 'href="/ie/en/pages/contact/"' in text
    assert 'id="sort"' not in text, "there is nothing to sort"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_filters_that_leave_nothing_can_be_taken_away(client, twins):
    text = text_of(client.get("/search/?q=cushion&colour=Banana"))
    assert "Colour: Banana" in text
    assert "Nothing matches all of these filters" in text
    assert 'href="/ie/en/search/?q=cushion"' in text
    assert "No products" in text


def test_no_result_stays_useful_without_the_catalogue(client, twins):
    twins.catalog.fail(down("catalog"))
    response = client.get("/search/?q=zeppelin")
    assert response.status_code == 200
    assert "Nothing found for “zeppelin”" in text_of(response)


def test_a_form_that_sends_the_usual_order_gets_the_address_without_it(client, twins):
    response = client.get("/search/?sort=relevance&q=e&colour=Ink")
    assert response.headers["HX-Push-Url"] == "/ie/en/search/?q=e&colour=Ink"
    assert "HX-Push-Url" not in client.get("/search/?q=e&colour=Ink").headers


def test_what_was_seen_lately_comes_as_cards_in_its_order(client, twins):
    response = client.get("/fragments/public/cards/?handles=ember-vase,meadow-cushion,no-such")
    text = text_of(response)
    assert text.index("ember-vase") < text.index("meadow-cushion")
    assert "public" in response["Cache-Control"]
    assert "<html" not in text


@pytest.mark.parametrize("handles", ["", ",,", "../x", "A-B", "<script>", "a" * 121, "no-such"])
def test_cards_of_nothing_are_nothing(client, twins, handles):
    response = client.get("/fragments/public/cards/", {"handles": handles})
    assert (response.status_code, response.content) == (204, b"")


def test_no_more_than_eight_cards_are_asked_for(client, twins):
    asked = []
    real = twins.catalog.list_products
    twins.catalog.__dict__["list_products"] = lambda **ask: asked.append(ask["handles"]) or real(**ask)
    client.get("/fragments/public/cards/", {"handles": ",".join(f"h-{n}" for n in range(30))})
    assert [len(handles) for handles in asked] == [8]


def test_cards_that_can_not_be_had_are_nothing(client, twins):
    twins.catalog.fail(down("catalog"))
    assert client.get("/fragments/public/cards/?handles=ember-vase").status_code == 204
