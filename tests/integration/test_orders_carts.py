"""What a shopper relies on about a cart: it adds up, it is theirs alone, and no click counts twice."""

from __future__ import annotations

import pytest

from apptier.orders.tests.harness import ADDRESS, CONTACT, Shop, at_once, idempotent

pytest_plugins = ["apptier.orders.tests.plugin"]


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_cart_is_made_once_per_key(backend: Shop) -> None:
    body, key = {"market": "eu", "locale": "en"}, idempotent()
    first, again = (backend.ask("POST", "/orders/v1/carts", json=body, headers=key) for _ in range(2))

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.headers["etag"] == '"1"'

    other = backend.ask("POST", "/orders/v1/carts", json=body | {"market": "us"}, headers=key)
    assert code(other) == (422, "idempotency_key_reused")


def test_a_key_that_can_be_guessed_opens_no_guests_cart(backend: Shop) -> None:
    body, key = {"market": "eu", "locale": "en"}, idempotent("12345678")
    assert backend.ask("POST", "/orders/v1/carts", json=body, headers=key).status_code == 201
    again = backend.ask("POST", "/orders/v1/carts", json=body, headers=key)
    assert code(again) == (422, "idempotency_key_reused")
    assert "secret" not in again.json()

    # A customer's is theirs alone, so that any key will do.
    mine, other = ({"Authorization": f"Bearer {backend.pool.token(who)}"} | key for who in ("kim-1", "lee-1"))
    made = [
        backend.ask("POST", "/orders/v1/carts", json=body, headers=headers).json()["cart"]["id"]
        for headers in (mine, mine, other)
    ]
    assert made[0] == made[1] != made[2]


def test_a_cart_at_todays_prices_adds_up(backend: Shop) -> None:
    basket = backend.filled(backend.article(price=4900), quantity=2)

    assert basket.cart["totals"] == {
        "subtotal": {"amount": 9800, "currency": "EUR"},
        "discount": {"amount": 0, "currency": "EUR"},
        "delivery": {"amount": 495, "currency": "EUR"},
        "tax": {"amount": 1925, "currency": "EUR"},
        "tax_basis_points": 2300,
        "tax_included": True,
        "total": {"amount": 10295, "currency": "EUR"},
        "estimated": False,
    }
    assert basket.cart["contact"] == CONTACT
    assert basket.cart["address"] == ADDRESS
    assert basket.cart["item_count"] == 2


def test_tax_comes_on_top_where_the_market_says_so(backend: Shop) -> None:
    basket = backend.basket(market="us")
    basket.add(backend.article(us_price=5000), 2)
    totals = basket.cart["totals"]

    assert totals["delivery"]["amount"] == 695
    assert (totals["tax"]["amount"], totals["total"]["amount"], totals["tax_included"]) == (
        856,
        11_551,
        False,
    )
    assert totals["total"]["currency"] == "USD"


def test_the_full_total_is_known_before_anybody_says_who_they_are(backend: Shop) -> None:
    basket = backend.basket()
    assert (basket.cart["totals"]["delivery"], basket.cart["estimate"]["country"]) == (None, "IE")
    basket.add(backend.article(price=10_000))
    totals = basket.cart["totals"]
    assert (totals["delivery"]["amount"], totals["tax_basis_points"], totals["estimated"]) == (
        495,
        2300,
        True,
    )

    assert basket.write("PUT", "/estimate", {"country": "FI", "postcode": "00100"}).ok
    totals = basket.cart["totals"]
    assert (totals["delivery"]["amount"], totals["tax_basis_points"]) == (795, 2550)
    assert basket.cart["estimate"] == {"country": "FI", "postcode": "00100"}

    # The address counts more than the guess, and the guess follows it.
    basket.ready()
    totals = basket.cart["totals"]
    assert (totals["delivery"]["amount"], totals["tax_basis_points"], totals["estimated"]) == (
        495,
        2300,
        False,
    )
    assert basket.cart["estimate"] == {"country": "IE", "postcode": ADDRESS["postcode"]}


@pytest.mark.parametrize(
    ("estimate", "refusal"),
    [
        ({"country": "US", "postcode": None}, "country_not_served"),
        ({"country": "DE", "postcode": "1"}, "validation_failed"),
        ({"country": "DE", "postcode": "ABCDE"}, "postcode_invalid"),
    ],
)
def test_an_estimate_for_nowhere_is_refused(backend: Shop, estimate: dict, refusal: str) -> None:
    assert code(backend.basket().write("PUT", "/estimate", estimate)) == (422, refusal)


def test_a_cart_is_made_for_a_country(backend: Shop) -> None:
    body = {"market": "eu", "locale": "de-AT", "country": "AT"}
    made = backend.ask("POST", "/orders/v1/carts", json=body, headers=idempotent()).json()["cart"]
    assert (made["estimate"]["country"], made["totals"]["tax_basis_points"], made["locale"]) == (
        "AT",
        2000,
        "de",
    )
    refused = backend.ask("POST", "/orders/v1/carts", json=body | {"country": "US"}, headers=idempotent())
    assert code(refused) == (422, "country_not_served")


