"""Category pages: state in the URL, every link right, and something to buy while search is away."""

import re
from html import unescape

import pytest
from msgspec.structs import replace

from storefront.clients.catalog import Category
from storefront.web import reads
from tests import samples
from tests.unit.web.shops import down


def hrefs(response) -> set[str]:
    return {unescape(found) for found in re.findall(r'href="([^"]+)"', response.content.decode())}


def handles(response) -> set[str]:
    return set(re.findall(r'href="/ie/en/p/([a-z-]+)/"', response.content.decode()))


def deep_tree() -> tuple[Category, ...]:
    """Textiles, in it cushions, in those square and round ones."""
    kept = [one for one in samples.CATEGORIES if one.slug in {"textiles", "cushions"}]
    cushions = next(one for one in kept if one.slug == "cushions")
    lower = [
        replace(cushions, id=name, slug=name, name=name.capitalize(), parent_id=cushions.id)
        for name in ("square", "round")
    ]
    return (*kept, *lower)


def test_a_category_lists_its_products_and_its_children(client, twins):
    response = client.get("/c/textiles/")
    text = response.content.decode()
    assert "<h1>Textiles</h1>" in text
    assert handles(response) == {"meadow-cushion", "tide-rug", "fern-wallpaper"}
    assert "/ie/en/c/cushions/" in hrefs(response)


def test_a_filter_narrows_and_can_be_taken_away(client, twins):
    response = client.get("/c/textiles/?colour=Ink&material=Linen")
    assert handles(response) == {"meadow-cushion"}
    found = hrefs(response)
    assert {
        "/ie/en/c/textiles/?material=Linen",
        "/ie/en/c/textiles/?colour=Ink",
        "/ie/en/c/textiles/",
    } <= found


def test_values_of_one_facet_widen(client, twins):
    assert handles(client.get("/c/textiles/?colour=Ink&colour=Sea")) == {"meadow-cushion", "tide-rug"}


def test_a_value_with_a_space_survives_the_url(client, twins):
    response = client.get("/c/textiles/?size=45+cm")
    assert handles(response) == {"meadow-cushion"}
    assert "Size: 45 cm" in response.content.decode()


def test_keys_that_are_no_facets_are_dropped_everywhere(client, twins):
    response = client.get("/c/textiles/?utm_source=x&colour=Ink&no_facet=1")
    assert response.status_code == 200
    assert handles(response) == {"meadow-cushion"}
    assert not [href for href in hrefs(response) if "utm_source" in href or "no_facet" in href]


@pytest.mark.parametrize("sort", ["price_asc", "price_desc", "title", "newest"])
def test_a_sort_order_stays_in_the_links(client, twins, sort):
    response = client.get(f"/c/textiles/?sort={sort}&colour=Ink")
    wanted = "/ie/en/c/textiles/" if sort == "newest" else f"/ie/en/c/textiles/?sort={sort}"
    assert wanted in hrefs(response)


def test_an_unknown_sort_order_is_the_usual_one(client, twins):
    assert client.get("/c/textiles/?sort=magic").content == client.get("/c/textiles/?sort=").content


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1000000", "99999999999", "1.5", "٣", "%F0%9F%98%80"])
def test_a_page_that_is_none_says_where_the_list_ends(client, twins, page):
    response = client.get(f"/c/textiles/?page={page}&colour=Ink")
    text = unescape(response.content.decode())
    assert response.status_code == 404
    assert "There is no page " in text
    assert "the list has one page" in text
    assert "/ie/en/c/textiles/?colour=Ink" in hrefs(response)
    assert response["Cache-Control"] == "private, no-store"


def test_the_last_page_is_named_and_linked(client, twins, monkeypatch):
    real = reads.results
    monkeypatch.setattr(reads, "results", lambda shop, **ask: real(shop, **{**ask, "limit": 1}))
    response = client.get("/c/textiles/?page=1000000")
    text = response.content.decode()
    assert "There is no page 1000000; the list ends at page 3." in text
    assert "/ie/en/c/textiles/?page=3" in hrefs(response)
    middle = client.get("/c/textiles/?page=2")
    assert {"/ie/en/c/textiles/", "/ie/en/c/textiles/?page=3"} <= hrefs(middle)
    assert 'rel="canonical" href="http://testserver/ie/en/c/textiles/?page=2"' in middle.content.decode()


def test_an_unknown_category_is_not_found(client, twins):
    assert client.get("/c/no-such/").status_code == 404


def test_without_search_the_newest_products_are_shown(client, twins):
    twins.search.fail(down("search"))
    response = client.get("/c/textiles/?colour=Ink")
    assert response.status_code == 200
    assert handles(response) == {"meadow-cushion", "tide-rug", "fern-wallpaper"}
    assert "s-maxage=10" in response["Cache-Control"]
    assert "Filters and sorting are resting" in response.content.decode()


def test_without_search_and_catalogue_there_is_no_empty_list(client, twins):
    twins.search.fail(down("search"))
    twins.catalog.fail(down("catalog"), "list_products")
    response = client.get("/c/textiles/")
    assert response.status_code == 503
    assert response["Retry-After"]


def test_a_category_seen_before_survives_the_catalogue(client, twins):
    assert client.get("/c/textiles/").status_code == 200
    twins.catalog.fail(down("catalog"))
    assert client.get("/c/textiles/").status_code == 200


def test_a_category_never_seen_is_a_503_while_the_catalogue_is_away(client, twins):
    twins.catalog.fail(down("catalog"))
    response = client.get("/c/textiles/")
    assert response.status_code == 503
    assert b"<h1" in response.content


def test_sixty_filters_ask_a_question_the_search_service_takes(client, twins):
    query = "&".join(f"colour=C{number}" for number in range(60))
    assert client.get(f"/c/textiles/?{query}").status_code == 200


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "{{7*7}}", "' onload='x"])
def test_what_was_typed_into_a_facet_is_escaped(client, twins, value):
    response = client.get("/c/textiles/", {"colour": value})
    text = response.content.decode()
    assert response.status_code == 200
    assert "<script>alert" not in text
    assert "onload='x" not in text


def test_a_category_without_children_shows_its_siblings_and_the_one_above(client, twins):
    twins.catalog.__dict__["_categories"] = deep_tree()
    text = unescape(client.get("/c/square/").content.decode())
    assert 'aria-label="Within Cushions"' in text
    assert "All of Cushions" in text
    assert 'href="/ie/en/c/round/"' in text
    assert re.search(r'href="/ie/en/c/square/"\s+aria-current="page"', text)


def test_a_tree_may_be_as_deep_as_it_likes(client, twins):
    twins.catalog.__dict__["_categories"] = deep_tree()
    text = unescape(client.get("/c/square/").content.decode())
    way = text.split('aria-label="Breadcrumb"')[1].split("</nav>")[0]
    order = [way.index(name) for name in ("Home", "Textiles", "Cushions", "Square")]
    assert order == sorted(order)
