"""What a cart costs adds up, whatever is in it, and notices tell of every change."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from apptier.kit.markets import LOCALES, MARKETS
from apptier.kit.models import Address
from apptier.orders import words
from apptier.orders.cart import CartLine, StoredCart
from apptier.orders.ports import Offer
from apptier.orders.pricing import Today, priced, with_notices
from apptier.orders.promotions import Promotion

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
line = st.tuples(
    st.integers(1, 99), st.integers(0, 2_000_000), st.integers(0, 2_000_000), st.integers(0, 200)
)


def cart_of(
    market: str, lines: list[tuple[int, int, int, int]], option: str | None, country: str
) -> StoredCart:
    return StoredCart(
        id="crt_00000000",
        version=3,
        status="open",
        order_id=None,
        market=market,
        locale="en",
        customer_id=None,
        secret_hash="",
        lines=tuple(
            CartLine(
                id=f"lin_{n:08}",
                sku=f"SKU-{n}",
                handle="thing",
                title="Thing",
                variant_title="",
                image=None,
                quantity=quantity,
                price=then,
            )
            for n, (quantity, then, _now, _stock) in enumerate(lines)
        ),
        contact=None,
        address=Address(line1="1", city="X", postcode="1000", country=country),
        country=country,
        option_id=option,
        expires_at=1_800_000_000,
        updated_at="2026-11-23T10:00:00.000Z",
    )


def today(offers: dict[str, Offer], *promotions: Promotion) -> Today:
    return Today(offers, promotions, frozenset(), NOW)


def deal(name: str, kind: str, market: str, **facts) -> Promotion:
    raw = {"id": name, "market": market, "kind": kind, "labels": {"en": name, "de": f"{name} auf Deutsch"}}
    return Promotion.model_validate(raw | facts)


@settings(deadline=None)
@given(
    market=st.sampled_from(sorted(MARKETS)),
    lines=st.lists(line, max_size=12),
    option=st.sampled_from([None, "standard", "express", "courier", "no_such_option"]),
    percent=st.integers(0, 9000),
    data=st.data(),
)
def test_the_total_is_the_sum_of_what_is_shown(market, lines, option, percent, data) -> None:
    rules = MARKETS[market]
    country = data.draw(st.sampled_from([known.code for known in rules.countries]))
    offers = {f"SKU-{n}": Offer(f"SKU-{n}", now, stock) for n, (_q, _then, now, stock) in enumerate(lines)}
    deals = [deal("free", "free_delivery", market, minimum=5000)]
    deals += [deal("off", "percentage", market, percent=percent)] if percent else []
    cart = priced(cart_of(market, lines, option, country), today(offers, *deals))
    totals = cart.totals

    assert [row.line_total.amount for row in cart.lines] == [q * now for q, _then, now, _stock in lines]
    assert totals.subtotal.amount == sum(row.line_total.amount for row in cart.lines)
    assert (totals.delivery is None) == (not lines)
    if cart.delivery_option and totals.delivery:
        assert totals.delivery == cart.delivery_option.price
    assert totals.estimated == (cart.delivery_option is None)
    assert totals.discount.amount == sum(one.amount.amount for one in cart.promotions)
    goods = [one.amount.amount for one in cart.promotions if one.kind != "free_delivery"]
    assert sum(row.discount.amount for row in cart.lines) == sum(goods)
    assert all(row.discount.amount <= row.line_total.amount for row in cart.lines)
    net = totals.subtotal.amount - totals.discount.amount + (totals.delivery.amount if totals.delivery else 0)
    assert net >= 0
    rate = Fraction(rules.rate(country), 10_000)
    assert totals.tax_basis_points == rules.rate(country)
    exact = net * rate / (1 + rate) if rules.tax_included else net * rate
    assert abs(totals.tax.amount - exact) <= Fraction(1, 2)
    assert totals.total.amount == net + (0 if rules.tax_included else totals.tax.amount)
    assert {m.currency for m in (totals.subtotal, totals.tax, totals.total)} == {rules.currency}


@given(
    quantity=st.integers(1, 99), then=st.integers(0, 9999), now=st.integers(0, 9999), stock=st.integers(0, 99)
)
def test_a_notice_for_every_change_and_none_without(quantity, then, now, stock) -> None:
    cart = cart_of("eu", [(quantity, then, now, stock)], None, "IE")
    shown = priced(cart, today({"SKU-0": Offer("SKU-0", now, stock)})).lines[0]
    codes = {notice.code for notice in shown.notices}

    assert ("price_changed" in codes) == (then != now)
    assert ("unavailable" in codes) == (stock == 0)
    assert ("insufficient_stock" in codes) == (0 < stock < quantity)


def test_an_article_that_is_no_longer_sold_keeps_its_price_and_says_so() -> None:
    shown = priced(cart_of("eu", [(2, 4900, 0, 0)], None, "IE"), today({})).lines[0]
    assert (shown.line_total.amount, shown.available) == (9800, 0)
    assert [notice.code for notice in shown.notices] == ["unavailable"]


def test_offers_gained_and_lost_are_said_in_the_carts_language() -> None:
    rules = deal("free", "free_delivery", "eu", minimum=5000)
    offers = {"SKU-0": Offer("SKU-0", 3000, 9)}
    one, two = (
        priced(replace(cart_of("eu", [(q, 3000, 3000, 9)], None, "IE"), locale="de"), today(offers, rules))
        for q in (1, 2)
    )
    assert one.nudges[0].missing.amount == 2000
    assert [(n.code, n.detail) for n in with_notices(two, one.promotions).notices] == [
        ("promotion_gained", "Wird angewendet: free auf Deutsch.")
    ]
    assert [n.code for n in with_notices(one, two.promotions).notices] == ["promotion_lost"]
    assert with_notices(two, two.promotions).notices == []


def test_the_same_offer_by_another_way_is_neither_gained_nor_lost() -> None:
    by_code = deal("freeship", "free_delivery", "eu", code="FREESHIP", labels={"en": "Free delivery"})
    by_itself = deal("free", "free_delivery", "eu", minimum=5000, labels={"en": "Free delivery"})
    offers = {"SKU-0": Offer("SKU-0", 3000, 9)}
    one, two = (
        priced(
            replace(cart_of("eu", [(q, 3000, 3000, 9)], None, "IE"), codes=("FREESHIP",)),
            today(offers, by_code, by_itself),
        )
        for q in (1, 2)
    )
    assert [view.promotions[0].id for view in (one, two)] == ["freeship", "free"]
    assert with_notices(two, one.promotions).notices == []


def test_a_code_that_is_not_combined_names_what_applies_instead() -> None:
    more = deal("more", "percentage", "eu", code="MORE", percent=2000, exclusive=True)
    less = deal("less", "percentage", "eu", code="LESS", percent=1000)
    cart = replace(cart_of("eu", [(1, 3000, 3000, 9)], None, "IE"), codes=("MORE", "LESS"))
    states = {
        one.code: one for one in priced(cart, today({"SKU-0": Offer("SKU-0", 3000, 9)}, more, less)).codes
    }
    assert states["MORE"].applied
    assert states["LESS"].reason == "not_combinable"
    assert states["LESS"].detail.endswith("which saves you more: more.")


def test_sales_tax_follows_the_zip_code_and_then_the_address() -> None:
    cart = cart_of("us", [(1, 10_000, 10_000, 9)], "standard", "US")
    at = today({"SKU-0": Offer("SKU-0", 10_000, 9)})
    likely = replace(cart, address=None, postcode="97201")
    assert priced(likely, at).totals.tax.amount == 0
    assert priced(replace(likely, postcode=None), at).totals.tax_basis_points == 800
    oregon = Address(line1="1", city="X", postcode="97201", region="OR", country="US")
    assert priced(replace(cart, address=oregon), at).totals.tax_basis_points == 0


def test_words_exist_in_every_language_with_the_same_places() -> None:
    for name, texts in words._SENTENCES.items():
        places = {language: set(re.findall(r"{(\w+)}", text)) for language, text in texts.items()}
        assert set(texts) == set(LOCALES), name
        assert len({frozenset(found) for found in places.values()}) == 1, name
    assert words.amount_words("de", 123_450, "EUR") == "1.234,50 EUR"
    assert words.amount_words("en", 123_450, "EUR") == "1,234.50 EUR"
