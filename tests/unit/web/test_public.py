"""Public pages: one copy for everybody. No cookie goes in or out, nothing of the request is reflected."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from storefront.clients.orders import CartRef
from storefront.sessions.backend import SessionStore
from storefront.web.cart_cookie import cart_cookie_name, keep_cart
from storefront.web.middleware.routing import PRIVATE, PUBLIC, PUBLIC_DEGRADED, PersonalDataError
from storefront.web.policies import public_page
from tests.paths import ShopClient
from tests.unit.web.shops import down, urlconf

PAGES = (
    "/",
    "/pages/delivery/",
    "/c/textiles/",
    "/c/textiles/?colour=Ink&sort=price_asc",
    "/p/meadow-cushion/",
    "/p/meadow-cushion/?variant=FN-MEA-MOS-60",
    "/search/?q=cushion",
    "/fragments/public/suggest/?q=cush",
    "/robots.txt",
)
POISON = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/evil",
    "X-HTTP-Method-Override": "DELETE",
    "Forwarded": "host=evil.example",
    "Accept-Language": "de-evil",
    "HX-Request": "true",
    "HX-Current-URL": "https://evil.example/",
    "Authorization": "Bearer evil",
    "User-Agent": "evil" * 500,
}


def a_shopper(client, twins, settings, name: str):
    """A browser with a session, a cart and a forgery token of its own."""
    session = SessionStore(None, twins.sessions)
    session["name"] = name
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    response = HttpResponse()
    keep_cart(HttpRequest(), response, CartRef(f"crt_{name}_00000", "s" * 40))
    client.cookies[cart_cookie_name()] = response.cookies[cart_cookie_name()].value
    client.cookies[settings.CSRF_COOKIE_NAME] = name[0] * 32
    return client


@pytest.mark.parametrize("url", PAGES)
def test_a_public_page_may_be_kept_by_everybody(client, twins, url):
    response = client.get(url)
    assert response.status_code == 200
    assert response["Cache-Control"] == PUBLIC
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Cache-Tag"]


@pytest.mark.parametrize("url", PAGES)
def test_two_shoppers_get_the_same_bytes(twins, settings, url):
    plain = ShopClient().get(url)
    robin = a_shopper(ShopClient(), twins, settings, "robin").get(url)
    sam = a_shopper(ShopClient(), twins, settings, "sam").get(url, headers=POISON)
    assert plain.content == robin.content == sam.content
    assert not robin.cookies
    assert not sam.cookies
    assert b"evil" not in sam.content


@pytest.mark.parametrize("url", PAGES)
def test_a_public_page_touches_no_session(client, twins, settings, url):
    a_shopper(client, twins, settings, "robin")
    twins.sessions.calls.clear()
    client.get(url)
    assert twins.sessions.calls == []


@pytest.mark.parametrize("url", ["/", "/c/textiles/", "/p/meadow-cushion/", "/search/?q=cushion"])
def test_a_public_page_survives_an_outage_of_the_sessions(client, twins, settings, url):
    a_shopper(client, twins, settings, "robin")
    twins.sessions.down = True
    assert client.get(url).status_code == 200


def test_keys_that_no_view_reads_do_not_reach_it(client, twins):
    plain = client.get("/p/meadow-cushion/")
    assert client.get("/p/meadow-cushion/?utm_source=x&fbclid=y").content == plain.content


def test_a_degraded_page_is_kept_only_shortly(client, twins):
    twins.catalog.fail(down("offers"), "get_product_offers")
    assert client.get("/p/meadow-cushion/")["Cache-Control"] == PUBLIC_DEGRADED


def test_an_error_is_kept_by_nobody(client, twins):
    response = client.get("/p/no-such-thing/")
    assert (response.status_code, response["Cache-Control"]) == (404, PRIVATE)


def test_private_is_the_default(client, twins):
    response = client.get("/fragments/personal/summary/")
    assert response["Cache-Control"] == PRIVATE


def test_anonymous_reads_write_no_session(client, twins):
    for _ in range(100):
        client.get("/")
        client.get("/fragments/personal/summary/")
        client.cookies.clear()
    assert twins.sessions.calls == []


@public_page()
def curious(request):
    return HttpResponse(request.session.get("name"))


@public_page()
def writing(request):
    request.session["name"] = "x"
    return HttpResponse()


@public_page()
def handing_out(request):
    response = HttpResponse()
    response.set_cookie("who", "me")
    return response


URLS = urlconf(path("curious/", curious), path("writing/", writing), path("handing-out/", handing_out))


@pytest.mark.parametrize("url", ["/curious/", "/writing/", "/handing-out/"])
def test_a_public_view_that_turns_personal_is_an_error(client, twins, settings, url):
    settings.ROOT_URLCONF = URLS
    with pytest.raises(PersonalDataError):
        client.get(url)


def test_a_public_page_has_no_forgery_token(client, twins):
    assert b"csrfmiddlewaretoken" not in client.get("/p/meadow-cushion/").content
