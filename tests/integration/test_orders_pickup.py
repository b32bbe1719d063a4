"""Picking up in a store: no address, no charge, ready when the store says, from the same stock."""

from __future__ import annotations

from datetime import UTC, datetime

from apptier.orders.tests.harness import CONTACT, Basket, Shop

pytest_plugins = ["apptier.orders.tests.plugin"]


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def pick_up(basket: Basket, store: str = "sto_galway01"):
    return basket.write("PUT", "/fulfilment", {"kind": "pickup", "store_id": store})


def test_an_order_is_picked_up_without_an_address(backend: Shop) -> None:
    sku = backend.article(10, price=4900)
    basket = backend.basket()
    basket.add(sku, 2)
    answer = pick_up(basket)

    assert answer.status_code == 200
    cart = basket.cart
    assert cart["fulfilment"]["kind"] == "pickup"
    assert cart["fulfilment"]["store"]["name"] == "Fieldnote Galway"
    ready = datetime.fromisoformat(cart["fulfilment"]["store"]["ready_from"])
    assert ready > datetime.now(UTC)
    assert (cart["delivery_option"]["id"], cart["delivery_option"]["price"]["amount"]) == ("pickup", 0)
    assert (cart["totals"]["delivery"]["amount"], cart["totals"]["total"]["amount"]) == (0, 9800)
    assert not cart["totals"]["estimated"]
    assert [o["id"] for o in basket.ask("GET", "/delivery-options").json()["items"]] == ["pickup"]

    assert basket.write("PUT", "/contact", CONTACT).ok
    order = basket.placed().first["order"]
    assert order["address"] is None
    assert order["pickup"]["id"] == "sto_galway01"
    assert order["delivery_option"]["id"] == "pickup"
    assert backend.stock(sku) == 8
    assert basket.refresh()["fulfilment"]["store"] == order["pickup"]


def test_the_stores_country_is_whose_tax_it_is(backend: Shop) -> None:
    basket = backend.filled(backend.article(price=11_900))
    pick_up(basket, "sto_berlin01")
    totals = basket.cart["totals"]
    assert (totals["tax_basis_points"], totals["tax"]["amount"], totals["total"]["amount"]) == (
        1900,
        1900,
        11_900,
    )


def test_changing_ones_mind_keeps_the_address_and_forgets_the_option(backend: Shop) -> None:
    basket = backend.filled()
    address = basket.cart["address"]
    pick_up(basket)
    back = basket.write("PUT", "/fulfilment", {"kind": "delivery"})
    assert back.status_code == 200
    assert (basket.cart["address"], basket.cart["delivery_option"]) == (address, None)
    assert code(basket.place()) == (409, "cart_incomplete")


def test_a_store_that_does_not_offer_it_is_refused(backend: Shop) -> None:
    basket = backend.filled()
    for store in ("sto_nowhere1", "sto_brookly1", "sto_copenha1"):
        assert code(pick_up(basket, store)) == (422, "store_not_offered")
        assert code(
            basket.ask(
                "PUT",
                "/fulfilment",
                at=1,
                json={"kind": "pickup", "store_id": store},
                headers={"If-Match": f'"{basket.cart["version"]}"'},
            )
        ) == (422, "store_not_offered")
    assert code(basket.write("PUT", "/fulfilment", {"kind": "pickup"})) == (422, "validation_failed")


def test_a_store_that_stops_offering_it_keeps_nobody_from_choosing_another(backend: Shop) -> None:
    basket = backend.filled()
    pick_up(basket)
    key = {"pk": "S#eu", "sk": "sto_galway01"}
    row = backend.tables.get("stores", key, consistent=True)
    assert row is not None
    backend.tables.delete("stores", key)
    try:
        refused = basket.place()
        assert code(refused) == (409, "cart_incomplete")
        assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/fulfilment"]
    finally:
        backend.tables.put("stores", row)
    assert basket.place().status_code == 201


def test_where_an_article_can_be_picked_up(backend: Shop) -> None:
    sku = backend.article(3)

    def ask(**query):
        given = {"market": "eu", "locale": "en", "country": "IE"} | query
        return backend.ask("GET", "/stores/v1/pickup-promises", params=given)

    near_galway = ask(postcode="H91 AB12", sku=sku, quantity=3).json()["items"]
    assert [item["store_id"] for item in near_galway] == ["sto_galway01", "sto_dublin01"]
    assert near_galway[0]["distance_km"] < 10 < near_galway[1]["distance_km"]
    assert all(item["available"] and item["ready_from"] for item in near_galway)
    assert near_galway[0]["timezone"] == "Europe/Dublin"

    assert ask(postcode="D02 X285").json()["items"][0]["store_id"] == "sto_dublin01"
    assert [item["distance_km"] for item in ask().json()["items"]] == [None, None]
    too_many = ask(sku=sku, quantity=4).json()["items"]
    assert {(item["available"], item["ready_from"]) for item in too_many} == {(False, None)}
    assert ask(country="PT").json()["items"] == []
    assert ask(country="DK").json()["items"] == [], "a store, but no pick-up"
    assert code(ask(country="US")) == (422, "country_not_served")
    assert code(ask(postcode="1")) == (422, "validation_failed")
    assert code(ask(postcode="12345")) == (422, "postcode_invalid")
    assert code(ask(sku="NO-SUCH-SKU")) == (404, "unknown_sku")
    assert code(ask(market="us", country="US", sku=sku)) == (404, "unknown_sku")