def test_how_it_is_paid(backend: Shop) -> None:
    basket = backend.filled()
    assert basket.cart["payment_method"] == "card"
    assert basket.write("PUT", "/payment-method", {"method": "bank"}).json()["payment_method"] == "bank"
    assert code(basket.write("PUT", "/payment-method", {"method": "wallet"})) == (
        422,
        "unknown_payment_method",
    )
    listed = backend.ask("GET", "/orders/v1/payment-methods?market=us&locale=ar").json()["items"]
    assert [item["id"] for item in listed] == ["card", "wallet"]
    assert listed[0]["name"] == "بطاقة"
    assert basket.placed().first["order"]["payment"]["method"] == "bank"


def test_what_delivery_costs_is_known_before_there_is_a_cart(backend: Shop) -> None:
    def quotes(query: str):
        return backend.ask("GET", f"/orders/v1/delivery-quotes?market=eu&locale=de&{query}")

    found = quotes("country=DE&postcode=10115").json()
    assert [(item["id"], item["price"]["amount"]) for item in found["items"]][:2] == [
        ("standard", 495),
        ("express", 1295),
    ]
    assert found["items"][0]["name"] == "Standardversand"
    assert {"code": "DE", "name": "Germany"} in found["countries"]
    assert code(quotes("country=US")) == (422, "country_not_served")
    assert code(quotes("country=DE&postcode=1011")) == (422, "postcode_invalid")
    unknown = backend.ask("GET", "/orders/v1/delivery-quotes?market=xx&locale=de&country=DE")
    assert code(unknown) == (404, "unknown_market")


def test_a_double_click_adds_once(backend: Shop) -> None:
    basket, sku, key = backend.basket(), backend.article(), "double-click-1"

    answers = at_once(
        8,
        lambda n: basket.ask(
            "POST", "/lines", at=n, json={"sku": sku, "quantity": 1}, headers=idempotent(key)
        ),
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert basket.refresh()["item_count"] == 1


def test_adds_from_many_tabs_all_count(backend: Shop) -> None:
    basket, skus = backend.basket(), [backend.article() for _ in range(4)]

    answers = at_once(
        20,
        lambda n: basket.ask(
            "POST", "/lines", at=n, json={"sku": skus[n % 4], "quantity": 1}, headers=idempotent()
        ),
    )

    assert {answer.status_code for answer in answers} == {200}
    assert basket.refresh()["item_count"] == 20
    assert [line["quantity"] for line in basket.cart["lines"]] == [5, 5, 5, 5]
    assert basket.cart["version"] == 21


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**9, 1.5, "abc", "1", True, None])
def test_an_odd_quantity_is_refused(backend: Shop, quantity: object) -> None:
    basket = backend.filled()
    line = basket.cart["lines"][0]["id"]

    added = basket.ask("POST", "/lines", json={"sku": "SKU-1", "quantity": quantity}, headers=idempotent())
    changed = basket.write("PATCH", f"/lines/{line}", {"quantity": quantity})

    assert code(added) == code(changed) == (422, "validation_failed")
    assert changed.json()["errors"][0]["pointer"] == "/quantity"
    assert basket.refresh()["item_count"] == 1


def test_the_bounds_of_a_cart(backend: Shop) -> None:
    basket, sku, scarce = backend.basket(), backend.article(500), backend.article(3)

    assert basket.add(sku, 99).status_code == 200
    assert code(basket.add(sku, 1)) == (422, "quantity_limit")
    assert code(basket.add("NO-SUCH-SKU")) == (422, "unknown_sku")

    short = basket.add(scarce, 4)
    assert code(short) == (409, "insufficient_stock")
    assert (short.json()["sku"], short.json()["available"]) == (scarce, 3)
    assert basket.refresh()["item_count"] == 99


def test_somebody_elses_cart_is_not_there(backend: Shop) -> None:
    mine, theirs = backend.filled(), backend.filled()
    signed_in = backend.basket(customer="customer-1")
    bearer = {"Authorization": f"Bearer {backend.pool.token('customer-2')}"}
    absent = backend.ask("GET", "/orders/v1/carts/crt_00000000", headers=mine.headers)

    foreign = [
        backend.ask("GET", f"/orders/v1/carts/{theirs.id}", headers=mine.headers),
        backend.ask("GET", f"/orders/v1/carts/{theirs.id}", headers={"Cart-Secret": ""}),
        backend.ask("GET", f"/orders/v1/carts/{theirs.id}", headers=bearer),
        backend.ask("GET", f"/orders/v1/carts/{signed_in.id}", headers=bearer),
        backend.ask("GET", f"/orders/v1/carts/{signed_in.id}", headers=mine.headers),
        backend.ask(
            "POST", "/orders/v1/orders", headers=mine.headers | idempotent(), json=theirs.order_body()
        ),
    ]

    assert {answer.status_code for answer in (absent, *foreign)} == {404}
    assert {answer.content for answer in foreign} == {absent.content}
    assert signed_in.refresh()["item_count"] == 0


