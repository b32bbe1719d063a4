"""Old addresses lead on: from one cached table, never off the site, never in a circle."""

import pytest

from storefront.clients.content import ListedRedirect
from storefront.core import ManualClock
from storefront.resilience import remaining
from tests.unit.web.shops import down


def known(twins, path: str, target: str, status: int = 301) -> None:
    twins.content.redirect(ListedRedirect(path=path, target=target, status=status))


def test_an_address_without_a_route_leads_on_within_the_region(client, twins):
    response = client.get("/old/cushion/")
    assert response.status_code == 301
    assert response["Location"] == "/ie/en/p/meadow-cushion/"
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=60"
    assert response["Cache-Tag"] == "redirects"
    assert client.get("/de/ar/old/cushion")["Location"] == "/de/ar/p/meadow-cushion/"


def test_an_old_address_without_a_region_leads_to_the_best_one_and_is_not_kept(twins):
    from django.test import Client  # noqa: PLC0415 - the shop's own client puts a region in front

    response = Client().get("/old/cushion", headers={"Accept-Language": "de-DE"})
    assert response.status_code == 302
    assert response["Location"].endswith("/de/p/meadow-cushion/")
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/p/sold-years-ago/", "/c/gone/", "/pages/gone/", "/l/gone/"])
def test_a_product_category_or_page_that_is_gone_leads_on(client, twins, path):
    known(twins, path, "/c/textiles/", 302)
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/ie/en/c/textiles/")


def test_what_is_there_is_never_asked_for(client, twins):
    known(twins, "/p/meadow-cushion/", "/c/textiles/")
    assert client.get("/p/meadow-cushion/").status_code == 200
    assert "list_redirects" not in twins.content.calls


def test_unknown_addresses_are_404_and_cost_one_call_together(client, twins):
    assert [client.get(f"/wp-login-{n}.php").status_code for n in range(5)] == [404] * 5
    assert twins.content.calls.count("list_redirects") == 1


def test_a_redirect_to_itself_is_none(client, twins):
    known(twins, "/c/gone/", "/c/gone/?a=1")
    assert client.get("/c/gone/").status_code == 404


@pytest.mark.parametrize(
    "target", ["/elsewhere.example/", "/\t/elsewhere.example", "/%2f/elsewhere.example", "/c/a b\r\nX: 1"]
)
def test_no_target_leaves_the_site_or_breaks_a_header(client, twins, target):
    known(twins, "/c/gone/", target)
    response = client.get("/c/gone/")
    assert response["Location"].startswith("/ie/en/")
    assert "\n" not in response["Location"]
    assert "X" not in response.headers


@pytest.mark.parametrize("path", ["//elsewhere.example/", "/a\\b", "/x" * 200, "/fragments/public/nothing/"])
def test_what_no_page_can_have_been_is_not_asked(client, twins, path):
    response = client.get(f"/ie/en{path}")
    assert response.status_code in {400, 404}
    assert "list_redirects" not in twins.content.calls


def test_parts_and_forms_are_not_sent_elsewhere(client, twins):
    known(twins, "/c/gone/", "/c/textiles/")
    assert client.get("/c/gone/", headers={"HX-Request": "true"}).status_code == 404
    assert client.post("/old/cushion/").status_code in {403, 404, 405}
    assert "list_redirects" not in twins.content.calls


def test_without_the_content_service_a_404_stays_one(client, twins):
    twins.content.fail(down("content"))
    assert client.get("/old/cushion/").status_code == 404


@pytest.mark.parametrize("path", ["/orders/ord_01HZX3W2M4/", "/p/gone/delivery/"])
def test_a_404_of_a_private_page_is_nobody_else_s_concern(client, twins, path):
    known(twins, path, "/c/textiles/")
    assert client.get(path).status_code == 404
    assert "list_redirects" not in twins.content.calls


@pytest.mark.parametrize(("taken", "asked"), [(0.1, True), (5.0, False)])
def test_the_question_is_within_the_time_of_the_page(client, twins, monkeypatch, taken, asked):
    """A page that took all of its time has none left for the table."""
    clock = ManualClock()
    monkeypatch.setattr(twins.shop.compose, "clock", clock)
    left = []
    refuse, table = twins.catalog.get_product, twins.content.list_redirects

    def slow(**question):
        clock.advance(taken)
        return refuse(**question)

    def told():
        left.append(remaining(99.0))
        return table()

    monkeypatch.setattr(twins.catalog, "get_product", slow)
    monkeypatch.setattr(twins.content, "list_redirects", told)
    assert client.get("/p/sold-years-ago/").status_code == 404
    assert [seconds for seconds in left if seconds > 0.05] == ([pytest.approx(0.6)] if asked else [])
