"""The home page and the plain pages, with and without the services they show."""

from html import unescape

from storefront.core import NotFound
from tests.unit.web.shops import down


def text_of(response) -> str:
    return unescape(response.content.decode())


def test_home_shows_what_merchandisers_put_there(client, twins):
    text = text_of(client.get("/"))
    home = twins.content.get_home(market="eu", locale="en")
    assert home.hero.title in text
    assert all(section.title in text for section in home.sections)


def test_home_without_the_layout_greets_and_offers_the_categories(client, twins):
    twins.content.fail(down("content"))
    response = client.get("/")
    text = text_of(response)
    assert response.status_code == 200
    assert "Have a look around" in text
    assert 'href="/ie/en/c/textiles/"' in text
    assert "s-maxage=10" in response["Cache-Control"]


def test_home_of_a_shop_that_nobody_has_laid_out_yet(client, twins):
    twins.content.fail(NotFound("content", "home", status=404), "get_home")
    response = client.get("/")
    text = text_of(response)
    assert "New in the shop" in text
    assert 'href="/ie/en/p/ember-vase/"' in text
    assert "s-maxage=60" in response["Cache-Control"]


def test_home_without_the_catalogue_keeps_its_words(client, twins):
    twins.catalog.fail(down("catalog"))
    response = client.get("/")
    assert response.status_code == 200
    assert twins.content.get_home(market="eu", locale="en").hero.title in text_of(response)


def test_home_without_anything_is_a_503(client, twins):
    twins.content.fail(down("content"))
    twins.catalog.fail(down("catalog"))
    assert client.get("/").status_code == 503


def test_home_seen_before_survives_everything(client, twins):
    client.get("/")
    for twin in (twins.content, twins.catalog, twins.search, twins.orders):
        twin.fail(down())
    assert client.get("/").status_code == 200


def test_a_plain_page(client, twins):
    response = client.get("/pages/delivery/")
    assert "<h1>Delivery</h1>" in text_of(response)
    assert response["Cache-Tag"].split(",")[0] == "content:delivery"


def test_an_unknown_page_is_not_found(client, twins):
    assert client.get("/pages/no-such/").status_code == 404


def test_a_page_without_the_content_service_is_a_503(client, twins):
    twins.content.fail(down("content"))
    assert client.get("/pages/delivery/").status_code == 503


def test_the_frame_is_there_without_menu_and_categories(client, twins):
    client.get("/pages/delivery/")
    twins.catalog.fail(down("catalog"))
    twins.content.fail(down("content"), "get_menu")
    twins.shop.cache.purge("catalog")
    twins.shop.cache.purge("menu:footer")
    assert client.get("/pages/delivery/").status_code == 200
