"""Looking an order up: by number and email address, the same answer to every wrong guess, and not often."""

import pytest

from storefront.core import Invalid, Reason, UpstreamUnavailable
from storefront.orders import finding
from storefront.web.counters import AllowanceEach
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, Shopper, summary_of, text_of, title_of, value_of
from tests.unit.web.shops import down

URL = "/ie/en/orders/"


@pytest.fixture(autouse=True)
def fresh_tries(monkeypatch) -> None:
    """Each test has tries of its own, and plenty of them."""
    monkeypatch.setattr(finding, "_tries", AllowanceEach("a-test", 1000))


@pytest.fixture
def bought(shopper, twins) -> Shopper:
    shopper.to_review()
    shopper.place()
    twins.orders.settle(shopper.orders[0].id, "approved")
    return shopper


@pytest.fixture
def stranger(bought) -> ShopClient:
    """Another device, which knows nothing."""
    return ShopClient()


def find(client: ShopClient, number: str, email: str = "robin@example.com", **headers):
    return client.post(URL, {"number": number, "email": email}, **headers)


def test_number_and_address_together_open_the_order(bought, stranger):
    order = bought.orders[0]
    response = find(stranger, order.number)
    assert (response.status_code, response["Location"]) == (303, f"{URL}{order.id}/")
    assert order.number in text_of(stranger.get(response["Location"]))


@pytest.mark.parametrize("write", [str.lower, lambda n: n.replace("-", " "), lambda n: f"  {n} "])
def test_it_is_found_however_it_is_written(bought, stranger, write):
    assert find(stranger, write(bought.orders[0].number), "ROBIN@example.com").status_code == 303


def test_every_wrong_guess_gets_the_same_answer(bought, stranger):
    number = bought.orders[0].number
    answers = [find(stranger, number, "casey@example.com"), find(stranger, "SF-9999-9999")]
    for response in answers:
        assert response.status_code == 422
        assert "We found no order with this number and this email address." in summary_of(response)
        assert response["Cache-Control"] == NO_STORE
        assert title_of(response).startswith("Error: Find your order")
    assert summary_of(answers[0]) == summary_of(answers[1])


@pytest.mark.parametrize(
    ("number", "email", "field"),
    [("", "a@b.ie", "number"), ("SF", "a@b.ie", "number"), ("x" * 31, "a@b.ie", "number"),
     ("SF-1234-5678", "", "email"), ("SF-1234-5678", "robin", "email")],
)  # fmt: skip
def test_what_is_no_number_or_address_is_said_at_the_field(stranger, twins, number, email, field):
    response = find(stranger, number, email)
    assert response.status_code == 422
    assert f'<a href="#{field}">' in summary_of(response)
    assert value_of(response, "number") == number
    assert value_of(response, "email") == email
    assert "find_order" not in twins.orders.calls


def test_markup_is_text(stranger):
    response = find(stranger, '"><b>x</b>', "<i>@x")
    assert b"<b>x" not in response.content
    assert b"<i>@x" not in response.content


def test_many_tries_from_one_address_are_too_many(bought, stranger, monkeypatch):
    monkeypatch.setattr(finding, "_tries", AllowanceEach("few", 3, clock=lambda: 600.0))
    assert [find(stranger, "SF-9999-9999").status_code for _ in range(4)] == [422, 422, 422, 429]
    response = find(stranger, bought.orders[0].number)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "That was tried very often" in summary_of(response)
    assert find(stranger, bought.orders[0].number, REMOTE_ADDR="203.0.113.9").status_code == 303


def test_many_tries_for_one_number_are_too_many_wherever_they_come_from(bought, stranger):
    number = bought.orders[0].number
    for guess in range(10):
        assert find(stranger, number, f"guess{guess}@example.com").status_code == 422
    response = find(stranger, number)
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Please try again in about a minute." in summary_of(response)


@pytest.mark.parametrize(
    ("wait", "told", "words"),
    [(2980.0, "2980", "about 50 minutes"), (60.5, "61", "about 2 minutes"), (None, "60", "about a minute")],
)
def test_how_long_to_wait_is_what_the_order_service_says(stranger, twins, wait, told, words):
    error = UpstreamUnavailable("orders", "find_order", Reason.THROTTLED, retry_after=wait)
    twins.orders.fail(error, "find_order")
    response = find(stranger, "SF-9999-9999")
    assert (response.status_code, response["Retry-After"]) == (429, told)
    assert f"Please try again in {words}." in summary_of(response)


@pytest.mark.parametrize("error", [down("orders"), Invalid("orders", "x", status=422)])
def test_what_goes_wrong_behind_it_is_said(stranger, twins, error):
    twins.orders.fail(error, "find_order")
    response = find(stranger, "SF-1234-5678")
    assert response.status_code == (503 if error.upstream and not hasattr(error, "status") else 422)
    assert "There is a problem" in summary_of(response)


def test_an_order_that_this_browser_may_not_see_leads_here(bought, stranger):
    response = stranger.get(f"{URL}{bought.orders[0].id}/")
    assert response.status_code == 404
    assert f'action="{URL}"' in text_of(response)
    assert "We can't show this order in this browser." in text_of(response)


def test_nobody_is_told_of_a_payment_by_a_link(client):
    assert "payment page" not in text_of(client.get(f"{URL}?about=payment"))


def test_the_page_asks_for_two_things_and_nothing_else(client, twins):
    response = client.get(URL)
    assert response.status_code == 200
    assert 'content="noindex"' in text_of(response)
    assert twins.orders.calls == []
