"""A merge of carts that is undone: what came in goes out again, and nothing else does."""

from __future__ import annotations

import itertools
import random

import pytest

from apptier.orders.tests.harness import ADDRESS, CONTACT, Basket, Shop, at_once
from tests.integration.my_carts import code, guest_with, held, mine, named, opened, undone

pytest_plugins = ["apptier.orders.tests.plugin"]
_people = itertools.count(1)
KIM = {"email": "kim@example.com", "name": "Kim Doyle"}


@pytest.fixture
def robin() -> str:
    """Somebody who was never here before."""
    return f"robin-back-{next(_people)}"


def merged(backend: Shop, who: str, guest: Basket, at: int = 0) -> tuple[Basket, str]:
    """The customer's cart with the guest's in it, and the merge."""
    body = opened(backend, who, guest, at=at).json()
    cart = Basket(backend, body["cart"]["id"], {"Cart-Secret": body["secret"]}, body["cart"])
    return cart, body["merge"]["id"]


def test_a_merge_can_be_undone_and_both_carts_are_as_they_were(backend: Shop, robin: str) -> None:
    both, new = backend.article(), backend.article()
    cart = mine(backend, robin)
    cart.add(both, 1)
    guest = backend.filled(both, new, quantity=4)
    merge = opened(backend, robin, guest).json()["merge"]["id"]

    answers = [undone(backend, robin, merge) for _ in range(2)]

    assert answers[0].status_code == 200
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["secret"] == guest.headers["Cart-Secret"]
    assert held(guest.refresh()) == {both: 4, new: 4}
    assert (guest.cart["contact"], guest.cart["address"]) != (None, None)
    assert held(cart.refresh()) == {both: 1}
    assert cart.cart["contact"] is None
    assert guest.placed().first["order"]["cart_id"] == guest.id


