"""How it gets to the shopper: an address as its country writes it, or a store, and what that costs."""

import re
from dataclasses import replace

import pytest

from storefront.clients.orders.fake_deals import Deal
from storefront.core import Conflict, Invalid
from storefront.web.addresses import format_of
from tests import samples
from tests.unit.cart.shopper import DELIVERY, Shopper, summary_of, text_of, value_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down

URL = "/ie/en/checkout/delivery/"
BERLIN = {"line1": "Invalidenstr. 116", "city": "Berlin", "postcode": "10115", "country": "DE"}


@pytest.fixture
def known(shopper) -> Shopper:
    """Somebody who has said who they are."""
    shopper.add()
    shopper.contact()
    return shopper


def order_of_fields(response) -> list[str]:
    return re.findall(r'<(?:input|select)[^>]*\bid="(line1|city|region|postcode|country)"', text_of(response))


def asked(response) -> set[str]:
    """The names of what the page asks for without unfolding anything; a choice of radios is one question."""
    page = text_of(response)
    form = page[page.index('action="/ie/en/checkout/') :]
    form = re.sub(r"<details.*?</details>", "", form[: form.index("</form>")], flags=re.DOTALL)
    tags = re.findall(r"<(?:input|select)\b[^>]*>", form)
    seen = [tag for tag in tags if 'type="hidden"' not in tag]
    return {name for tag in seen for name in re.findall(r'\bname="(\w+)"', tag)}


def test_eight_questions_are_asked_at_most(shopper, client):
    shopper.add()
    questions = asked(client.get("/checkout/contact/"))
    shopper.contact()
    questions |= asked(client.get(URL))
    shopper.delivery()
    questions |= asked(client.get("/checkout/payment/"))
    assert questions == {"email", "name", "country", "line1", "city", "postcode", "option_id", "method"}


def test_ireland_writes_the_eircode_last(known, client):
    response = client.get(URL)
    assert order_of_fields(response)[-2:] == ["city", "postcode"]
    assert "Eircode" in text_of(response)
    assert "County" in text_of(response)


def test_germany_writes_the_postcode_before_the_town(known, client):
    response = client.post(URL, {**BERLIN, "action": "country"})
    assert response.status_code == 200
    assert order_of_fields(response)[-2:] == ["postcode", "city"]
    assert 'inputmode="numeric"' in text_of(response)
    assert "County" not in text_of(response)


def test_america_asks_for_the_state_and_its_own_code():
    way = format_of("US")
    assert way.after_line == ("city", "region", "postcode")
    assert way.region_required
    assert {option.value for option in way.regions} >= {"NY", "CA", "DC"}
    assert way.postcode_check("10001-1234") == ""
    assert way.postcode_check("1000") != ""


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [("IE", "h91ab12", "H91 AB12"), ("IE", "D6W 1234", "D6W 1234"), ("DE", "10115", "10115")],
)
def test_a_postcode_is_kept_as_its_country_writes_it(country, typed, kept):
    way = format_of(country)
    assert way.postcode_check(typed) == ""
    assert way.tidy(typed) == kept


@pytest.mark.parametrize("country", ["FR", "XX", ""])
def test_a_country_we_know_no_way_of_is_asked_the_usual_way(country):
    assert format_of(country).after_line == ("postcode", "city")


def test_without_a_script_the_country_is_changed_by_a_button_and_nothing_is_lost(known, client):
    typed = {**DELIVERY, "country": "DE", "line2": "Flat 2", "action": "country"}
    response = client.post(URL, typed)
    assert response.status_code == 200
    for name in ("line1", "line2", "city", "postcode", "country"):
        assert value_of(response, name) == typed[name]
    assert "There is a problem" not in text_of(response)
    assert known.cart.address is None


def test_a_form_with_another_country_asks_by_that_country_s_rules(known):
    response = known.delivery(**{**BERLIN, "postcode": "H91 AB12"})
    assert response.status_code == 422
    assert "Postcode: this does not look right. It should look like 10115." in summary_of(response)
    assert known.delivery(**BERLIN).status_code == 303
    assert known.cart.address.city == "Berlin"


