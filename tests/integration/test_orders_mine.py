"""A customer's cart: one for each market, joined by what was a guest's, with nothing lost on the way."""

from __future__ import annotations

import itertools
import random

import pytest

from apptier.orders.cart import MOST_LINES
from apptier.orders.tests.harness import CONTACT, Basket, Purchase, Shop, at_once, idempotent
from tests.integration.my_carts import bearer, code, guest_with, held, mine, named, opened

pytest_plugins = ["apptier.orders.tests.plugin"]
_people = itertools.count(1)


@pytest.fixture
def robin() -> str:
    """Somebody who was never here before."""
    return f"robin-{next(_people)}"


# --- opening ----------------------------------------------------------------------------------------------


def test_a_customer_has_one_cart_for_each_market(backend: Shop, robin: str) -> None:
    first, again = mine(backend, robin), mine(backend, robin, at=1)
    assert (first.id, first.headers) == (again.id, again.headers)
    assert mine(backend, robin, market="us").id != first.id
    assert mine(backend, f"{robin}-other").id != first.id
    assert code(opened(backend, robin, market="xx")) == (404, "unknown_market")
    assert code(opened(backend, robin, country="US")) == (422, "country_not_served")


def test_it_opens_by_its_secret_and_by_its_owner_and_by_nobody_else(backend: Shop, robin: str) -> None:
    cart = mine(backend, robin)
    path = f"/orders/v1/carts/{cart.id}"
    assert backend.ask("GET", path, headers=cart.headers).status_code == 200
    assert backend.ask("GET", path, headers=bearer(backend, robin)).status_code == 200
    assert backend.ask("GET", path, headers=cart.headers | bearer(backend, robin)).status_code == 200
    stranger = bearer(backend, f"{robin}-other")
    assert code(backend.ask("GET", path, headers=stranger)) == (404, "not_found")
    assert code(backend.ask("GET", path, headers=cart.headers | stranger)) == (404, "not_found")
    assert code(backend.ask("POST", "/orders/v1/carts/mine", json={}))[0] == 401


def test_many_tabs_at_once_make_one_cart(backend: Shop, robin: str) -> None:
    answers = at_once(12, lambda n: opened(backend, robin, at=n))
    assert {answer.status_code for answer in answers} == {200}
    assert len({(answer.json()["cart"]["id"], answer.json()["secret"]) for answer in answers}) == 1


def test_after_an_order_the_next_cart_is_a_new_one(backend: Shop, robin: str) -> None:
    first = mine(backend, robin, backend.filled())
    purchase = Purchase.of(first, first.place())
    assert mine(backend, robin).cart["status"] == "ordering"
    purchase.answer_page("approve")
    assert purchase.settled() == "placed"
    second = mine(backend, robin)
    assert second.id != first.id
    assert second.cart["lines"] == []


# --- merging ----------------------------------------------------------------------------------------------


def test_signing_in_puts_the_guests_cart_into_the_customers(backend: Shop, robin: str) -> None:
    both, new, old = (backend.article() for _ in range(3))
    before = mine(backend, robin)
    before.add(both, 1)
    before.add(old, 5)
    guest = backend.basket()
    guest.add(both, 3)
    guest.add(new, 2)

    answer = opened(backend, robin, guest).json()

    assert held(answer["cart"]) == {both: 3, old: 5, new: 2}
    assert [(one["sku"], one["quantity"]) for one in answer["merge"]["added"]] == [(new, 2)]
    assert [(one["sku"], one["quantity"]) for one in answer["merge"]["raised"]] == [(both, 3)]
    assert answer["merge"]["left"] == answer["merge"]["left_codes"] == []
    assert answer["cart"]["version"] == before.cart["version"] + 1
    for refused in (guest.ask("GET"), guest.add(new), guest.place()):
        assert code(refused) == (410, "cart_merged")


