"""Who signs in gets their own cart in this browser, with what they chose as a guest in it, and a way back."""

import re

import pytest
from django.conf import settings as site
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from storefront.core import Conflict, UpstreamInvalid
from storefront.web.cart_cookie import cart_cookie_name, keep_cart
from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.conftest import EMAIL, IN, PASSWORD
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.cart.test_adding import HTMX
from tests.unit.web.shops import down, sign_in_browser

SAID = "We put 1 item into your cart that you chose before you signed in."


def sign_in(shopper: Shopper) -> None:
    """As the sign-in leaves the browser while the carts have not come together yet."""
    sign_in_browser(shopper.client, shopper.twins)


def held(shopper: Shopper) -> dict[str, int]:
    return {line.sku: line.quantity for line in shopper.cart.lines}


def undo_form(page: str) -> dict[str, str]:
    (form,) = [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if "/cart/unmerge/" in form]
    return dict(re.findall(r'name="(merge)"\s+value="([^"]*)"', form))


def opened_by(shopper: Shopper) -> int:
    return shopper.twins.orders.calls.count("open_my_cart")


def test_the_guests_things_join_the_customers(shopper, own):
    shopper.add()
    sign_in(shopper)
    page = text_of(shopper.client.get("/cart/"))
    assert shopper.ref.id == own.id
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1}
    assert page.count(SAID) == 1
    assert 'id="merged" role="status"' in page


def test_it_is_said_until_the_cart_changes(shopper, own):
    shopper.add()
    sign_in(shopper)
    for _ in range(2):
        assert SAID in text_of(shopper.client.get("/cart/"))
    shopper.change("2")
    assert SAID not in text_of(shopper.client.get("/cart/"))
    assert opened_by(shopper) == 2  # the fixture's, and once for this sign-in


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_it_can_be_undone_and_the_cart_of_before_is_back(shopper, own, headers):
    shopper.add()
    before = shopper.ref
    sign_in(shopper)
    form = undo_form(text_of(shopper.client.get("/cart/")))
    response = shopper.client.post("/cart/unmerge/", form, headers=headers)
    assert response.status_code == (200 if headers else 303)
    assert shopper.ref == before
    assert held(shopper) == {samples.CUSHION: 1}
    assert [line.sku for line in shopper.twins.orders.get_cart(cart=own).lines] == [samples.VASE]
    page = text_of(response if headers else shopper.client.get("/cart/"))
    assert "Your cart is as it was before you signed in." in page
    assert "unmerge" not in page
    # And it stays undone for this sign-in.
    shopper.client.get("/cart/")
    assert shopper.ref == before


def test_a_cart_that_was_changed_since_keeps_everything(shopper, own):
    shopper.add()
    sign_in(shopper)
    form = undo_form(text_of(shopper.client.get("/cart/")))
    shopper.add(samples.LAST_RUGS)
    response = shopper.client.post("/cart/unmerge/", form)
    assert response.status_code == 409
    assert "this can't be undone any more. Nothing is lost." in text_of(response)
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1, samples.LAST_RUGS: 1}


def test_while_nobody_answers_it_can_be_undone_later(shopper, own):
    shopper.add()
    sign_in(shopper)
    form = undo_form(text_of(shopper.client.get("/cart/")))
    shopper.twins.orders.fail(down("orders"), "undo_merge")
    response = shopper.client.post("/cart/unmerge/", form)
    assert response.status_code == 503
    assert undo_form(text_of(response)) == form
    shopper.twins.orders.heal()
    assert shopper.client.post("/cart/unmerge/", form).status_code == 303


@pytest.mark.parametrize("merge", ["", "x", "mrg_99999999", "../../orders"])
def test_a_merge_that_is_none_of_theirs(shopper, own, merge):
    shopper.add()
    sign_in(shopper)
    shopper.client.get("/cart/")
    assert shopper.client.post("/cart/unmerge/", {"merge": merge}).status_code == 409
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1}


def test_a_guest_has_nothing_to_undo(shopper):
    shopper.add()
    assert shopper.client.post("/cart/unmerge/", {"merge": "mrg_00000001"}).status_code == 503
    assert held(shopper) == {samples.CUSHION: 1}


