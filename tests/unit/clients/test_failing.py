"""A twin fails where and how a test says, and tells what it was asked."""

import pytest

from storefront.core import NotFound, Reason, UpstreamInvalid, UpstreamUnavailable
from tests import samples

IN = {"market": "eu", "locale": "en"}
DOWN = UpstreamUnavailable("catalog", "GET /products", Reason.TIMEOUT)


def test_everything_fails_when_nothing_is_named() -> None:
    catalog = samples.fake_catalog()
    catalog.fail(DOWN)
    with pytest.raises(UpstreamUnavailable) as caught:
        catalog.list_categories(**IN)
    assert caught.value is DOWN
    with pytest.raises(UpstreamUnavailable):
        catalog.get_product(handle="tide-rug", **IN)


def test_only_what_is_named_fails_and_it_can_heal() -> None:
    catalog = samples.fake_catalog()
    broken = UpstreamInvalid("catalog", "GET /products/{handle}/offers", "wrong", field="$.items")
    catalog.fail(broken, "get_product_offers", "list_offers")
    assert catalog.get_product(handle="tide-rug", **IN).title == "Tide rug"
    with pytest.raises(UpstreamInvalid):
        catalog.get_product_offers(handle="tide-rug", market="eu")
    catalog.heal()
    assert catalog.get_product_offers(handle="tide-rug", market="eu").items


def test_a_misspelt_operation_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="get_products"):
        samples.fake_catalog().fail(DOWN, "get_products")


def test_it_remembers_what_it_was_asked() -> None:
    catalog = samples.fake_catalog()
    catalog.list_categories(**IN)
    with pytest.raises(NotFound) as caught:
        catalog.get_product(handle="no-such", **IN)
    assert catalog.calls == ["list_categories", "get_product"]
    assert (caught.value.upstream, caught.value.operation, caught.value.status) == (
        "catalog",
        "get_product",
        404,
    )
