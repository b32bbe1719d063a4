"""Prices keep their currency and their cents."""

import msgspec
import pytest

from storefront.core import CurrencyMismatchError, Money, StorefrontError


def test_amounts_of_one_currency_add_up():
    assert Money(4900, "EUR") + Money(101, "EUR") == Money(5001, "EUR")
    assert Money(4900, "EUR") - Money(5000, "EUR") == Money(-100, "EUR")


def test_a_line_is_price_times_quantity():
    assert Money(333, "USD") * 3 == 3 * Money(333, "USD") == Money(999, "USD")


def test_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatchError, match=r"EUR.*USD") as caught:
        Money(1, "EUR") + Money(1, "USD")
    assert isinstance(caught.value, StorefrontError)
    with pytest.raises(CurrencyMismatchError):
        assert Money(1, "EUR") < Money(2, "USD")


def test_a_total_of_nothing_is_zero_of_the_currency():
    assert Money.total([], "EUR") == Money(0, "EUR")
    assert Money.total([Money(1, "EUR"), Money(2, "EUR")], "EUR") == Money(3, "EUR")
    with pytest.raises(CurrencyMismatchError):
        Money.total([Money(1, "USD")], "EUR")


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_only_whole_minor_units_are_money(amount):
    with pytest.raises(ValueError, match="whole minor units"):
        Money(amount, "EUR")


@pytest.mark.parametrize("currency", ["", "eur", "EU", "EURO", "E1R", "ÄÖÜ"])
def test_a_currency_is_an_iso_code(currency):
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, currency)


@pytest.mark.parametrize("quantity", [1.5, True, "2"])
def test_quantities_are_whole(quantity):
    with pytest.raises(TypeError):
        Money(1, "EUR") * quantity


def test_money_cannot_be_changed():
    price = Money(1, "EUR")
    with pytest.raises(AttributeError):
        price.amount = 2


def test_money_off_the_wire_is_checked():
    assert msgspec.json.decode(b'{"amount": 4900, "currency": "EUR"}', type=Money) == Money(4900, "EUR")


@pytest.mark.parametrize(
    ("body", "member"),
    [
        (b'{"amount": 4900, "currency": "euro"}', "currency"),
        (b'{"amount": 4900, "currency": "EUR\\n"}', "currency"),
        (b'{"amount": 49.5, "currency": "EUR"}', "amount"),
        (b'{"amount": 100000000000, "currency": "EUR"}', "amount"),
        (b'{"amount": -100000000000, "currency": "EUR"}', "amount"),
    ],
)
def test_money_off_the_wire_that_is_wrong_names_its_member(body, member):
    with pytest.raises(msgspec.ValidationError, match=rf"`\$\.{member}`"):
        msgspec.json.decode(body, type=Money)


def test_sums_may_be_larger_than_what_comes_off_the_wire():
    assert (Money(99_999_999_999, "EUR") * 2).amount == 199_999_999_998
