"""Whatever two carts hold, nothing of either is lost when one is put into the other, or taken out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from apptier.kit.models import Address, Contact
from apptier.orders.cart import MOST_CODES, MOST_LINES, CartLine, StoredCart
from apptier.orders.merging import given_away, holds_as_left, joined, taken_apart

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Few SKUs, so that carts share some; enough of them that two carts can be more than one holds.
SKUS = [f"SKU-{number}" for number in range(130)]
CODES = ["MEADOW10", "FIVE", "SPRING25", "LAST20", "WELCOME"]
ADDRESS = Address(line1="12 Harbour Street", city="Galway", postcode="H91 AB12", country="IE")
CONTACT = Contact(email="robin@example.com", name="Robin Byrne")


def line(sku: str, quantity: int, of: str) -> CartLine:
    return CartLine(
        id=f"lin_{of}_{sku}",
        sku=sku,
        handle=sku.lower(),
        title=f"Thing {sku}",
        variant_title="",
        image=None,
        quantity=quantity,
        price=4900,
    )


def cart(name: str, quantities: dict[str, int], codes: tuple[str, ...] = ()) -> StoredCart:
    return StoredCart(
        id=f"crt_{name}",
        version=7,
        status="open",
        order_id=None,
        market="eu",
        locale="en",
        customer_id="robin" if name == "mine" else None,
        secret_hash="0" * 64,
        lines=tuple(line(sku, quantity, name) for sku, quantity in quantities.items()),
        contact=None,
        address=None,
        option_id=None,
        expires_at=2_000_000_000,
        updated_at="2026-11-22T10:00:00.000Z",
        country="IE",
        codes=codes,
    )


held = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 99), max_size=MOST_LINES)
small = st.dictionaries(st.sampled_from(SKUS[:12]), st.integers(1, 99), max_size=8)
entered = st.lists(st.sampled_from(CODES), unique=True, max_size=MOST_CODES).map(tuple)
baskets = st.tuples(st.one_of(small, held), entered)


@settings(max_examples=1000, deadline=None)
@given(mine=baskets, guest=baskets)
def test_of_a_thousand_pairs_of_carts_no_line_is_lost(mine, guest) -> None:
    my_cart, guests = cart("mine", *mine), cart("guest", *guest)
    result = joined(my_cart, guests)
    after = given_away(guests, result, "mrg_00000000", NOW)

    has = {one.sku: one.quantity for one in result.cart.lines}
    left = {one.sku: one.quantity for one in after.lines} if after.status == "open" else {}
    for sku, quantity in mine[0].items():
        assert has[sku] >= quantity
    for sku, quantity in guest[0].items():
        assert max(has.get(sku, 0), left.get(sku, 0)) >= quantity
    # The higher quantity of each, nothing invented, nothing twice, and no more than a cart holds.
    assert all(quantity == max(mine[0].get(sku, 0), guest[0].get(sku, 0)) for sku, quantity in has.items())
    assert not has.keys() & left.keys()
    assert len(has) == len(result.cart.lines) == len({one.id for one in result.cart.lines}) <= MOST_LINES
    assert set(mine[1]) <= set(result.cart.codes)
    assert {*result.cart.codes, *result.left_codes} == {*mine[1], *guest[1]}
    assert len(result.cart.codes) <= MOST_CODES


@settings(max_examples=200, deadline=None)
@given(mine=baskets, guest=baskets)
def test_what_is_told_is_what_happened(mine, guest) -> None:
    my_cart, guests = cart("mine", *mine), cart("guest", *guest)
    result = joined(my_cart, guests)
    assert {one.sku for one in result.added} == {one.sku for one in result.cart.lines} - mine[0].keys()
    assert {one.sku: one.quantity for one in result.raised} == {
        sku: guest[0][sku] for sku in mine[0].keys() & guest[0].keys() if guest[0][sku] > mine[0][sku]
    }
    assert len(result.added) + len(result.left) == len(guest[0].keys() - mine[0].keys())


@settings(max_examples=200, deadline=None)
@given(mine=baskets, guest=baskets)
def test_the_same_merge_again_changes_nothing_more(mine, guest) -> None:
    once = joined(cart("mine", *mine), cart("guest", *guest))
    again = joined(once.cart, cart("guest", *guest))
    assert again.cart == once.cart
    assert not again.added
    assert not again.raised


def test_my_lines_come_first_and_keep_what_they_cost_when_i_put_them_there() -> None:
    mine = cart("mine", {"SKU-1": 1, "SKU-2": 5})
    mine = replace(mine, lines=(replace(mine.lines[0], price=5900), mine.lines[1]))
    result = joined(mine, cart("guest", {"SKU-3": 1, "SKU-1": 4}))
    assert [(one.sku, one.quantity, one.price) for one in result.cart.lines] == [
        ("SKU-1", 4, 5900),
        ("SKU-2", 5, 4900),
        ("SKU-3", 1, 4900),
    ]


def test_who_and_where_are_mine_where_i_said_them_and_else_the_guests() -> None:
    guest = replace(cart("guest", {"SKU-1": 1}), contact=CONTACT, address=ADDRESS, option_id="express")
    fresh = joined(cart("mine", {}), guest).cart
    assert (fresh.contact, fresh.address, fresh.option_id) == (CONTACT, ADDRESS, "express")

    other = CONTACT.model_copy(update={"name": "Kim"})
    begun = replace(cart("mine", {"SKU-2": 1}), contact=other, option_id="standard")
    kept = joined(begun, guest).cart
    assert (kept.contact, kept.address, kept.option_id) == (other, None, "standard")


# --- and back again ---------------------------------------------------------------------------------------

KIM = Contact(email="kim@example.com", name="Kim Doyle")
BERLIN = Address(line1="Lindenweg 3", city="Berlin", postcode="10115", country="DE")
DETAILS = ("contact", "payment_method", "address", "option_id", "pickup", "country", "postcode")
there = st.fixed_dictionaries(
    {
        "address": st.sampled_from([None, ADDRESS, BERLIN]),
        "option_id": st.sampled_from([None, "standard", "express"]),
        "country": st.sampled_from(["IE", "DE"]),
    }
)
details = st.fixed_dictionaries(
    {"contact": st.sampled_from([None, CONTACT, KIM]), "payment_method": st.sampled_from(["card", "bank"])}
)
written = st.lists(
    st.one_of(
        st.sampled_from([CONTACT, KIM]).map(lambda contact: {"contact": contact}),
        st.sampled_from(["card", "bank"]).map(lambda method: {"payment_method": method}),
        there,
    ),
    max_size=3,
)


@settings(max_examples=1000, deadline=None)
@given(mine=baskets, guest=baskets, said=st.tuples(details, there, details, there), since=written)
def test_of_a_thousand_merges_that_are_undone_nothing_is_lost(mine, guest, said, since) -> None:
    before = replace(cart("mine", *mine), **said[0], **said[1], last_merge="mrg_before")
    guests = replace(cart("guest", *guest), **said[2], **said[3])
    left = joined(before, guests).cart
    later = replace(left, last_merge="mrg_00000000", version=30, locale="de", generation=2)
    for change in since:
        later = replace(later, **change)

    assert holds_as_left(later, before, guests)
    back = taken_apart(later, before, guests)

    assert (back.lines, back.codes, back.last_merge) == (before.lines, before.codes, "mrg_before")
    assert (back.version, back.locale, back.generation) == (30, "de", 2)
    # Who, where and how: what was said since, and else what was said before; nothing of the guest's.
    for names in (("contact",), ("payment_method",), ("address", "option_id", "country")):
        now = {name: getattr(later, name) for name in names}
        said_since = now != {name: getattr(left, name) for name in names}
        assert {name: getattr(back, name) for name in names} == (
            now if said_since else {name: getattr(before, name) for name in names}
        )
    if not since:
        assert all(getattr(back, name) == getattr(before, name) for name in DETAILS)


@settings(max_examples=200, deadline=None)
@given(mine=baskets, guest=baskets, data=st.data())
def test_any_change_of_lines_or_codes_ends_the_way_back(mine, guest, data) -> None:
    before, guests = cart("mine", *mine), cart("guest", *guest)
    left = joined(before, guests).cart
    changes = [{"lines": (*left.lines, line("SKU-new", 1, "mine"))}, {"codes": (*left.codes, "NEW")}]
    if left.lines:
        first, rest = left.lines[0], left.lines[1:]
        changes += [{"lines": rest}, {"lines": (replace(first, quantity=first.quantity + 1), *rest)}]
        # Taken out and put in again it is another line, where something else may have been said of it.
        changes.append({"lines": (*rest, replace(first, id="lin_again"))})
    if left.codes:
        changes.append({"codes": left.codes[1:]})
    assert not holds_as_left(replace(left, **data.draw(st.sampled_from(changes))), before, guests)


def test_a_new_price_does_not_end_the_way_back() -> None:
    before, guests = cart("mine", {"SKU-1": 1}), cart("guest", {"SKU-2": 1})
    left = joined(before, guests).cart
    dearer = replace(left, lines=tuple(replace(one, price=one.price + 100) for one in left.lines))
    assert holds_as_left(dearer, before, guests)


def test_a_guests_cart_is_closed_unless_something_is_left() -> None:
    guest = cart("guest", {"SKU-1": 1})
    closed = given_away(guest, joined(cart("mine", {}), guest), "mrg_00000000", NOW)
    assert (closed.status, closed.version, closed.merged_version, closed.merge_id) == (
        "merged",
        8,
        8,
        "mrg_00000000",
    )
    full = cart("mine", dict.fromkeys(SKUS[2 : MOST_LINES + 2], 1))
    kept = given_away(guest, joined(full, guest), "mrg_00000000", NOW)
    assert (kept.status, [one.sku for one in kept.lines]) == ("open", ["SKU-1"])


def test_a_stored_cart_of_before_there_were_customers_carts_can_be_read() -> None:
    item = cart("guest", {"SKU-1": 1}).to_item()
    for name in ("generation", "merge_id", "merged_version", "last_merge"):
        del item[name]
    assert StoredCart.of_item(item) == cart("guest", {"SKU-1": 1})