def test_in_another_browser_the_customers_cart_is_there_without_a_word(shopper, own, twins):
    elsewhere = Shopper(ShopClient(), twins)
    sign_in(elsewhere)
    page = text_of(elsewhere.client.get("/cart/"))
    assert elsewhere.ref.id == own.id
    assert "before you signed in" not in page
    elsewhere.client.get("/cart/")
    assert opened_by(elsewhere) == 2


def test_another_browsers_first_thing_goes_into_the_customers_cart(shopper, own, twins):
    elsewhere = Shopper(ShopClient(), twins)
    sign_in(elsewhere)
    elsewhere.add()
    assert elsewhere.ref.id == own.id
    assert held(elsewhere) == {samples.VASE: 3, samples.CUSHION: 1}


@pytest.mark.parametrize("error", [down("orders"), UpstreamInvalid("orders", "open_my_cart", "nonsense")])
def test_a_merge_that_does_not_work_now_works_at_the_next_look(shopper, own, error):
    shopper.add()
    before = shopper.ref
    sign_in(shopper)
    shopper.twins.orders.fail(error, "open_my_cart")
    assert shopper.client.get("/cart/").status_code == 200
    assert shopper.ref == before
    shopper.twins.orders.heal()
    shopper.client.get("/cart/")
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1}


def test_what_is_being_paid_is_left_alone(shopper, own):
    shopper.add()
    before = shopper.ref
    sign_in(shopper)
    locked = Conflict("orders", "open_my_cart", status=409, code="cart_locked", extensions={"order_id": "o"})
    shopper.twins.orders.fail(locked, "open_my_cart")
    assert shopper.client.get("/cart/").status_code == 200
    assert shopper.ref == before


def test_while_sessions_are_away_the_customers_cart_goes_on_by_its_cookie(shopper, own):
    shopper.add()
    sign_in(shopper)
    shopper.client.get("/cart/")
    shopper.twins.sessions.down = True
    assert shopper.add(samples.LAST_RUGS).status_code == 303
    assert "Ember vase" in text_of(shopper.client.get("/cart/"))
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1, samples.LAST_RUGS: 1}


def test_what_somebody_else_left_in_this_browser_stays_theirs(shopper, own, twins):
    theirs = twins.orders.open_my_cart(access_token="kim", **IN)
    add = {"sku": samples.CUSHION, "quantity": 1, "idempotency_key": "kims-cushion"}
    twins.orders.add_line(cart=theirs.ref, **add)
    answer = HttpResponse()
    keep_cart(HttpRequest(), answer, theirs.ref)
    shopper.client.cookies.update(answer.cookies)
    sign_in(shopper)
    page = text_of(shopper.client.get("/cart/"))
    assert held(shopper) == {samples.VASE: 3}
    assert "before you signed in" not in page
    assert twins.orders.get_cart(cart=theirs.ref).item_count == 1


def test_what_did_not_fit_joins_as_soon_as_there_is_room(shopper, own, twins, monkeypatch):
    monkeypatch.setattr("storefront.clients.orders.fake_mine.MOST_LINES", 1)
    shopper.add()
    sign_in(shopper)
    page = text_of(shopper.client.get("/cart/"))
    assert "1 item did not fit. We keep it and put it in once there is room: Meadow cushion." in page
    assert held(shopper) == {samples.VASE: 3}
    shopper.client.get("/cart/")
    assert held(shopper) == {samples.VASE: 3}

    monkeypatch.setattr("storefront.clients.orders.fake_mine.MOST_LINES", 89)
    shopper.change("2")
    shopper.client.get("/cart/")
    assert held(shopper) == {samples.VASE: 2, samples.CUSHION: 1}
    before = opened_by(shopper)
    shopper.client.get("/cart/")
    assert opened_by(shopper) == before


def test_a_stale_page_of_a_merged_cart_says_where_its_things_are(shopper, own, twins):
    shopper.add()
    twins.orders.open_my_cart(access_token=samples.ROBIN_TOKEN, guest=shopper.ref, **IN)
    page = text_of(shopper.client.get("/cart/"))
    assert "What was in this cart is in the cart of your account now. Sign in to see it." in page