def test_without_credentials_it_is_401(backend: Shop) -> None:
    basket = backend.filled()
    bad = {"Authorization": "Bearer not.a.token"}

    assert code(backend.ask("GET", f"/orders/v1/carts/{basket.id}")) == (401, "unauthorized")
    assert code(backend.ask("GET", f"/orders/v1/carts/{basket.id}", headers=basket.headers | bad))[0] == 401
    assert code(backend.ask("GET", "/orders/v1/orders")) == (401, "unauthorized")


def test_an_expired_cart_is_gone_whatever_the_table_still_holds(backend: Shop) -> None:
    basket = backend.filled()
    backend.tables.update("carts", {"pk": basket.id}, "SET expires_at = :past", values={":past": 1})

    assert code(basket.ask("GET")) == (410, "cart_expired")
    assert code(basket.add("SKU-1")) == (410, "cart_expired")
    assert code(basket.place()) == (410, "cart_expired")
    stranger = backend.ask("GET", f"/orders/v1/carts/{basket.id}", headers={"Cart-Secret": "x" * 40})
    assert code(stranger) == (404, "not_found")


def test_a_write_names_the_version_that_was_seen(backend: Shop) -> None:
    basket = backend.filled()
    path = f"/lines/{basket.cart['lines'][0]['id']}"

    assert code(basket.ask("PATCH", path, json={"quantity": 2})) == (428, "precondition_required")
    stale = basket.ask("PATCH", path, json={"quantity": 2}, headers={"If-Match": '"1"'})
    assert code(stale) == (412, "version_mismatch")
    assert stale.json()["cart_version"] == basket.cart["version"]

    assert basket.write("PATCH", path, {"quantity": 2}).headers["etag"] == f'"{basket.cart["version"]}"'
    assert basket.cart["item_count"] == 2
    assert basket.write("DELETE", path).json()["lines"] == []
    assert code(basket.write("DELETE", path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/contact", CONTACT | {"email": "nobody"}, "/email"),
        ("/contact", CONTACT | {"email": "a@b@c.example"}, "/email"),
        ("/contact", CONTACT | {"name": "   "}, "/name"),
        ("/contact", CONTACT | {"name": "a\r\nBcc: b"}, "/name"),
        ("/contact", CONTACT | {"phone": "call me"}, "/phone"),
        ("/address", ADDRESS | {"country": "AQ"}, "/country"),
        ("/address", ADDRESS | {"postcode": "12345"}, "/postcode"),
        ("/address", ADDRESS | {"extra": "x"}, "/extra"),
        ("/delivery-option", {"option_id": "teleport"}, "/option_id"),
    ],
)
def test_what_cant_be_right_is_named(backend: Shop, path: str, body: dict, pointer: str) -> None:
    basket = backend.basket()
    answer = basket.write("PUT", path, body)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert basket.refresh()["version"] == 1


def test_delivery_before_and_after_the_address_is_known(backend: Shop) -> None:
    basket = backend.basket()
    basket.add(backend.article())
    guess = basket.ask("GET", "/delivery-options").json()
    assert [item["id"] for item in guess["items"]] == ["standard", "express", "courier"]
    assert {"code": "DE", "name": "Germany"} in guess["countries"]

    basket.write("PUT", "/delivery-option", {"option_id": "courier"})
    assert basket.cart["totals"]["delivery"]["amount"] == 1995
    basket.write(
        "PUT", "/address", {"line1": "Rua 1", "city": "Lisboa", "postcode": "1100-148", "country": "PT"}
    )
    assert basket.cart["delivery_option"] is None
    assert basket.cart["totals"]["delivery"]["amount"] == 795
    assert basket.cart["totals"]["estimated"]
    assert [item["price"]["amount"] for item in basket.ask("GET", "/delivery-options").json()["items"]] == [
        795,
        1895,
    ]


def test_a_line_says_what_has_changed_since(backend: Shop) -> None:
    dear, scarce, gone = backend.article(price=5900), backend.article(5), backend.article(5)
    basket = backend.filled(dear, scarce, gone, quantity=2)

    backend.price(dear, 4900)
    backend.tables.update("stock", {"pk": scarce}, "SET quantity = :n", values={":n": 1})
    backend.tables.update("stock", {"pk": gone}, "SET quantity = :n", values={":n": 0})
    lines = basket.refresh()["lines"]

    assert [line["notices"] for line in lines] == [
        [{"code": "price_changed", "detail": "The price was 59.00 EUR when you added it."}],
        [{"code": "insufficient_stock", "detail": "Only 1 is left."}],
        [{"code": "unavailable", "detail": "It can't be bought at the moment."}],
    ]
    assert [line["unit_price"]["amount"] for line in lines] == [4900, 4900, 4900]
