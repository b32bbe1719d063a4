"""The address book: addresses as their countries write them, none lost, none of anybody else's."""

import pytest

from storefront.clients.customers import AddressInput
from storefront.clients.shapes import Address
from storefront.core import UpstreamInvalid
from tests.unit.account.member import HOME, OFFICE, hidden, main_of
from tests.unit.cart.shopper import NO_STORE, summary_of, text_of, title_of, value_of
from tests.unit.web.shops import down

URL = "/ie/en/account/addresses/"
HARBOUR = {
    "label": "Home",
    "name": "Robin Byrne",
    "line1": "12 Harbour Street",
    "city": "Galway",
    "postcode": "h91ab12",
    "country": "IE",
    "form_key": "a-form-key-of-a-test-0001",
}
BERLIN = {**HARBOUR, "line1": "Invalidenstr. 116", "city": "Berlin", "postcode": "10115", "country": "DE"}


# --- looking ----------------------------------------------------------------------------------------------


def test_an_empty_book_says_what_it_is_for(robin):
    response = robin.look("addresses/")
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert "There is no address yet." in main_of(response)
    assert 'href="/ie/en/account/addresses/new/"' in main_of(response)


def test_every_address_is_there_newest_first(robin):
    robin.keeps(HOME), robin.keeps(OFFICE)
    page = main_of(robin.look("addresses/"))
    assert page.index("Invalidenstr. 116") < page.index("12 Harbour Street")
    for one in robin.book:
        assert f'id="address-{one.id}"' in page


def test_the_book_is_there_while_the_service_is_away(robin):
    robin.keeps()
    robin.look("addresses/")
    robin.twins.customers.fail(down("customers"))
    response = robin.look("addresses/")
    assert response.status_code == 200
    assert "12 Harbour Street" in main_of(response)
    assert "This is how it was on" in main_of(response)


# --- adding -----------------------------------------------------------------------------------------------


def test_an_address_is_kept_as_its_country_writes_it(robin):
    response = robin.send("addresses/new/", HARBOUR)
    (kept,) = robin.book
    assert (response.status_code, response["Location"]) == (303, f"{URL}#address-{kept.id}")
    assert kept.address == Address(
        line1="12 Harbour Street", city="Galway", postcode="H91 AB12", country="IE"
    )
    assert "The address is saved." in text_of(robin.client.get(URL))


def test_a_new_form_knows_the_name_and_the_country(robin):
    response = robin.look("addresses/new/")
    assert value_of(response, "name") == "Robin Byrne"
    assert value_of(response, "country") == "IE"
    assert "Eircode" in main_of(response)


def test_the_same_form_twice_is_one_address(robin):
    for _ in range(2):
        assert robin.send("addresses/new/", HARBOUR).status_code == 303
    assert len(robin.book) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""), ("line1", ""), ("city", ""), ("postcode", ""), ("postcode", "10115"),
        ("label", "x" * 41), ("line1", "x" * 101), ("line2", "x" * 101), ("name", "x" * 121),
        ("postcode", "x" * 13),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_the_field_and_the_rest_kept(robin, field, typed):
    response = robin.send("addresses/new/", {**HARBOUR, field: typed})
    assert response.status_code == 422
    assert title_of(response).startswith("Error: Add an address")
    assert f'<a href="#{field}">' in summary_of(response)
    assert value_of(response, field) == typed
    assert hidden(response, "form_key") == HARBOUR["form_key"]
    assert robin.book == ()


def test_a_country_that_is_not_in_the_list_is_the_usual_one(robin):
    response = robin.send("addresses/new/", {**HARBOUR, "country": "XX"})
    assert response.status_code == 422
    assert '<a href="#country">' in summary_of(response)