def test_who_and_where_come_along_into_a_new_cart(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    cart = mine(backend, robin, guest).cart
    assert (cart["contact"], cart["address"]) == (guest.cart["contact"], guest.cart["address"])
    assert cart["delivery_option"] == guest.cart["delivery_option"]


def test_the_same_request_again_gets_the_same_answer(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    first = opened(backend, robin, guest).json()
    again = opened(backend, robin, guest, at=1).json()
    assert again["merge"] == first["merge"]
    assert again["cart"] == first["cart"]


def test_two_tabs_signing_in_at_once_merge_once(backend: Shop, robin: str) -> None:
    guest = backend.filled(backend.article(), backend.article(), quantity=2)
    answers = [answer.json() for answer in at_once(16, lambda n: opened(backend, robin, guest, at=n))]
    assert len({(one["cart"]["id"], one["merge"]["id"]) for one in answers}) == 1
    assert {one["cart"]["version"] for one in answers} == {2}
    assert held(answers[0]["cart"]) == held(guest.cart)


@pytest.mark.parametrize("kind", ["not there", "wrong secret", "expired", "bought", "somebody's", "empty"])
def test_a_cart_that_is_none_of_theirs_is_passed_over(backend: Shop, robin: str, kind: str) -> None:
    sku = backend.article()
    mine(backend, robin).add(sku)
    guest = backend.filled()
    if kind == "not there":
        guest.id = "crt_00000000"
    elif kind == "wrong secret":
        guest.headers = {"Cart-Secret": "x" * 43}
    elif kind == "expired":
        backend.tables.update("carts", {"pk": guest.id}, "SET expires_at = :past", values={":past": 1})
    elif kind == "bought":
        purchase = guest.placed()
        purchase.answer_page("approve")
        assert purchase.settled() == "placed"
    elif kind == "somebody's":
        guest = mine(backend, f"{robin}-other", guest)
    else:
        guest = backend.basket()
    answer = opened(backend, robin, guest).json()
    assert answer["merge"] is None
    assert held(answer["cart"]) == {sku: 1}


def test_codes_are_united_and_what_does_not_fit_is_told(backend: Shop, robin: str) -> None:
    names = [f"MERGE{number}{robin[6:]}" for number in range(4)]
    for name in names:
        backend.promotion(name.lower(), "percentage", code=name, percent=5)
    cart, guest = mine(backend, robin), backend.basket()
    for basket, codes in ((cart, names[:2]), (guest, names[1:])):
        for name in codes:
            assert basket.write("PUT", f"/codes/{name}").ok
    answer = opened(backend, robin, guest).json()
    assert [one["code"] for one in answer["cart"]["codes"]] == names[:3]
    assert answer["merge"]["left_codes"] == names[3:]


def test_what_does_not_fit_stays_and_joins_once_there_is_room(backend: Shop, robin: str) -> None:
    crammed, skus = backend.crammed(MOST_LINES)
    mine(backend, robin, crammed)
    extra = [backend.article() for _ in range(2)]
    guest = guest_with(backend, **dict.fromkeys(named(skus[0], *extra), 2))

    answer = opened(backend, robin, guest).json()
    assert [one["sku"] for one in answer["merge"]["raised"]] == [skus[0]]
    assert [one["sku"] for one in answer["merge"]["left"]] == extra
    assert held(guest.refresh()) == dict.fromkeys(extra, 2)
    assert opened(backend, robin, guest).json()["merge"] == answer["merge"]

    cart = mine(backend, robin)
    line = next(line for line in cart.cart["lines"] if line["sku"] == skus[5])
    assert cart.write("DELETE", f"/lines/{line['id']}").ok
    later = opened(backend, robin, guest).json()["merge"]
    assert [one["sku"] for one in later["added"]] == extra[:1]
    assert [one["sku"] for one in later["left"]] == extra[1:]


def test_a_contact_takes_no_answer_back(backend: Shop, robin: str) -> None:
    """Neither what was told is told anew, nor is what did not fit put into a merge of its own."""
    crammed, _ = backend.crammed(MOST_LINES)
    cart = mine(backend, robin, crammed)
    guest = guest_with(backend, **dict.fromkeys(named(backend.article()), 2))
    first = opened(backend, robin, guest).json()["merge"]
    cart.refresh()
    assert cart.write("PUT", "/contact", CONTACT).ok
    assert opened(backend, robin, guest).json()["merge"] == first


def test_random_carts_lose_nothing_on_the_running_service(backend: Shop, robin: str) -> None:
    chance = random.Random(20261123)
    skus = [backend.article(99) for _ in range(8)]
    for number in range(20):
        who, pair = f"{robin}-{number}", []
        for basket in (mine(backend, who), backend.basket()):
            wanted = {sku: chance.randint(1, 9) for sku in chance.sample(skus, chance.randint(0, 4))}
            for sku, quantity in wanted.items():
                assert basket.add(sku, quantity, at=number).ok
            pair.append((basket, wanted))
        (_, had), (guest, brought) = pair
        cart = opened(backend, who, guest, at=number).json()["cart"]
        assert held(cart) == {sku: max(had.get(sku, 0), brought.get(sku, 0)) for sku in had | brought}


# --- races ------------------------------------------------------------------------------------------------


def test_whoever_comes_second_sees_what_the_first_merged(backend: Shop, robin: str) -> None:
    for number in range(6):
        who, old, new = f"{robin}-{number}", backend.article(), backend.article()
        assert mine(backend, who).add(old).ok
        guest = guest_with(backend, **dict.fromkeys(named(new), 1))

        def act(tab: int, guest: Basket = guest, who: str = who):
            return opened(backend, who, guest, at=tab)

        answers = [answer.json() for answer in at_once(8, act)]
        assert len({one["merge"]["id"] for one in answers}) == 1
        assert all(held(one["cart"]) == {old: 1, new: 1} for one in answers)


def test_what_is_added_while_the_carts_are_merged_is_in_one_of_them(backend: Shop, robin: str) -> None:
    base, extra = backend.article(), [backend.article() for _ in range(10)]
    guest = guest_with(backend, **dict.fromkeys(named(base), 1))

    def act(number: int):
        return opened(backend, robin, guest) if number == 5 else guest.ask(
            "POST", "/lines", at=number, json={"sku": extra[number - (number > 5)], "quantity": 1},
            headers=idempotent(),
        )  # fmt: skip

    answers = at_once(11, act)
    kept = {sku for number, answer in enumerate(answers) if number != 5 and answer.ok
            for sku in (extra[number - (number > 5)],)}  # fmt: skip
    refused = [answer for number, answer in enumerate(answers) if number != 5 and not answer.ok]
    assert all(code(answer) == (410, "cart_merged") for answer in refused)
    assert {base, *kept} == held(mine(backend, robin).cart).keys()


def test_an_order_is_placed_before_the_merge_or_not_at_all(backend: Shop, robin: str) -> None:
    seen = set()
    for number in range(12):
        who, sku = f"{robin}-{number}", backend.article(10)
        guest = backend.filled(sku)

        def act(tab: int, guest: Basket = guest, who: str = who, number: int = number):
            return guest.place(at=number) if tab else opened(backend, who, guest, at=number + 1)

        merge, order = at_once(2, act)
        if order.status_code == 201:
            assert code(merge) == (409, "cart_locked")
            assert merge.json()["order_id"] == order.json()["order"]["id"]
            assert guest.refresh()["status"] == "ordering"
            assert mine(backend, who).cart["lines"] == []
        else:
            assert code(order) == (410, "cart_merged")
            assert held(merge.json()["cart"]) == {sku: 1}
        assert backend.stock(sku) == (9 if order.status_code == 201 else 10)
        seen.add(order.status_code)
    assert seen <= {201, 410}


def test_an_order_of_the_customers_cart_meets_the_merge_as_any_change(backend: Shop, robin: str) -> None:
    for number in range(8):
        who, sku, other = f"{robin}-{number}", backend.article(10), backend.article(10)
        cart = mine(backend, who, backend.filled(sku))
        guest = guest_with(backend, **dict.fromkeys(named(other), 1))

        def act(tab: int, cart: Basket = cart, guest: Basket = guest, who: str = who, number: int = number):
            return cart.place(at=number) if tab else opened(backend, who, guest, at=number + 1)

        merge, order = at_once(2, act)
        if order.status_code == 201:
            assert code(merge) == (409, "cart_locked")
            assert held(guest.refresh()) == {other: 1}
        else:
            assert code(order) == (409, "cart_changed")
            assert held(merge.json()["cart"]) == {sku: 1, other: 1}
