"""In a preview one browser sees other pages; nobody else does, and nothing that is written goes by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as site_settings

from storefront.flags.state import WHOLE, Rule, Serve, Window
from storefront.web.flags.previews import Preview, token_of
from storefront.web.middleware.routing import PRIVATE
from tests import samples
from tests.unit.web.flags.conftest import source

HOME = "/ie/en/"


@pytest.fixture
def link(twins):
    """The token of a preview, for a day unless said otherwise."""

    def make(hours: float = 24, **more) -> str:
        now = twins.shop.clock.now()
        return token_of(Preview(by="Sam Okafor", until=now + timedelta(hours=hours), **more), now)

    return make


def cookie(token: str) -> str:
    return f"{site_settings.PREVIEW_COOKIE_NAME}={token}"


def test_the_link_leads_to_its_page_and_lasts_as_long_as_it_says(client, link):
    response = client.get("/console/preview/", {"token": link(path="/de/de/c/textiles/")})
    assert (response.status_code, response["Location"]) == (303, "/de/de/c/textiles/")
    morsel = response.cookies[site_settings.PREVIEW_COOKIE_NAME]
    assert 23 * 3600 < morsel["max-age"] <= 24 * 3600
    assert morsel["httponly"]
    assert response["Cache-Control"] == PRIVATE


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "/console/", "\\\\evil.example", "evil"]
)
def test_no_link_leads_elsewhere(client, link, path):
    assert client.get("/console/preview/", {"token": link(path=path)})["Location"] == HOME


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_a_link_that_nobody_here_made_is_no_page(client, twins, token):
    response = client.get("/console/preview/", {"token": token})
    assert response.status_code == 404
    assert not response.cookies


def test_it_shows_other_pages_to_one_browser_alone(site, link):
    token = link(overrides={"theme": "harbour"})
    before = site(HOME)
    seen = site(HOME, HTTP_COOKIE=cookie(token))
    assert 'data-theme="harbour"' in seen.text
    assert "Sam Okafor" in seen.text
    assert "theme: harbour" in seen.text
    assert seen.get("Cache-Control") == PRIVATE
    assert source(seen) == ""
    after = site(HOME)
    assert (after.text, source(after)) == (before.text, "memory")


def test_it_shows_the_shop_at_another_time(site, say, link, twins):
    soon = (twins.shop.clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    rule = Rule(
        name="later", conditions=(), serve=Serve(weights=(("harbour", WHOLE),)), window=Window(starts=soon)
    )
    say("theme", rules=(rule,))
    assert 'data-theme="harbour"' not in site(HOME).text
    moment = twins.shop.clock.now() + timedelta(days=4)
    assert 'data-theme="harbour"' in site(HOME, HTTP_COOKIE=cookie(link(moment=moment))).text


def test_one_that_is_over_is_none(site, link):
    site(HOME)
    seen = site(HOME, HTTP_COOKIE=cookie(link(hours=-1, overrides={"theme": "harbour"})))
    assert 'data-theme="harbour"' not in seen.text
    assert source(seen) == "memory"


def test_private_pages_are_of_the_preview_as_well(client, link):
    client.cookies[site_settings.PREVIEW_COOKIE_NAME] = link(overrides={"theme": "harbour"})
    text = client.get("/cart/").content.decode()
    assert 'data-theme="harbour"' in text
    assert 'action="/console/preview/end/"' in text


def test_what_is_written_goes_by_the_flags_as_they_are(client, twins, kill, link):
    kill("checkout")
    client.post("/cart/lines/", {"sku": samples.CUSHION, "quantity": "1"})
    client.cookies[site_settings.PREVIEW_COOKIE_NAME] = link(overrides={"checkout": "on"})
    assert client.get("/checkout/contact/").status_code == 200
    refused = client.post("/checkout/contact/", {"email": "robin@example.com", "name": "Robin"})
    assert refused.status_code == 503


def test_it_can_be_left(client, link):
    client.cookies[site_settings.PREVIEW_COOKIE_NAME] = link(overrides={"theme": "harbour"})
    response = client.post("/console/preview/end/", {"path": "/de/de/c/textiles/"})
    assert (response.status_code, response["Location"]) == (303, "/de/de/c/textiles/")
    assert response.cookies[site_settings.PREVIEW_COOKIE_NAME]["max-age"] == 0
    assert 'data-theme="harbour"' not in client.get("/").content.decode()


def test_it_counts_in_no_experiment_and_makes_nobody_a_visitor(client, twins, say, link):
    say("delivery-note", otherwise=Serve(weights=(("control", 50_000), ("note", 50_000))), holdout=False)
    client.cookies[site_settings.PREVIEW_COOKIE_NAME] = link(overrides={"delivery-note": "note"})
    header = {"HX-Request": "true", "HX-Target": "summary"}
    response = client.get("/fragments/personal/summary/?seen=delivery-note~note", headers=header)
    assert not response.cookies
    assert twins.shop.experiments.flush(5)
    assert twins.bus.events == []