def test_another_country_asks_in_its_own_way_without_judging(robin):
    typed = {**HARBOUR, "country": "DE", "postcode": "", "action": "country"}
    response = robin.send("addresses/new/", typed)
    page = main_of(response)
    assert response.status_code == 200
    assert "Eircode" not in page
    assert page.index('id="postcode"') < page.index('id="city"')
    assert value_of(response, "line1") == "12 Harbour Street"
    assert "error-summary" not in page
    assert robin.book == ()


def test_a_full_book_says_so(robin):
    for number in range(50):
        robin.keeps(AddressInput(label=str(number), name="Robin Byrne", address=HOME.address))
    response = robin.send("addresses/new/", HARBOUR)
    assert response.status_code == 409
    assert "Your address book is full." in summary_of(response)
    assert value_of(response, "line1") == "12 Harbour Street"


def test_while_the_service_is_away_what_was_typed_is_still_there(robin):
    robin.twins.customers.fail(down("customers"))
    response = robin.send("addresses/new/", HARBOUR)
    assert response.status_code == 503
    assert value_of(response, "line1") == "12 Harbour Street"
    key = hidden(response, "form_key")
    robin.twins.customers.heal()
    assert robin.send("addresses/new/", {**HARBOUR, "form_key": key}).status_code == 303
    assert len(robin.book) == 1


def test_while_the_order_service_is_away_the_markets_countries_are_offered(robin):
    robin.twins.orders.fail(down("orders"))
    assert robin.send("addresses/new/", BERLIN).status_code == 303


# --- changing ---------------------------------------------------------------------------------------------


def change(robin, kept, **typed):
    data = {**HARBOUR, "was_country": "IE", "version": str(kept.version), **typed}
    return robin.send(f"addresses/{kept.id}/", data)


def test_the_form_holds_what_is_kept(robin):
    kept = robin.keeps(OFFICE)
    response = robin.look(f"addresses/{kept.id}/")
    assert value_of(response, "line1") == "Invalidenstr. 116"
    assert value_of(response, "country") == "DE"
    assert hidden(response, "version") == "1"


def test_a_change_is_kept(robin):
    kept = robin.keeps()
    assert change(robin, kept, line1="13 Harbour Street").status_code == 303
    (now,) = robin.book
    assert (now.address.line1, now.version) == ("13 Harbour Street", 2)


def test_a_change_that_came_first_is_told_and_what_was_typed_is_kept(robin):
    kept = robin.keeps()
    robin.twins.customers.change_address(token=robin.token, address_id=kept.id, address=OFFICE, version=1)
    response = change(robin, kept, line1="13 Harbour Street")
    assert response.status_code == 412
    assert "It now says: Robin Byrne, Invalidenstr. 116, Berlin, 10115." in summary_of(response)
    assert value_of(response, "line1") == "13 Harbour Street"
    assert (
        change(robin, kept, line1="13 Harbour Street", version=hidden(response, "version")).status_code == 303
    )


def test_the_same_change_twice_is_one(robin):
    kept = robin.keeps()
    assert [change(robin, kept, line1="13 Harbour Street").status_code for _ in range(2)] == [303, 303]
    assert robin.book[0].version == 2


def test_an_address_of_another_market_can_stay_as_it_is(robin):
    brooklyn = Address(line1="1 Water St", city="Brooklyn", region="NY", postcode="11201", country="US")
    kept = robin.keeps(AddressInput(label="", name="Robin Byrne", address=brooklyn))
    response = robin.look(f"addresses/{kept.id}/")
    assert value_of(response, "country") == "US"
    assert value_of(response, "region") == "NY"
    typed = {"line1": "2 Water St", "city": "Brooklyn", "region": "NY", "postcode": "11201", "country": "US"}
    assert change(robin, kept, was_country=hidden(response, "was_country"), **typed).status_code == 303
    assert robin.book[0].address.line1 == "2 Water St"


