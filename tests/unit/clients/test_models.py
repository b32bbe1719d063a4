"""Models are frozen and closed, and amounts stay within what the contracts allow."""

import msgspec
import pytest

from storefront.clients.catalog import Offer
from storefront.clients.customers import AddressInput
from storefront.clients.shapes import Contact, Image
from tests import samples


def test_they_are_frozen() -> None:
    with pytest.raises(AttributeError):
        samples.CONTACT.email = "casey@example.com"  # type: ignore[misc]


def test_they_are_closed() -> None:
    decoded = msgspec.json.decode(b'{"email":"a@b.ie","name":"A","admin":true}', type=Contact)
    assert not hasattr(decoded, "admin")


def test_optional_members_that_say_nothing_are_not_sent() -> None:
    home = AddressInput(name="Robin Byrne", address=samples.ADDRESS)
    assert msgspec.to_builtins(home) == {
        "name": "Robin Byrne",
        "address": {"line1": "12 Harbour Street", "city": "Galway", "postcode": "H91 AB12", "country": "IE"},
    }


def test_an_image_says_where_its_files_are() -> None:
    image: Image = samples.image("linen-shirt-ink", "A shirt")
    assert image.url(720, "avif") == "/media/products/linen-shirt-ink-720.avif"


def test_an_amount_beyond_the_contracts_range_is_refused_by_name() -> None:
    body = (
        b'{"sku":"A","price":{"amount":%d,"currency":"EUR"},"compare_at":null,"unit_price":null,'
        b'"availability":"in_stock","quantity":1}'
    )
    assert msgspec.json.decode(body % 99_999_999_999, type=Offer).price.amount == 99_999_999_999
    for amount in (100_000_000_000, -100_000_000_000):
        with pytest.raises(msgspec.ValidationError, match=r"`\$\.price\.amount`"):
            msgspec.json.decode(body % amount, type=Offer)
