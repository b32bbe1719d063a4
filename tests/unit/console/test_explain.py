"""The page about a page: its parts and where they are from, made anew as a stranger gets it."""

import re

import pytest

from storefront.web.handler import ShopHandler
from storefront.web.page_cache import PageCache
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import session_of
from tests.unit.web.page_cache.toys import ask
from tests.unit.web.shops import down

HERE = "/console/explain/"
PRODUCT = "/ie/en/p/meadow-cushion/"


def told(client, address):
    response = client.get(HERE, {"address": address})
    assert response.status_code == 200, text_of(response)[-2000:]
    return text_of(response)


def rows(page):
    """Name of a part to its cells, as text."""
    body = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    found = {}
    for row in body.split("<tr>")[1:]:
        cells = [
            re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        found.setdefault(cells[0][0], cells)
    return found


def fact(page, name):
    inside = re.search(rf'<dd id="{name}"[^>]*>(.*?)</dd>', page, re.DOTALL)
    assert inside, name
    return " ".join(re.sub(r"<[^>]+>", " ", inside.group(1)).split())


def test_each_part_tells_where_it_is_from(mika, twins):
    first = rows(told(mika, PRODUCT))
    assert first["product"][1] == ["fetched"]
    assert first["product"][4] != []
    assert any(tag.startswith("product:meadow-cushion") for tag in first["product"][5])
    assert any(re.fullmatch(r"v\d+", word) for word in first["product"][5])
    again = rows(told(mika, PRODUCT))
    assert again["product"][1] == ["this", "worker’s", "memory"]
    assert again["product"][4] == []
    assert set(again) >= {"product", "offers", "categories"}


def test_the_page_itself_is_told(mika):
    page = told(mika, PRODUCT)
    assert fact(page, "is-kept") == "Yes."
    assert re.search(r"theme=meadow~[0-9a-f]{8}", fact(page, "flags"))
    assert "home-layout=" not in fact(page, "flags")
    sizes = fact(page, "sizes")
    assert all(coding in sizes for coding in ("identity", "br", "gzip"))
    assert "s-maxage=60" in page


@pytest.mark.parametrize("address", ["/ie/en/p/nowhere/", "/ie/en/pages/nowhere/"])
def test_a_page_that_is_not_kept_says_why(mika, address):
    page = told(mika, address)
    assert fact(page, "is-kept") == "No. Its status is not 200."
    assert "404 Not Found" in page


def test_a_part_that_is_away_is_told(mika, twins):
    twins.reviews.fail(down("reviews"))
    parts = rows(told(mika, PRODUCT))
    assert any(cells[1][:1] == ["failed,"] for cells in parts.values())


@pytest.mark.parametrize("address", ["/ie/en/cart/", "/console/", "https://evil.example/", "x", "//evil/"])
def test_only_public_pages_of_this_shop_are_made(mika, address):
    response = mika.get(HERE, {"address": address})
    assert response.status_code == 422
    assert 'href="#address"' in text_of(response)


def test_it_is_made_for_a_stranger(mika, twins, monkeypatch):
    """Nothing of who asks is in the request that makes the page, nor near it."""
    seen = []
    inner = ShopHandler.__call__

    def noted(self, environ, start_response):
        seen.append(dict(environ))
        return inner(self, environ, start_response)

    monkeypatch.setattr(ShopHandler, "__call__", noted)
    before = session_of(mika, twins)
    kept = dict(before.items())
    page = told(mika, PRODUCT)
    (environ,) = seen
    assert not {name for name in environ if "COOKIE" in name or "AUTHORIZATION" in name}
    assert environ["REMOTE_ADDR"] == ""
    assert "Mika" not in page.split("<main", 1)[1]
    assert dict(session_of(mika, twins).items()) == kept


def test_it_changes_no_kept_copy_and_tells_of_it(mika, twins, settings):
    site = PageCache(ShopHandler())
    try:
        cookie = f"{settings.SESSION_COOKIE_NAME}={mika.cookies[settings.SESSION_COOKIE_NAME].value}"

        def explained():
            return ask(site, HERE, f"address={PRODUCT}", HTTP_COOKIE=cookie).text

        assert fact(explained(), "copy") == "No copy is kept: the next request makes one."
        assert ask(site, PRODUCT).status == 200
        assert re.fullmatch(r"A copy from this worker’s memory, \d s old\.", fact(explained(), "copy"))
        twins.shop.cache.purge("product:meadow-cushion")
        assert "A change is known" in fact(explained(), "copy")
        assert 'id="off"' not in explained()
    finally:
        site.close()


def test_rendered_pieces_are_parts_as_well(mika, settings):
    settings.CARD_CACHE = True
    listing = "/ie/en/c/textiles/"
    first, again = (rows(told(mika, listing)) for _ in range(2))
    assert first["card"][1] == ["rendered"]
    assert again["card"][1] == ["kept"]


def test_without_a_page_cache_it_says_so(mika):
    assert 'id="off"' in told(mika, PRODUCT)