def test_the_notice_is_for_no_shop_of_a_guest(shopper):
    shopper.add()
    assert "As a guest: no account, no password." in text_of(shopper.client.get("/cart/"))
    sign_in(shopper)
    assert "As a guest" not in text_of(shopper.client.get("/cart/"))


def test_no_cookie_ever_holds_a_token(shopper, own):
    shopper.add()
    sign_in(shopper)
    shopper.client.get("/cart/")
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in shopper.client.cookies.items()}
    assert samples.ROBIN_TOKEN not in str(request.COOKIES)
    assert site.SESSION_COOKIE_NAME in request.COOKIES


# --- through the pages of signing in and out --------------------------------------------------------------


def enter(shopper: Shopper) -> HttpResponse:
    return shopper.client.post(
        "/account/sign-in/", {"email": EMAIL, "password": PASSWORD, "next": "/ie/en/cart/"}
    )


def test_signing_in_sets_the_cookie_of_the_cart_at_once(shopper, account):
    shopper.add()
    guest = shopper.ref
    response = enter(shopper)
    assert response.status_code == 303
    assert shopper.ref is not None
    assert shopper.ref.id != guest.id
    assert held(shopper) == {samples.CUSHION: 1}
    assert text_of(shopper.client.get("/cart/")).count(SAID) == 1


def test_who_signed_in_on_the_way_to_checkout_can_undo_as_well(shopper, own, account):
    shopper.add()
    enter(shopper)
    shopper.client.get("/checkout/")
    form = undo_form(text_of(shopper.client.get("/cart/")))
    assert shopper.client.post("/cart/unmerge/", form).status_code == 303
    assert held(shopper) == {samples.CUSHION: 1}


def test_the_account_says_who_buys_at_once_and_that_outlives_the_undo(shopper, own, account, twins):
    shopper.add()
    enter(shopper)
    merged = shopper.ref
    assert shopper.client.get("/checkout/")["Location"].endswith("/checkout/delivery/")
    shopper.client.post("/cart/unmerge/", undo_form(text_of(shopper.client.get("/cart/"))))
    kept = twins.orders.get_cart(cart=merged)
    assert kept.contact is not None
    assert kept.contact.email == EMAIL


@pytest.mark.parametrize("change", ["quantity", "line", "code"])
def test_the_offer_ends_when_the_cart_holds_something_else(shopper, own, account, twins, change):
    shopper.add()
    enter(shopper)
    shopper.client.get("/checkout/")
    ref, cart = shopper.ref, shopper.cart
    if change == "quantity":
        line = cart.lines[0].id
        twins.orders.change_line(cart=ref, line_id=line, quantity=2, version=cart.version)
    elif change == "line":
        twins.orders.remove_line(cart=ref, line_id=cart.lines[0].id, version=cart.version)
    else:
        twins.orders.apply_code(cart=ref, code="MEADOW10", version=cart.version)
    assert "/cart/unmerge/" not in text_of(shopper.client.get("/cart/"))


def test_another_cart_that_brought_nothing_new_ends_the_offer(shopper, account, twins):
    twins.orders._owner_of = lambda _token: "robin"
    shopper.add()
    enter(shopper)
    again = twins.orders.create_cart(idempotency_key="of-another-browser", **IN)
    add = {"sku": samples.CUSHION, "quantity": 1, "idempotency_key": "the-same-cushion"}
    twins.orders.add_line(cart=again.ref, **add)
    answer = HttpResponse()
    keep_cart(HttpRequest(), answer, again.ref)
    shopper.client.cookies.update(answer.cookies)
    assert "/cart/unmerge/" not in text_of(shopper.client.get("/cart/"))
    assert held(shopper) == {samples.CUSHION: 1}


def test_signing_in_works_without_the_order_service(shopper, account, twins):
    shopper.add()
    guest = shopper.ref
    twins.orders.fail(down("orders"))
    assert enter(shopper).status_code == 303
    assert shopper.ref == guest
    twins.orders.heal()
    assert SAID in text_of(shopper.client.get("/cart/"))


def test_signing_in_while_another_cart_is_being_paid_says_so(shopper, account, twins):
    shopper.add()
    guest = shopper.ref
    locked = Conflict("orders", "open_my_cart", status=409, code="cart_locked", extensions={"order_id": "o"})
    twins.orders.fail(locked, "open_my_cart")
    enter(shopper)
    assert shopper.ref == guest
    assert "Another cart of yours is being paid." in text_of(shopper.client.get("/cart/"))


