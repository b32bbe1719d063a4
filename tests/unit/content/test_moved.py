"""Old addresses lead on: one cached question for each, never off the site, never in a circle."""

import pytest

from storefront.clients.content import Redirect
from tests import samples
from tests.unit.web.shops import down


def known(twins, path: str, target: str, status: int = 301) -> None:
    twins.content.redirect(
        Redirect(path=path, target=target, status=status, version=1, updated_at=samples.UPDATED)
    )


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
    assert "find_redirect" not in twins.content.calls


def test_nothing_known_is_a_404_and_is_asked_once(client, twins):
    assert [client.get("/wp-login.php").status_code for _ in range(5)] == [404] * 5
    assert twins.content.calls.count("find_redirect") == 1


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
    assert "find_redirect" not in twins.content.calls


def test_parts_and_forms_are_not_sent_elsewhere(client, twins):
    known(twins, "/c/gone/", "/c/textiles/")
    assert client.get("/c/gone/", headers={"HX-Request": "true"}).status_code == 404
    assert client.post("/old/cushion/").status_code in {403, 404, 405}
    assert "find_redirect" not in twins.content.calls


def test_without_the_content_service_a_404_stays_one(client, twins):
    twins.content.fail(down("content"))
    assert client.get("/old/cushion/").status_code == 404
