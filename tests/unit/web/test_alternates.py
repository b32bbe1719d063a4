"""Versions of a page that there are not are named neither to search engines nor in the switcher."""

import re

import pytest

from storefront.clients.catalog import Product
from storefront.web.cache_tags import shared_tag


def only_in(twins, monkeypatch, *markets: str) -> None:
    """From now on the cushion is sold in these markets alone."""
    ask = twins.catalog.get_product

    def told(**question):
        found = ask(**question)
        fields = {name: getattr(found, name) for name in found.__struct_fields__}
        return Product(**fields | {"markets": markets})

    monkeypatch.setattr(twins.catalog, "get_product", told)


def hreflangs(client, path: str) -> set[str]:
    head = client.get(path).content.decode().partition("</head>")[0]
    return set(re.findall(r'hreflang="([^"]+)"', head))


@pytest.mark.parametrize("path", ["/p/meadow-cushion/", "/p/meadow-cushion/reviews/"])
def test_only_markets_that_sell_a_product_have_versions_of_its_pages(client, twins, monkeypatch, path):
    assert {"en-IE", "de-DE", "en-US", "x-default"} <= hreflangs(client, path)
    only_in(twins, monkeypatch, "eu")
    twins.shop.cache.purge("product:meadow-cushion")
    assert {one[3:] for one in hreflangs(client, path)} == {"IE", "DE", "efault"}


def test_the_switcher_leads_to_the_front_page_where_a_product_is_not_sold(client, twins, monkeypatch):
    only_in(twins, monkeypatch, "eu")
    page = client.get("/p/meadow-cushion/").content.decode()
    switcher = re.search(r'href="/ie/en(/regions/\?[^"]*meadow-cushion[^"]*)"', page)[1].replace("&amp;", "&")
    links = re.findall(r'href="(/../../regions/choose/[^"]*)"', client.get(switcher).content.decode())
    assert len(links) == 9
    assert all(("meadow-cushion" in link) == (not link.startswith("/us/")) for link in links)


def test_the_product_page_is_purged_with_its_reviews(client, twins):
    assert shared_tag("reviews:meadow-cushion") in client.get("/p/meadow-cushion/")["Cache-Tag"].split(",")