def test_while_the_service_is_away_a_change_is_kept_in_the_form(robin):
    kept = robin.keeps()
    robin.look("addresses/")
    robin.twins.customers.fail(down("customers"))
    assert value_of(robin.look(f"addresses/{kept.id}/"), "line1") == "12 Harbour Street"
    response = change(robin, kept, line1="13 Harbour Street")
    assert response.status_code == 503
    assert value_of(response, "line1") == "13 Harbour Street"


def test_an_answer_that_was_lost_is_looked_for(robin, monkeypatch):
    kept, real = robin.keeps(), robin.twins.customers.change_address

    def lost(**arguments):
        real(**arguments)
        raise down("customers")

    monkeypatch.setattr(robin.twins.customers, "change_address", lost)
    assert change(robin, kept, line1="13 Harbour Street").status_code == 303


def test_an_address_that_the_copy_does_not_know_may_still_be_there(robin):
    robin.look("addresses/")
    kept = robin.keeps()
    robin.twins.customers.fail(down("customers"))
    assert robin.look(f"addresses/{kept.id}/").status_code == 503


# --- taking out, and putting back -------------------------------------------------------------------------


def test_an_address_is_taken_out_and_put_back(robin):
    kept = robin.keeps()
    response = robin.send(f"addresses/{kept.id}/remove/")
    assert (response.status_code, response["Location"]) == (303, f"{URL}?removed={kept.id}")
    assert robin.book == ()
    page = main_of(robin.client.get(response["Location"]))
    assert "The address was removed." in page
    assert f'action="{URL}{kept.id}/restore/"' in page
    assert robin.send(f"addresses/{kept.id}/restore/")["Location"] == f"{URL}#address-{kept.id}"
    assert robin.book == (kept,)


def test_nothing_is_offered_to_be_put_back_that_is_there(robin):
    kept = robin.keeps()
    assert 'id="undo"' not in main_of(robin.client.get(f"{URL}?removed={kept.id}"))


def test_what_is_gone_for_good_can_not_be_put_back(robin):
    response = robin.send("addresses/adr_00000099/restore/")
    assert response.status_code == 409
    assert "can't be put back any more" in main_of(response)


@pytest.mark.parametrize("action", ["remove", "restore"])
def test_while_the_service_is_away_nothing_is_said_to_be_done(robin, action):
    kept = robin.keeps()
    if action == "restore":
        robin.send(f"addresses/{kept.id}/remove/")
    robin.look("addresses/")
    robin.twins.customers.fail(down("customers"))
    response = robin.send(f"addresses/{kept.id}/{action}/")
    assert response.status_code == 503
    assert "right now. Please try again in a moment." in main_of(response)


def test_a_removal_whose_answer_was_lost_is_a_removal(robin, monkeypatch):
    kept, real = robin.keeps(), robin.twins.customers.remove_address

    def lost(**arguments):
        real(**arguments)
        raise UpstreamInvalid("customers", "remove_address", "nonsense")

    monkeypatch.setattr(robin.twins.customers, "remove_address", lost)
    assert robin.send(f"addresses/{kept.id}/remove/").status_code == 303


# --- somebody else's --------------------------------------------------------------------------------------


def test_somebody_elses_address_is_not_there(robin, mika):
    theirs = mika.keeps(OFFICE)
    assert robin.look(f"addresses/{theirs.id}/").status_code == 404
    assert change(robin, theirs).status_code == 404
    assert robin.send(f"addresses/{theirs.id}/remove/").status_code == 404
    assert robin.send(f"addresses/{theirs.id}/restore/").status_code == 409
    assert mika.book == (theirs,)
    page = text_of(robin.client.get(f"{URL}?removed={theirs.id}"))
    assert "Berlin" not in page


@pytest.mark.parametrize("address_id", ["x", "..", "%3Cb%3E", "x" * 300])
def test_an_address_that_is_none(robin, address_id):
    assert robin.look(f"addresses/{address_id}/").status_code == 404
    assert robin.send(f"addresses/{address_id}/remove/").status_code == 404