def test_what_a_country_does_not_ask_for_is_not_sent(known):
    known.delivery(region="Galway")
    assert known.cart.address.region == "Galway"
    known.delivery(**BERLIN, region="Galway")
    assert known.cart.address.region == ""


def test_choosing_how_fast_changes_the_total_at_once(known, client):
    data = {"action": "option", "option_id": "express", "version": known.cart.version}
    response = client.post(URL, data, headers=HTMX)
    assert response.status_code == 200
    page = text_of(response)
    assert "€12.95" in page
    assert "€61.95" in page
    assert f'name="version" value="{known.cart.version}"' in " ".join(page.split())
    assert known.cart.delivery_option.id == "express"
    assert client.get("/checkout/")["Location"] == URL  # the address is still to come


FREE_FROM_40 = Deal("free", "free_delivery", "Free standard delivery", minimum=4000)


def words_of_choice(response, option: str) -> str:
    part = text_of(response).partition(f'value="{option}"')[2].partition("</label>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


@pytest.mark.parametrize("chosen", ["standard", "express"])
def test_a_way_that_an_offer_makes_free_says_so_beside_its_price(known, client, twins, chosen):
    twins.orders.promote(FREE_FROM_40)
    client.post(URL, {"action": "option", "option_id": chosen, "version": known.cart.version}, headers=HTMX)
    response = client.get(URL)
    assert "Before the discount €4.95 Free" in words_of_choice(response, "standard")
    assert "<s" in text_of(response).partition('value="standard"')[2].partition("</label>")[0]
    assert "Free" not in words_of_choice(response, "express")


def test_below_the_threshold_no_way_is_free(known, client, twins):
    twins.orders.promote(replace(FREE_FROM_40, minimum=40_000))
    response = client.get(URL)
    assert "Free" not in words_of_choice(response, "standard")
    assert "€4.95" in words_of_choice(response, "standard")


def test_choosing_how_fast_overwrites_nothing_of_another_tab(known, client):
    seen = known.cart.version
    known.delivery(**BERLIN)
    data = {"action": "option", "option_id": "express", "version": seen}
    response = client.post(URL, data, headers=HTMX)
    assert response.status_code == 422
    said = re.search(r'id="option-problem" role="alert">(.*?)</div>', text_of(response), re.DOTALL)
    assert said
    assert "Your cart was changed in another tab." in said.group(1)
    assert known.cart.delivery_option.id == "standard"
    # The summary and the choice are what is swapped, so the sentence has to be in there.
    oob = re.search(r'data-hx-select-oob="([^"]*)"', text_of(response))
    assert oob
    assert "#option-problem" in oob.group(1)


def test_a_way_that_is_kept_says_nothing_beside_it(known, client):
    data = {"action": "option", "option_id": "express", "version": known.cart.version}
    page = text_of(client.post(URL, data, headers=HTMX))
    assert '<div id="option-problem" role="alert"></div>' in page


def test_how_fast_while_the_order_is_being_paid_leads_there(known, client, twins):
    version = known.cart.version
    twins.orders.fail(Conflict("orders", "x", status=409, code="cart_locked"), "set_delivery_option")
    data = {"action": "option", "option_id": "express", "version": version}
    assert client.post(URL, data, headers=HTMX)["HX-Redirect"] == "/ie/en/checkout/"
    assert client.post(URL, data)["Location"] == "/ie/en/checkout/"


def test_a_way_that_is_not_offered_is_not_chosen(known, client):
    data = {"action": "option", "option_id": "pigeon", "version": known.cart.version}
    response = client.post(URL, data, headers=HTMX)
    assert response.status_code == 422
    assert known.cart.delivery_option is None


def test_a_phone_number_is_asked_for_by_nobody_but_kept(known, client):
    known.contact(phone="+353 91 000000")
    assert known.cart.contact.phone == "+353 91 000000"
    assert value_of(client.get("/checkout/contact/"), "phone") == "+353 91 000000"


def test_an_answer_that_was_lost_is_no_reason_to_ask_again(known, twins, monkeypatch):
    """The write arrived, its answer did not: what the cart says now counts."""
    write = twins.orders.set_delivery_option

    def lost(**values):
        write(**values)
        raise down("orders")

    monkeypatch.setattr(twins.orders, "set_delivery_option", lost)
    response = known.delivery()
    assert (response.status_code, response["Location"]) == (303, "/ie/en/checkout/payment/")


def test_the_page_of_a_failed_write_shows_the_cart_as_it_is_now(known, twins):
    """The address was taken before the rest failed: the next try must not meet "changed in another tab"."""
    twins.orders.fail(down("orders"), "set_delivery_option")
    response = known.delivery()
    assert response.status_code == 503
    assert f'name="version" value="{known.cart.version}"' in " ".join(text_of(response).split())
    twins.orders.heal()
    assert known.delivery().status_code == 303


# --- in a store -------------------------------------------------------------------------------------------


def pick_up(shopper: Shopper, store: str = "sto_galway01", **other: str):
    data = {"by": "pickup", "store_id": store, "version": shopper.cart.version, **other}
    return shopper.client.post(URL, data)


def test_both_ways_are_offered(known, client):
    page = text_of(client.get(URL))
    assert f'href="{URL}?by=pickup"' in page
    assert f'href="{URL}?by=delivery"' in page


def test_stores_are_shown_with_how_far_and_from_when(known, client):
    page = text_of(client.get(f"{URL}?by=pickup&postcode=H91+AB12"))
    for words in ("Galway", "4 Quay Lane", "1 km away", "Ready from"):
        assert words in page
    assert 'name="line1"' not in page


def test_picking_up_needs_no_address_and_costs_nothing(known, client):
    assert pick_up(known)["Location"] == "/ie/en/checkout/payment/"
    assert known.payment()["Location"] == "/ie/en/checkout/review/"
    page = text_of(client.get("/checkout/review/"))
    for words in ("Pick up in a store", "4 Quay Lane", "Place order and pay €49.00"):
        assert words in page
    assert known.place().status_code == 303
    order = known.orders[0]
    assert order.address is None
    assert order.pickup.name == "Galway"


def test_a_store_is_changed_for_an_address_and_back(known):
    pick_up(known)
    known.delivery()
    assert known.cart.fulfilment.kind == "delivery"
    assert known.cart.address == samples.ADDRESS
    pick_up(known)
    assert known.cart.fulfilment.store.name == "Galway"


@pytest.mark.parametrize("store", ["", "sto_nowhere1", "<b>"])
def test_a_store_that_is_none(known, store):
    response = pick_up(known, store)
    assert response.status_code == 422
    assert "Store: please" in summary_of(response)
    assert known.cart.fulfilment.kind == "delivery"


def test_a_store_that_hands_nothing_out_any_more(known, twins):
    # The order service decides, whatever the stores said.
    twins.orders._terms = type(twins.orders._terms)(counters=())
    response = pick_up(known)
    assert response.status_code == 422
    assert "you can't pick it up there" in summary_of(response)


def test_a_postcode_that_is_none_sorts_nothing(known, client):
    response = client.get(f"{URL}?by=pickup&postcode=nowhere")
    assert response.status_code == 200
    assert "this is not one of that country" in text_of(response)
    assert "Galway" in text_of(response)


def test_a_postcode_that_is_none_while_the_stores_go_away(known, client, twins, monkeypatch):
    """The stores answer that it is no postcode, and to the second question not at all."""

    def only_once(**asked):
        raise Invalid("stores", "x", status=422, code="y") if asked["postcode"] else down("stores")

    monkeypatch.setattr(twins.stores, "list_pickup_promises", only_once)
    response = client.get(f"{URL}?by=pickup&postcode=nowhere")
    assert response.status_code == 200
    assert "We can't show our stores right now." in text_of(response)


def test_without_the_stores_it_can_still_be_delivered(known, client, twins):
    twins.stores.fail(down("stores"))
    response = client.get(f"{URL}?by=pickup")
    assert response.status_code == 200
    assert "We can't show our stores right now." in text_of(response)
    assert known.delivery().status_code == 303


# --- how to pay -------------------------------------------------------------------------------------------


def test_every_way_to_pay_is_offered_and_the_choice_is_kept(known, client):
    known.delivery()
    page = text_of(client.get("/checkout/payment/"))
    assert "Pay by bank" in page
    assert known.payment(method="bank").status_code == 303
    assert known.cart.payment_method == "bank"
    assert "Pay by bank" in text_of(client.get("/checkout/review/"))