def test_two_tabs_signing_in_at_once_end_with_the_same_cart(shopper, account, twins):
    shopper.add()
    tabs = [Shopper(ShopClient(), twins) for _ in range(2)]
    for tab in tabs:
        tab.client.cookies.update(shopper.client.cookies)
    twins.orders._owner_of = lambda _token: "robin"
    for tab in tabs:
        assert enter(tab).status_code == 303
    assert tabs[0].ref == tabs[1].ref
    assert held(tabs[0]) == {samples.CUSHION: 1}
    assert len(twins.orders._merges) == 1


def test_signing_out_takes_the_cart_off_this_browser_and_keeps_it(shopper, account, twins):
    twins.orders._owner_of = lambda _token: "robin"
    shopper.add()
    enter(shopper)
    cart = shopper.ref
    assert shopper.client.post("/account/sign-out/").status_code == 303
    assert shopper.ref is None
    enter(shopper)
    assert shopper.ref.id == cart.id
    assert held(shopper) == {samples.CUSHION: 1}


def test_ending_the_sign_in_elsewhere_closes_the_cart_there_and_not_here(shopper, own, twins):
    shopper.add()
    sign_in(shopper)
    shopper.client.get("/cart/")
    lost = Shopper(ShopClient(), twins)
    lost.client.cookies.update({cart_cookie_name("eu"): shopper.client.cookies[cart_cookie_name("eu")]})
    assert held(lost) == held(shopper)

    assert shopper.client.post("/account/devices/others/end/").status_code == 303
    assert held(shopper) == {samples.VASE: 3, samples.CUSHION: 1}
    assert "Ember vase" not in text_of(lost.client.get("/cart/"))


def test_proving_again_who_one_is_does_not_bring_back_what_was_undone(shopper, account, twins):
    twins.orders._owner_of = lambda _token: "robin"
    shopper.add()
    guest = shopper.ref
    enter(shopper)
    shopper.client.post("/cart/unmerge/", undo_form(text_of(shopper.client.get("/cart/"))))
    assert shopper.ref == guest
    again = {"email": EMAIL, "password": PASSWORD, "next": "/ie/en/cart/"}
    shopper.client.post("/account/sign-in/?again=1", again)
    shopper.client.get("/cart/")
    assert shopper.ref == guest
    shopper.client.post("/account/devices/others/end/")
    shopper.client.get("/cart/")
    assert shopper.ref == guest


def test_another_person_in_the_same_session_gets_their_own_cart(shopper, own, twins):
    session = sign_in_browser(shopper.client, twins)
    shopper.add()
    shopper.client.get("/cart/")
    assert shopper.ref.id == own.id
    for name in ("auth", "tokens", "active"):
        del session[name]
    session.save()
    twins.people.add("kim@example.com", PASSWORD, "Kim")
    data = {"email": "kim@example.com", "password": PASSWORD, "next": "/ie/en/cart/"}
    assert shopper.client.post("/account/sign-in/", data).status_code == 303
    assert shopper.ref.id != own.id
    assert held(shopper) == {}


def test_what_did_not_fit_is_remembered_over_another_sign_in(shopper, account, twins, monkeypatch):
    twins.orders._owner_of = lambda _token: "robin"
    own = twins.orders.open_my_cart(access_token="any", **IN)
    add = {"sku": samples.VASE, "quantity": 3, "idempotency_key": "robin-before"}
    twins.orders.add_line(cart=own.ref, **add)
    monkeypatch.setattr("storefront.clients.orders.fake_mine.MOST_LINES", 1)
    shopper.add()
    enter(shopper)
    assert held(shopper) == {samples.VASE: 3}
    del shopper.client.cookies[site.SESSION_COOKIE_NAME]
    enter(shopper)
    monkeypatch.setattr("storefront.clients.orders.fake_mine.MOST_LINES", 89)
    shopper.change("2")
    shopper.client.get("/cart/")
    assert held(shopper) == {samples.VASE: 2, samples.CUSHION: 1}
