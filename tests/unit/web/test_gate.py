"""Odd requests get a page in plain words with the right status, before any upstream is asked."""

import pytest

METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "PROPFIND")
ROUTES = ("/", "/p/meadow-cushion/", "/c/textiles/", "/search/", "/fragments/personal/summary/", "/nowhere/")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", ROUTES)
def test_odd_methods_are_refused_everywhere(client, twins, method, route):
    response = client.generic(method, route)
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert response["Cache-Control"] == "private, no-store"
    assert twins.catalog.calls == []


@pytest.mark.parametrize("route", ["/", "/p/meadow-cushion/", "/search/"])
def test_public_pages_take_no_forms(client, twins, route):
    response = client.post(route, {"a": "b"})
    assert response.status_code == 405
    assert b"<h1" in response.content


def test_a_get_where_only_forms_are_taken_gets_a_page(client, twins):
    response = client.get("/cart/lines/")
    assert response.status_code == 405
    assert b"<h1" in response.content
    assert response["Allow"] == "POST"


def test_an_overlong_query_is_said_to_be_too_long(client, twins):
    response = client.get("/search/?q=" + "a" * 10_000)
    assert response.status_code == 414
    assert "too long" in response.content.decode()
    assert twins.search.calls == []


@pytest.mark.parametrize("query", ["q=%ff", "q=%c3%28", "q=%00", "%ff=1"])
def test_a_query_that_is_no_text_is_named(client, twins, query):
    response = client.get(f"/search/?{query}")
    assert response.status_code == 400
    assert "part of the address after" in response.content.decode()


@pytest.mark.parametrize("path", ["/p/%ff/", "/c/%c3%28/", "/p/%00/", "/%fe%fe/%2e%2e/"])
def test_a_path_that_is_no_text_is_named(client, twins, path):
    response = client.get(path)
    assert response.status_code == 400
    assert "We could not read that address." in response.content.decode()


def test_a_form_that_is_no_text_is_named(client, twins):
    response = client.generic(
        "POST", "/cart/lines/", b"sku=%ff", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 400
    assert "We could not read what was typed." in response.content.decode()


@pytest.mark.parametrize("path", ["/p/caf%C3%A9/", "/p/MEADOW/", "/p/..%2f..%2fetc/", "/p//", "/c/a;b.css/"])
def test_other_odd_paths_are_not_found(client, twins, path):
    assert client.get(path).status_code == 404


def test_an_oversized_form_is_refused_unread(client, twins):
    response = client.generic(
        "POST", "/cart/lines/", b"a=" + b"x" * 70_000, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 413
    assert "larger than this shop accepts: 64 kB at most." in response.content.decode()


@pytest.mark.parametrize(
    "length", ["-1", "abc", "²", "9" * 5_000, "0" * 14 + "1000000", "0" * 5_000 + "65537"]
)
def test_a_length_that_is_none_is_refused(client, twins, length):
    response = client.post("/cart/lines/", {"a": "b"}, CONTENT_LENGTH=length)
    assert response.status_code == 413


def test_too_many_fields_are_refused(client, twins):
    body = "&".join(f"a{i}=1" for i in range(300))
    response = client.generic("POST", "/cart/lines/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {400, 413}
    assert b"<h1" in response.content


def test_a_missing_slash_is_added(client, twins):
    response = client.get("/p/meadow-cushion?variant=x")
    assert (response.status_code, response["Location"]) == (301, "/ie/en/p/meadow-cushion/?variant=x")
    assert response["Cache-Control"] == "private, no-store"