def test_a_cart_that_was_changed_since_is_not_undone(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    body = opened(backend, robin, guest).json()
    mine(backend, robin).add(backend.article())
    assert code(undone(backend, robin, body["merge"]["id"])) == (409, "cart_changed")
    assert code(guest.ask("GET")) == (410, "cart_merged")


def test_an_order_under_way_is_not_undone(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    merge = opened(backend, robin, guest).json()["merge"]["id"]
    mine(backend, robin).placed()
    assert code(undone(backend, robin, merge)) == (409, "cart_locked")


def test_nobody_elses_merge_and_none_that_is_not_there(backend: Shop, robin: str) -> None:
    merge = opened(backend, robin, backend.filled()).json()["merge"]["id"]
    assert code(undone(backend, f"{robin}-other", merge)) == (404, "not_found")
    assert code(undone(backend, robin, "mrg_00000000")) == (404, "not_found")
    assert backend.ask("DELETE", f"/orders/v1/carts/mine/merges/{merge}").status_code == 401


def test_undone_and_merged_again(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    merge = opened(backend, robin, guest).json()["merge"]["id"]
    undone(backend, robin, merge)
    again = opened(backend, robin, guest).json()
    assert again["merge"]["id"] != merge
    assert held(again["cart"]) == held(guest.cart)
    assert code(undone(backend, robin, merge)) == (409, "cart_changed")


def test_who_buys_may_be_said_before_the_merge_is_undone(backend: Shop, robin: str) -> None:
    """As checkout does at once for somebody who has signed in on the way there."""
    old, new = backend.article(), backend.article()
    assert mine(backend, robin).add(old).ok
    guest = guest_with(backend, **dict.fromkeys(named(new), 2))
    cart, merge = merged(backend, robin, guest)
    assert cart.write("PUT", "/contact", KIM).ok
    assert cart.write("PUT", "/address", ADDRESS).ok

    back = undone(backend, robin, merge)

    assert back.status_code == 200
    assert held(back.json()["cart"]) == {new: 2}
    assert back.json()["cart"]["contact"] is None
    assert held(cart.refresh()) == {old: 1}
    assert (cart.cart["contact"], cart.cart["address"]["line1"]) == (KIM, ADDRESS["line1"])


def test_what_the_merge_took_over_goes_again_and_what_was_said_since_stays(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    cart, merge = merged(backend, robin, guest)
    assert cart.cart["contact"] == CONTACT
    assert cart.write("PUT", "/contact", KIM).ok
    assert undone(backend, robin, merge).status_code == 200
    cart.refresh()
    assert (cart.cart["contact"], cart.cart["address"], cart.cart["delivery_option"]) == (KIM, None, None)
    guest.refresh()
    assert guest.cart["contact"] == CONTACT
    assert guest.cart["address"]["line1"] == ADDRESS["line1"]


@pytest.mark.parametrize("change", ["a code", "fewer", "another cart", "another cart that brings nothing"])
def test_what_changes_what_the_cart_holds_ends_the_way_back(backend: Shop, robin: str, change: str) -> None:
    sku = backend.article()
    guest = guest_with(backend, **dict.fromkeys(named(sku), 2))
    cart, merge = merged(backend, robin, guest)
    if change == "a code":
        name = f"BACK{robin.rpartition('-')[2]}"
        backend.promotion(name.lower(), "percentage", code=name, percent=5)
        assert cart.write("PUT", f"/codes/{name}").ok
    elif change == "fewer":
        line = cart.cart["lines"][0]["id"]
        assert cart.write("PATCH", f"/lines/{line}", {"quantity": 1}).ok
    else:
        other = backend.article() if change == "another cart" else sku
        opened(backend, robin, guest_with(backend, **dict.fromkeys(named(other), 1)))
    kept = held(cart.refresh())
    assert code(undone(backend, robin, merge)) == (409, "cart_changed")
    assert held(cart.refresh()) == kept


def test_merges_are_undone_from_the_last_to_the_first(backend: Shop, robin: str) -> None:
    skus = [backend.article() for _ in range(3)]
    assert mine(backend, robin).add(skus[0]).ok
    merges = []
    for sku in skus[1:]:
        cart, merge = merged(backend, robin, guest_with(backend, **dict.fromkeys(named(sku), 1)))
        merges.append(merge)
    assert code(undone(backend, robin, merges[0])) == (409, "cart_changed")
    assert undone(backend, robin, merges[1]).ok
    assert undone(backend, robin, merges[0]).ok
    assert held(cart.refresh()) == {skus[0]: 1}


def test_signing_out_everywhere_stays_done(backend: Shop, robin: str) -> None:
    cart, merge = merged(backend, robin, guest_with(backend, **dict.fromkeys(named(backend.article()), 1)))
    token = {"Authorization": f"Bearer {backend.pool.token(robin)}"}
    assert backend.ask("DELETE", "/orders/v1/carts/mine", headers=token).status_code == 204
    assert undone(backend, robin, merge).status_code == 200
    assert code(cart.ask("GET")) == (404, "not_found")
    assert mine(backend, robin).id == cart.id


def test_random_merges_with_later_contacts_are_undone_without_a_loss(backend: Shop, robin: str) -> None:
    """A few: the thousand are tried in apptier/orders/tests, without a table."""
    chance = random.Random(20261123)
    skus = [backend.article(99) for _ in range(6)]
    for number in range(15):
        who = f"{robin}-{number}"
        mine_of, guest = mine(backend, who), backend.basket()
        wanted = [
            {sku: chance.randint(1, 9) for sku in chance.sample(skus, chance.randint(least, 3))}
            for least in (0, 1)
        ]
        for basket, quantities in zip((mine_of, guest), wanted, strict=True):
            for sku, quantity in quantities.items():
                assert basket.add(sku, quantity, at=number).ok
        cart, merge = merged(backend, who, guest, at=number)
        for _ in range(chance.randint(0, 2)):
            assert cart.write("PUT", "/contact", chance.choice([KIM, CONTACT])).ok
        said = cart.cart["contact"]
        assert undone(backend, who, merge).status_code == 200
        assert [held(one.refresh()) for one in (cart, guest)] == wanted
        assert cart.cart["contact"] == said


# --- races ------------------------------------------------------------------------------------------------


def test_undoing_and_changing_at_once(backend: Shop, robin: str) -> None:
    """Either the change counts and nothing is undone, or it is refused: its cart is another by then."""
    for number in range(6):
        who, sku = f"{robin}-{number}", backend.article()
        guest = backend.filled(sku)
        body = opened(backend, who, guest).json()
        cart = Basket(backend, body["cart"]["id"], {"Cart-Secret": body["secret"]}, body["cart"])
        path = f"/lines/{body['cart']['lines'][0]['id']}"
        tag = {"If-Match": f'"{body["cart"]["version"]}"'}

        def act(tab: int, cart=cart, path=path, tag=tag, who=who, merge=body["merge"]["id"]):
            if tab:
                return undone(backend, who, merge)
            return cart.ask("PATCH", path, json={"quantity": 3}, headers=tag, at=1)

        changed, back = at_once(2, act)
        assert {changed.ok, back.ok} == {True, False}
        assert held(cart.refresh()) == ({sku: 3} if changed.ok else {})


def test_undoing_and_saying_who_buys_at_once(backend: Shop, robin: str) -> None:
    """It is undone in any case, and a contact that was taken is kept."""
    for number in range(8):
        who, sku = f"{robin}-{number}", backend.article()
        cart, merge = merged(backend, who, guest_with(backend, **dict.fromkeys(named(sku), 1)))
        tag = {"If-Match": f'"{cart.cart["version"]}"'}

        def act(tab: int, cart=cart, tag=tag, who=who, merge=merge):
            if tab:
                return undone(backend, who, merge)
            return cart.ask("PUT", "/contact", json=KIM, headers=tag, at=1)

        said, back = at_once(2, act)
        assert back.status_code == 200
        assert held(back.json()["cart"]) == {sku: 1}
        assert held(cart.refresh()) == {}
        if said.ok:
            assert cart.cart["contact"] == KIM
        else:
            assert code(said) == (412, "version_mismatch")


def test_undoing_and_adding_at_once(backend: Shop, robin: str) -> None:
    for number in range(8):
        who, sku, other = f"{robin}-{number}", backend.article(), backend.article()
        cart, merge = merged(backend, who, guest_with(backend, **dict.fromkeys(named(sku), 1)))

        def act(tab: int, cart=cart, other=other, who=who, merge=merge):
            return undone(backend, who, merge) if tab else cart.add(other, at=1)

        added, back = at_once(2, act)
        assert added.ok
        if back.ok:
            assert (held(back.json()["cart"]), held(cart.refresh())) == ({sku: 1}, {other: 1})
        else:
            assert code(back) == (409, "cart_changed")
            assert held(cart.refresh()) == {sku: 1, other: 1}


def test_undoing_twice_at_once_undoes_once(backend: Shop, robin: str) -> None:
    guest = backend.filled()
    cart, merge = merged(backend, robin, guest)
    before = cart.cart["version"]
    answers = at_once(8, lambda _: undone(backend, robin, merge))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert cart.refresh()["version"] == before + 1


def test_undoing_and_ordering_at_once(backend: Shop, robin: str) -> None:
    for number in range(6):
        who, sku = f"{robin}-{number}", backend.article(10)
        cart, merge = merged(backend, who, backend.filled(sku))

        def act(tab: int, cart=cart, who=who, merge=merge):
            return undone(backend, who, merge) if tab else cart.place(at=1)

        order, back = at_once(2, act)
        assert {order.ok, back.ok} == {True, False}
        assert code(back if order.ok else order) == (409, "cart_locked" if order.ok else "cart_changed")
        assert backend.stock(sku) == (9 if order.ok else 10)
