"""After signing in one is where one was, and never on another site."""

from urllib.parse import urlsplit

import pytest

from tests.paths import ShopClient
from tests.unit.cart.shopper import text_of
from tests.unit.signin.visitor import ACCOUNT, EMAIL, HOME, PASSWORD, leads_to

TO_OTHER_SITES = (
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "\\/evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    " https://evil.example/",
    "https:evil.example/",
    "https:/evil.example/",
    "https:///evil.example/",
    "http:\\\\evil.example/",
    "HTTPS://EVIL.EXAMPLE/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "ftp://evil.example/",
    "mailto:a@evil.example",
    "//evil.example\\@testserver/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "https://testserver:pass@evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "https://evil.example%2f@testserver/",
    "//testserver@evil.example/ie/en/cart/",
    "/%2f/evil.example/",
    "/%2fevil.example/",
    "/%5cevil.example/",
    "/.//evil.example/",
    "/..//evil.example/",
    "/ie/en//evil.example/",
    "/ie/en/\\evil.example/",
    "/ie/en/%2f%2fevil.example/",
    "/ie/en/..//evil.example/",
    "/ie/en/cart/\r\nLocation: https://evil.example/",
    "/ie/en/cart/%0d%0aLocation:%20https://evil.example/",
    "ｈttps://evil.example/",
    "／／evil.example/",
    "//evil。example/",
    "/ie/en@evil.example/",
    "//[::1]/",
)  # fmt: skip
NOT_PAGES = (
    "",
    "/nowhere/",
    "/static/js/main.js",
    "/robots.txt",
    "/fragments/personal/summary/",
    "/account/sign-in/",
    "/account/sign-out/",
    "/account/callback/",
    "/regions/choose/",
    "/cart/" + "x" * 600,
    "cart/",
    "?next=/cart/",
)


@pytest.mark.parametrize("wanted", TO_OTHER_SITES)
@pytest.mark.parametrize("by", ["form", "address"])
def test_no_address_leads_to_another_site(visitor, wanted, by):
    assert len(TO_OTHER_SITES) >= 40
    if by == "form":
        place = leads_to(visitor.sign_in(next=wanted))
        parts = urlsplit(place)
        assert (parts.scheme, parts.netloc) == ("", "")
        assert place.startswith(f"{HOME}/")
        assert place[len(HOME) + 1] not in "/\\"
    else:
        page = visitor.get("/account/sign-in/", next=wanted)
        assert page.status_code == 200
        assert "evil" not in text_of(page)


@pytest.mark.parametrize("wanted", NOT_PAGES)
def test_what_is_no_page_leads_to_the_account(visitor, wanted):
    assert leads_to(visitor.sign_in(next=wanted)) == ACCOUNT


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/ie/en/checkout/payment/", "/ie/en/checkout/payment/"),
        ("/checkout/payment/", "/ie/en/checkout/payment/"),
        ("/de/de/cart/", "/ie/en/cart/"),
        ("/ie/en/c/mugs/?colour=Ink&size=45+cm", "/ie/en/c/mugs/?colour=Ink&size=45+cm"),
        ("/ie/en/search/?q=caf%C3%A9", "/ie/en/search/?q=caf%C3%A9"),
        ("/ie/en/cart/#line", "/ie/en/cart/"),
        ("/ie/en/orders/ord%20r/", "/ie/en/orders/ord%20r/"),
        ("/", "/ie/en/"),
    ],
)
def test_a_page_of_the_shop_is_returned_to(visitor, wanted, place):
    assert leads_to(visitor.sign_in(next=wanted)) == place


def test_the_region_that_is_read_is_stayed_in(twins):
    answer = ShopClient().post(
        "/de/ar/account/sign-in/", {"email": EMAIL, "password": PASSWORD, "next": "/ie/en/cart/"}
    )
    assert leads_to(answer) == "/de/ar/cart/"


def test_the_way_back_goes_along_from_page_to_page(visitor):
    page = text_of(visitor.get("/account/sign-in/", next="/ie/en/checkout/payment/"))
    assert '<input type="hidden" name="next" value="/ie/en/checkout/payment/">' in page
    for path in ("sign-up", "forgot"):
        assert f'href="{HOME}/account/{path}/?next=%2Fie%2Fen%2Fcheckout%2Fpayment%2F"' in page
    asked = visitor.post("/account/forgot/", email="robin@example.com", next="/ie/en/checkout/payment/")
    assert leads_to(asked) == f"{HOME}/account/reset/?next=%2Fie%2Fen%2Fcheckout%2Fpayment%2F"


@pytest.mark.parametrize(
    ("wanted", "offered"), [("/ie/en/checkout/payment/", True), ("/ie/en/cart/", True), ("/ie/en/", False)]
)
def test_who_is_buying_may_go_on_as_a_guest(visitor, wanted, offered):
    page = text_of(visitor.get("/account/sign-in/", next=wanted))
    assert (f'<a href="{wanted}" id="as-guest">' in page) is offered
