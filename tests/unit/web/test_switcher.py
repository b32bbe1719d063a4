"""The way to another country or language: plain links, one cookie, nothing personal on a public page."""

import re
from html import unescape

import pytest
from django.test import Client

from storefront.web.regions import REGIONS, split
from storefront.web.switcher import safe_path


@pytest.fixture
def plain(twins) -> Client:
    return Client()


def links(response) -> list[str]:
    block = response.content.decode().split('id="regions"', 1)[1].split("</main>", 1)[0]
    return [unescape(href) for href in re.findall(r'<a\b[^>]*href="([^"]*)"', block)]


def test_every_region_is_a_plain_link(plain):
    response = plain.get("/ie/en/regions/")
    assert response.status_code == 200
    assert links(response) == [f"{region.prefix}/regions/choose/" for region in REGIONS]
    assert "public" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.key)
def test_each_link_leads_to_the_same_page_there_and_is_remembered(plain, region):
    page = plain.get("/ie/en/regions/?path=/p/meadow-cushion/?variant=FN-MEA-INK-45")
    link = next(link for link in links(page) if split(link.partition("?")[0])[0] is region)
    response = plain.get(link)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{region.prefix}/p/meadow-cushion/?variant=FN-MEA-INK-45",
    )
    assert response["Cache-Control"] == "private, no-store"
    cookie = response.cookies["region"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["path"]) == (
        region.key,
        True,
        "Lax",
        "/",
    )
    assert plain.get("/cart/")["Location"] == f"{region.prefix}/cart/"


def test_the_page_one_is_on_is_marked(plain):
    text = " ".join(plain.get("/de/en/regions/").content.decode().split())
    current = re.findall(r'<a\b[^>]*aria-current="true"[^>]*>', text.split('id="regions"', 1)[1])
    assert len(current) == 1
    assert 'hreflang="en-DE"' in current[0]


def test_another_site_can_not_choose(plain):
    response = plain.get("/de/de/regions/choose/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 303
    assert not response.cookies


@pytest.mark.parametrize(
    "path",
    [
        "/p/meadow-cushion/?variant=FN-MEA-INK-45",
        "/c/textiles/?colour=Ink&sort=price_asc",
        "/search/?q=cushion&colour=Ink",
    ],
)
def test_what_was_chosen_on_a_page_goes_along(plain, path):
    text = plain.get(f"/ie/en{path}").content.decode()
    (way,) = set(re.findall(r'href="(/ie/en/regions/[^"]*)"', text))
    german = next(link for link in links(plain.get(unescape(way))) if link.startswith("/ie/de/"))
    assert plain.get(german)["Location"] == f"/ie/de{path}"


def test_a_public_page_names_itself_to_the_switcher(plain):
    text = plain.get("/ie/en/p/meadow-cushion/?variant=no-such-thing").content.decode()
    assert 'href="/ie/en/regions/?path=%2Fp%2Fmeadow-cushion%2F"' in text
    assert 'href="/ie/en/regions/"' in plain.get("/ie/en/cart/").content.decode()


@pytest.mark.parametrize(
    "given",
    [
        "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "evil.example", "javascript:alert(1)", "/%2f%2fevil.example/", "/..//evil.example", "/nothing/", "",
        "/static/css/main.css", "/robots.txt", "/regions/choose/", "/cart/\r\nSet-Cookie: a=b", "/\x00/",
        "/ie/en//evil.example", "/ie/en/ie/en/", "x" * 600, "/" + "x" * 600, "?path=/cart/", "#/cart/",
    ],
)  # fmt: skip
def test_a_path_that_is_no_page_of_the_shop_leads_to_the_front(given):
    assert safe_path(given) == "/"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/cart/", "/cart/"),
        ("/ie/en/cart/", "/cart/"),
        ("/search/?q=a b&q=ü", "/search/?q=a+b&q=%C3%BC"),
        ("/c/textiles/?colour=Ink#top", "/c/textiles/?colour=Ink"),
        ("/p/meadow-cushion/?next=//evil.example", "/p/meadow-cushion/?next=%2F%2Fevil.example"),
    ],
)
def test_a_page_of_the_shop_is_kept(given, kept):
    assert safe_path(given) == kept
