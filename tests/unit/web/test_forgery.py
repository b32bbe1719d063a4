"""Forms from other sites are refused by what the browser says; forms of cached pages need no token."""

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path

from storefront.web.middleware.forgery import judge
from storefront.web.policies import private_page
from tests.paths import ShopClient
from tests.unit.web.shops import urlconf

OWN = "http://testserver"
NOTHING = (None, None)


@private_page()
def write(request):
    return HttpResponse("done")


@private_page()
def form(request):
    return HttpResponse(get_token(request))


URLS = urlconf(path("write/", write), path("form/", form))


@pytest.fixture
def browser(twins, settings) -> Client:
    settings.ROOT_URLCONF = URLS
    return ShopClient(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("site", "origin", "verdict"),
    [
        ("same-origin", None, "pass"),
        ("same-origin", OWN, "pass"),
        ("none", None, "pass"),
        ("same-site", None, "refuse"),
        ("same-site", OWN, "refuse"),
        ("cross-site", None, "refuse"),
        ("cross-site", OWN, "refuse"),
        ("nonsense", OWN, "refuse"),
        ("", OWN, "refuse"),
        (None, OWN, "pass"),
        (None, "http://testserver:8000", "refuse"),
        (None, "https://testserver", "refuse"),
        (None, "http://testserver.evil.example", "refuse"),
        (None, "http://evil.example", "refuse"),
        (None, "null", "refuse"),
        ("same-origin", "null", "refuse"),
        (None, None, "token"),
    ],
)
def test_what_the_headers_say(site, origin, verdict):
    assert judge(site, origin, OWN) == verdict


@pytest.mark.parametrize("cookie", [True, False])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://shop.testserver"}, 403),
        ({"Origin": OWN}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_form_is_taken_or_refused_whatever_the_cookies(browser, headers, status, cookie):
    if cookie:
        browser.get("/form/")
    response = browser.post("/write/", {"a": "b"}, headers=headers)
    assert response.status_code == status
    if status == 403:
        assert b"<h1" in response.content
        assert response["Cache-Control"] == "private, no-store"


def test_an_old_browser_gets_through_with_a_token(browser):
    token = browser.get("/form/").content.decode()
    assert browser.post("/write/", {"csrfmiddlewaretoken": token}).status_code == 200
    assert browser.post("/write/", {"csrfmiddlewaretoken": token[::-1]}).status_code == 403


def test_a_refused_form_is_told_to_htmx_as_a_fragment(browser):
    response = browser.post("/write/", headers={"Sec-Fetch-Site": "cross-site", "HX-Request": "true"})
    assert response.status_code == 403
    assert response.content.startswith(b'<p class="notice')
