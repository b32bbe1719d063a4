"""Error pages: the right status, plain words, no upstream, no secrets, whatever is broken."""

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import path
from jinja2 import FileSystemLoader

from storefront import urls
from storefront.core import (
    Conflict,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    Reason,
    Unauthorized,
    UpstreamInvalid,
    UpstreamRefused,
    UpstreamUnavailable,
)
from storefront.web.errors import ErrorLink, PageProblem, error_response
from storefront.web.jinja import environment
from storefront.web.policies import private_page
from tests.unit.web.shops import urlconf


def refused(kind, status, detail=""):
    return kind("orders", "POST /secret/path", status=status, code="x", detail=detail)


RAISED = {
    "unavailable": (UpstreamUnavailable("orders", "x", Reason.TIMEOUT), 503, "right back"),
    "invalid": (UpstreamInvalid("orders", "x", "broken", field="$.a"), 503, "right back"),
    "not-found": (refused(NotFound, 404), 404, "missing"),
    "gone": (refused(Gone, 410), 404, "existed once"),
    "unauthorized": (refused(Unauthorized, 401), 404, "missing"),
    "conflict": (refused(Conflict, 409, "The cart was changed."), 409, "The cart was changed."),
    "precondition": (refused(PreconditionFailed, 412), 409, "changed meanwhile"),
    "bad": (refused(Invalid, 422, "No such colour."), 400, "No such colour."),
    "odd": (refused(UpstreamRefused, 418), 503, "right back"),
    "problem": (
        PageProblem(404, "There is no page 9.", link=ErrorLink("Go to page 7", "/c/x/?page=7")),
        404,
        "There is no page 9.",
    ),
    "http404": (Http404("No such order."), 404, "No such order."),
}


@private_page()
def failing(request, name):
    if name == "bug":
        raise RuntimeError("secret-of-the-house")
    raise RAISED[name][0]


@pytest.fixture
def site(client, twins, settings):
    """The whole site, with an address more where things go wrong."""
    settings.ROOT_URLCONF = urlconf(path("fail/<slug:name>/", failing), *urls.urlpatterns)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("name", RAISED)
def test_an_error_becomes_a_page(site, twins, name):
    _, status, words = RAISED[name]
    response = site.get(f"/fail/{name}/")
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert "<h1" in text
    assert response["Cache-Control"] == "private, no-store"
    assert "secret" not in text
    assert twins.catalog.calls == []


def test_an_outage_says_when_to_try_again(site):
    assert 1 <= int(site.get("/fail/unavailable/")["Retry-After"]) <= 60


def test_a_bug_gives_a_page_without_details(site):
    response = site.get("/fail/bug/")
    assert response.status_code == 500
    assert b"<h1" in response.content
    assert b"secret" not in response.content
    assert response["X-Request-Id"].encode() in response.content


def test_the_next_step_is_a_link(site):
    assert 'href="/c/x/?page=7"' in site.get("/fail/problem/").content.decode()


def test_htmx_gets_a_sentence_and_no_page(site):
    response = site.get("/fail/problem/", headers={"HX-Request": "true"})
    assert response.content.decode().startswith('<p class="notice')
    assert "There is no page 9." in response.content.decode()


def test_a_boosted_request_gets_the_page(site):
    response = site.get("/fail/problem/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert b"<html" in response.content


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 414, 429, 500, 503])
def test_every_status_has_a_page(twins, status):
    response = error_response(RequestFactory().get("/"), status)
    assert response.status_code == status
    assert b"<h1" in response.content
    assert len(response.content) < 30_000


def test_words_are_escaped(twins):
    text = error_response(RequestFactory().get("/"), 404, "<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in text
    fragment = error_response(RequestFactory().get("/", headers={"HX-Request": "true"}), 404, "<b>").content
    assert b"<b>" not in fragment


def test_a_broken_template_still_gives_a_page(twins, settings, tmp_path):
    (tmp_path / "errors").mkdir()
    (tmp_path / "errors" / "404.html").write_text("{{ nothing.of.the.kind }}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    response = error_response(RequestFactory().get("/"), 404)
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_an_unknown_address_is_not_found(site, twins):
    response = site.get("/nowhere/at/all/")
    assert response.status_code == 404
    assert b"<h1" in response.content
    assert isinstance(response, HttpResponse)


def test_error_pages_name_the_shop_of_the_settings(settings):
    settings.SHOP_NAME = "Harbour & Sons"
    made = environment(loader=FileSystemLoader(settings.TEMPLATES[0]["DIRS"]))
    text = made.get_template("errors/404.html").render()
    assert "Harbour &amp; Sons" in text
    assert "Fieldnote" not in text


def test_no_template_names_a_shop(settings):
    (folder,) = settings.TEMPLATES[0]["DIRS"]
    # The living page shows the wordmark that was drawn, which is the demo shop's.
    shown = (path for path in folder.rglob("*.html") if path.parent.name != "styleguide")
    assert [path.name for path in shown if "Fieldnote" in path.read_text()] == []
