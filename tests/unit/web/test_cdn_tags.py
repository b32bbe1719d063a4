"""The tags of a page for a CDN: all that it shows, as far as CloudFront takes it."""

import pytest

from storefront.purging.events import TABLE
from storefront.web.cache_tags import MOST_TAGS, header_value, shared_tags

pytestmark = pytest.mark.usefixtures("twins")


def test_a_list_can_be_found_by_each_product_that_it_shows(client):
    tags = client.get("/c/textiles/")["Cache-Tag"].split(",")
    assert {"category:textiles", "product:meadow-cushion", "product:tide-rug", "catalog", "pages"} <= set(
        tags
    )


@pytest.mark.parametrize(
    "path", ["/", "/p/meadow-cushion/", "/search/?q=rug", "/pages/delivery/", "/robots.txt"]
)
def test_every_public_page_has_tags_that_cloudfront_takes(client, path):
    tags = client.get(path)["Cache-Tag"].split(",")
    assert 0 < len(tags) <= MOST_TAGS
    assert len({tag.lower() for tag in tags}) == len(tags)
    assert all(tag.isascii() and tag.isprintable() and " " not in tag and len(tag) <= 256 for tag in tags)
    assert "pages" in tags


@pytest.mark.parametrize("path", ["/p/no-such-thing/", "/cart/"])
def test_what_nobody_keeps_has_none(client, path):
    assert "Cache-Tag" not in client.get(path)


def test_a_product_is_one_tag_and_what_many_pages_share_comes_before_it():
    used = ["product:a", "offers:a", "search", "reviews:b", "product:b", "catalog"]
    assert header_value(["content:home"], used) == "content:home,pages,search,catalog,product:a,product:b"


def test_with_more_than_there_is_room_for_the_end_of_the_list_goes():
    used = [f"product:p-{number}" for number in range(90)]
    tags = header_value(["search"], [*used, "menu:footer"]).split(",")
    assert len(tags) == MOST_TAGS
    assert tags[:4] == ["search", "pages", "menu:footer", "product:p-0"]


def test_a_list_of_24_cards_has_room_for_all_of_them():
    used = [f"{kind}:p-{number}" for number in range(24) for kind in ("product", "offers", "reviews")]
    assert sum(tag.startswith("product:") for tag in header_value(["search"], used).split(",")) == 24


def test_every_tag_of_the_table_of_events_can_be_told():
    told = [row.tag.format(handle="rug", name="footer") for row in TABLE]
    assert len(shared_tags(told)) == len(
        {tag.replace("offers", "product").replace("reviews", "product") for tag in told}
    )
