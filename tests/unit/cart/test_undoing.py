"""What was removed can be put back, with and without a script; and one press of a button counts once."""

import re
import time

import pytest

from storefront.web import open_cart
from tests import samples
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down


@pytest.fixture
def full(shopper) -> Shopper:
    shopper.add(samples.VASE, "3")
    return shopper


def remove(shopper: Shopper, headers=None):
    """Press "Remove" as the cart's page has it."""
    page = text_of(shopper.client.get("/cart/"))
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'value="remove"' in form)
    action = re.search(r'action="([^"]*)"', form)
    assert action
    return shopper.client.post(action.group(1), fields(form), headers=headers or {})


def fields(form: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form))


def undo_form(page: str) -> dict[str, str]:
    (form,) = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if "/cart/undo/" in form]
    return fields(form)


def test_without_a_script_the_next_page_offers_to_put_it_back(full, client):
    assert remove(full).status_code == 303
    page = text_of(client.get("/cart/"))
    assert "Ember vase, Clay was removed." in page
    response = client.post("/cart/undo/", undo_form(page))
    assert response.status_code == 303
    assert [(line.sku, line.quantity) for line in full.cart.lines] == [(samples.VASE, 3)]
    assert response["Location"] == f"/ie/en/cart/#line-{full.cart.lines[0].id}"


def test_it_is_offered_once(full, client):
    remove(full)
    assert "/cart/undo/" in text_of(client.get("/cart/"))
    assert "/cart/undo/" not in text_of(client.get("/cart/"))


def test_htmx_gets_the_offer_at_once_and_the_focus_goes_there(full, client):
    response = remove(full, HTMX)
    page = text_of(response)
    assert "Ember vase, Clay was removed." in page
    assert 'id="undo"' in page
    answer = client.post("/cart/undo/", undo_form(page), headers=HTMX)
    assert answer.status_code == 200
    assert b'id="cart"' in answer.content
    assert full.cart.item_count == 3


def test_pressing_undo_twice_puts_it_back_once(full, client):
    remove(full)
    form = undo_form(text_of(client.get("/cart/")))
    client.post("/cart/undo/", form)
    client.post("/cart/undo/", form)
    assert full.cart.item_count == 3


def test_what_was_sold_meanwhile_can_not_be_put_back_and_that_is_said(full, client, twins):
    remove(full)
    form = undo_form(text_of(client.get("/cart/")))
    twins.orders.stock(samples.VASE, 0)
    response = client.post("/cart/undo/", form)
    assert response.status_code == 409
    assert "This is sold out." in text_of(response)


@pytest.mark.parametrize("quantity", ["", "0", "abc", "1000"])
def test_an_offer_that_is_none_changes_nothing(full, client, quantity):
    before = full.cart
    assert client.post("/cart/undo/", {"sku": samples.VASE, "quantity": quantity}).status_code == 303
    assert full.cart == before


def test_without_the_session_table_it_is_removed_all_the_same(full, twins):
    twins.sessions.down = True
    assert remove(full).status_code == 303
    assert full.cart.lines == ()


# --- one press of a button --------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch) -> float:
    """How long a press counts as one, shortened so that a test need not wait for seconds."""
    monkeypatch.setattr(open_cart, "PRESS_SECONDS", 0.2)
    return 0.2


def test_a_double_click_adds_once(full, quick):
    before = full.cart.item_count
    full.add()
    full.add()
    assert full.cart.item_count == before + 1


def test_a_second_press_on_purpose_adds_again(full, quick):
    before = full.cart.item_count
    full.add()
    time.sleep(quick * 1.5)
    full.add()
    assert full.cart.item_count == before + 2


def test_add_remove_and_add_again_at_once_is_all_meant(shopper, client):
    for _ in range(2):
        shopper.add()
        remove(shopper)
        assert shopper.cart.lines == ()
    shopper.add()
    assert [line.quantity for line in shopper.cart.lines] == [1]
    assert "is in your cart." in text_of(client.get("/cart/"))


def test_after_another_quantity_or_an_undo_the_next_press_counts_too(full, client):
    full.add(samples.VASE)
    full.change("2")
    full.add(samples.VASE)
    assert full.cart.item_count == 3
    remove(full)
    form = undo_form(text_of(client.get("/cart/")))
    full.add(samples.VASE)
    client.post("/cart/undo/", form)
    full.add(samples.VASE)
    assert full.cart.item_count == 1 + 3 + 1


def test_a_removal_whose_answer_was_lost_counts_as_one(full, twins, monkeypatch):
    write = twins.orders.remove_line

    def lost(**asked):
        write(**asked)
        raise down("orders")

    full.change("", action="remove")
    full.add()
    monkeypatch.setattr(twins.orders, "remove_line", lost)
    assert full.change("", action="remove").status_code == 503
    full.add()
    assert full.cart.item_count == 1


def test_another_thing_or_another_number_is_another_press(full, quick):
    before = full.cart.item_count
    full.add()
    full.add(quantity="2")
    full.add(samples.LAST_RUGS)
    assert full.cart.item_count == before + 1 + 2 + 1


def test_a_form_with_a_name_of_its_own_counts_once_however_late(full, quick):
    before = full.cart.item_count
    for _ in range(2):
        full.add(form_key="a-name-of-this-form-0001")
        time.sleep(quick * 1.2)
    assert full.cart.item_count == before + 1


def test_without_the_shared_cache_the_clock_names_a_press(monkeypatch):
    class Away:
        def add(self, *_args, **_kwargs) -> None:
            """As django-redis says that the server does not answer."""

        def get(self, *_args, **_kwargs) -> None:
            """Nothing is there."""

    monkeypatch.setattr(open_cart, "cache", Away())
    monkeypatch.setattr(open_cart.time, "time", lambda: 1000.5)
    assert open_cart.press_key("a", 1) == open_cart.press_key("a", 1)
    assert open_cart.press_key("a", 1) != open_cart.press_key("a", 2)
    first = open_cart.press_key("a", 1)
    monkeypatch.setattr(open_cart.time, "time", lambda: 1003.5)
    assert open_cart.press_key("a", 1) != first


def test_a_cart_just_emptied_offers_what_an_empty_one_does(shopper, client):
    shopper.add()
    assert "Places to start" in text_of(remove(shopper, HTMX))
    page = text_of(client.get("/cart/"))
    assert "Your cart is empty." in page
    assert "Places to start" in page
