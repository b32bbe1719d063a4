"""Whoever has an account: opens it, signs in, proves more where that is wanted, ends sign-ins elsewhere,
keeps cart, wish list, addresses and orders, and leaves. With and without JavaScript, against the local pool
or the one that the environment names (docs/how-to/connect-a-cognito-pool.md): where pools differ, the journey
goes the way that the shop leads it. The rarer ways in and out are in test_people_ways.py.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import expect

from audit.access import faults
from tests.e2e.goods import Article
from tests.e2e.member import (
    HOME,
    Member,
    app_code,
    fill,
    greeted,
    is_out,
    keep_home,
    refused,
    sign_in,
    slip_in,
    somebody_new,
    wrong,
)
from tests.e2e.shopper import Shopper
from tests.pools import Pool


def keeps_a_cart(shopper: Shopper) -> bool:
    """Whether the browser remembers a cart, a guest's or a customer's (CART_COOKIE_NAME)."""
    return any(one.get("name", "").startswith("c-") for one in shopper.page.context.cookies())


def open_account(shopper: Shopper, who: Member, pool: Pool) -> None:
    """From the page of signing in: a new account, confirmed by the code that was mailed."""
    page = shopper.page
    page.get_by_role("link", name="Create an account").click()
    shopper.arrive("/account/sign-up/")
    fill(shopper, "sign-up", name=who.name, email=who.email, password="too short")
    refused(shopper, "password", "at least 12 characters")
    fill(shopper, "sign-up", password=who.password)
    shopper.arrive("/account/confirm/")
    expect(page.locator("#email")).to_have_value(who.email)
    fill(shopper, "confirm", code="000000")
    refused(shopper, "code", "not the right one")
    fill(shopper, "confirm", code=pool.code(who.email))
    shopper.arrive("/account/sign-in/")
    shopper.said("Your address is confirmed.")


def test_an_account_is_opened_leads_back_and_leaves_nothing_behind(
    shopper: Shopper, pool: Pool, goods: tuple[Article, ...]
) -> None:
    page, who = shopper.page, somebody_new(pool)
    shopper.put(goods[0].sku)
    assert keeps_a_cart(shopper)
    is_out(shopper, "/account/orders/")
    open_account(shopper, who, pool)
    expect(page.locator("#email")).to_have_value(who.email)
    fill(shopper, "sign-in", password="not these words")
    expect(page.locator(".error-summary")).to_contain_text("don't know this email address")
    expect(page.locator("#password")).to_have_value("")
    fill(shopper, "sign-in", password=who.password)
    shopper.arrive("/account/orders/")
    shopper.said("You have not ordered anything yet.")
    greeted(shopper, who)
    shopper.open("/")
    greeted(shopper, who)

    shopper.open("/account/")
    expect(page.locator("#greeting")).to_contain_text(who.email)
    page.locator("#sign-out button").click()
    shopper.arrive("/account/sign-out/")
    shopper.said("You are signed out.")
    page.go_back()
    shopper.arrive("/account/sign-in/")
    assert who.name not in page.content()
    assert who.email not in page.content()
    shopper.open("/cart/")
    expect(page.get_by_text("Your cart is empty.")).to_be_visible()
    assert not keeps_a_cart(shopper)
    assert shopper.complaints == []


def reset_password(shopper: Shopper, who: Member, pool: Pool) -> None:
    """From the page of signing in: a new password by the code that was mailed, and in."""
    shopper.page.locator("#forgot").click()
    fill(shopper, "forgot-password", email=who.email)
    shopper.arrive("/account/reset/")
    shopper.said("If this address has an account, a code is on its way to it.")
    fill(shopper, "reset-password", code="000000", password=who.password)
    refused(shopper, "code", "not the right one")
    fill(shopper, "reset-password", code=pool.code(who.email), password=who.password)
    shopper.arrive("/account/")
    greeted(shopper, who)


def test_a_new_password_and_a_word_end_what_goes_on_elsewhere(
    shopper: Shopper, elsewhere: Shopper, who: Member, pool: Pool
) -> None:
    page = shopper.page
    slip_in(elsewhere, who)
    who = who.now_with("four other quiet words")
    shopper.open("/account/sign-in/")
    reset_password(shopper, who, pool)
    is_out(elsewhere)

    slip_in(elsewhere, who)
    shopper.open("/account/devices/")
    expect(page.locator("#devices > li")).to_have_count(2)
    page.locator("#devices button", has_text="Sign out").click()
    shopper.said("That device is signed out.")
    expect(page.locator("#devices > li")).to_have_count(1)
    is_out(elsewhere, "/account/orders/")

    slip_in(elsewhere, who)
    shopper.open("/account/security/password/")
    fill(shopper, "change-password", old="not these words", new="five even quieter other words")
    refused(shopper, "old", "not the right one")
    fill(shopper, "change-password", old=who.password, new="five even quieter other words")
    shopper.arrive("/account/security/")
    shopper.said("Your password is changed.")
    shopper.said("You are signed out on your other devices.")
    is_out(elsewhere)
    sign_in(elsewhere, who.now_with("five even quieter other words"))
    elsewhere.arrive("/account/")
    assert shopper.complaints + elsewhere.complaints == []


def test_a_code_from_an_app_and_a_new_address_are_asked_for_from_then_on(
    shopper: Shopper, who: Member, pool: Pool
) -> None:
    page = shopper.page
    slip_in(shopper, who)
    secret = turn_codes_on(shopper)
    page.locator("#sign-out button").click()
    shopper.arrive("/account/sign-out/")

    is_out(shopper, "/account/security/")
    sign_in(shopper, who)
    shopper.arrive("/account/sign-in/code/")
    assert not shopper.scripts or faults(page) == []
    fill(shopper, "challenge", code=wrong(app_code(secret)))
    refused(shopper, "code", "not the right one")
    fill(shopper, "challenge", code=app_code(secret, ahead=1))
    shopper.arrive("/account/security/")
    page.locator("#change-authenticator").click()
    page.get_by_role("button", name="Turn it off").click()
    shopper.arrive("/account/security/")
    expect(page.locator("#authenticator-state")).to_contain_text("Off")

    moved = somebody_new(pool)
    page.locator("#change-email").click()
    fill(shopper, "change-email", email=moved.email)
    prove_address(shopper, moved, pool)
    shopper.said("Your email address is changed. Please sign in with it from now on.")
    expect(page.locator("#email-state")).to_have_text(moved.email)
    page.context.clear_cookies()
    slip_in(shopper, moved)
    assert shopper.complaints == []


def prove_address(shopper: Shopper, moved: Member, pool: Pool) -> None:
    """Type the code that went to the new address where the pool wants it: the local one takes it at once."""
    asked, done = (shopper.at(f"/account/security/{path}") for path in ("email/code/", ""))
    shopper.page.wait_for_url(re.compile(f"({re.escape(asked)}|{re.escape(done)})$"))
    if shopper.page.url == asked:
        code = pool.code(moved.email)
        fill(shopper, "confirm-email", code=wrong(code))
        refused(shopper, "code", "not the right one")
        fill(shopper, "confirm-email", code=code)
    shopper.arrive("/account/security/")


def turn_codes_on(shopper: Shopper) -> str:
    """Set up the authenticator app; gives its secret."""
    page = shopper.page
    shopper.open("/account/security/")
    expect(page.locator("#authenticator-state")).to_contain_text("Off")
    page.locator("#change-authenticator").click()
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator("#qr")).to_be_visible()
    assert page.locator("#qr").evaluate("image => image.naturalWidth > 0") or not shopper.scripts
    assert not shopper.scripts or faults(page) == []
    secret = page.locator("#secret").inner_text()
    fill(shopper, "set-up", code=wrong(app_code(secret)))
    refused(shopper, "code", "not the right one")
    assert page.locator("#secret").inner_text() == secret
    fill(shopper, "set-up", code=app_code(secret))
    shopper.arrive("/account/security/")
    expect(page.locator("#authenticator-state")).to_contain_text("On")
    return secret


def test_an_address_is_kept_changed_taken_out_and_put_back(shopper: Shopper, who: Member) -> None:
    page = shopper.page
    book = page.locator("#addresses .entry")
    slip_in(shopper, who)
    shopper.open("/account/addresses/")
    page.get_by_role("link", name="Add an address").click()
    expect(page.locator("#name")).to_have_value(who.name)
    for name in ("label", "line1", "city"):
        page.locator(f"#{name}").fill(HOME[name])
    page.locator("#postcode").fill("9")
    shopper.go_on()
    expect(page.locator("#postcode-error")).to_be_visible()
    expect(page.locator("#line1")).to_have_value(HOME["line1"])
    page.locator("#postcode").fill(HOME["postcode"])
    shopper.go_on()
    shopper.arrive("/account/addresses/")
    shopper.said("The address is saved.")
    expect(book).to_contain_text("Galway")

    page.get_by_role("link", name="Change Home").click()
    page.locator("#city").fill("Kinvara")
    shopper.go_on()
    shopper.arrive("/account/addresses/")
    expect(book).to_contain_text("Kinvara")
    page.get_by_role("button", name="Remove Home").click()
    shopper.said("The address was removed.")
    expect(book).to_have_count(0)
    if shopper.scripts:
        expect(page.locator("#undo")).to_be_focused()
    page.locator("#undo").click()
    expect(book).to_have_count(1)
    expect(book).to_contain_text("Kinvara")
    assert shopper.complaints == []


def say_yes(shopper: Shopper) -> None:
    """Have the account deleted; a busy machine is asked again, as its page says."""
    for _ in range(3):
        known = len(shopper.complaints)
        shopper.page.locator("#sure").check()
        shopper.go_on()
        try:
            shopper.page.wait_for_url("**/account/deleted/", timeout=6_000)
        except PlaywrightTimeout:
            del shopper.complaints[known:]
            shopper.open("/account/data/delete/")
        else:
            return
    raise AssertionError("the account is still there")


def test_whoever_leaves_takes_their_data_along(shopper: Shopper, who: Member) -> None:
    page = shopper.page
    slip_in(shopper, who)
    keep_home(shopper)
    shopper.open("/account/data/")
    with page.expect_download() as coming:
        page.locator("#export button").click()
    kept = json.loads(Path(coming.value.path()).read_text(encoding="utf-8"))
    assert kept["sign_in"]["email"] == who.email
    assert len(kept["devices"]) == 1
    assert HOME["line1"] in json.dumps(kept["customer"], ensure_ascii=False)

    page.get_by_role("link", name="Delete your account").click()
    shopper.arrive("/account/data/delete/")
    shopper.go_on()
    expect(page.locator("#sure-error")).to_be_visible()
    say_yes(shopper)
    is_out(shopper)
    sign_in(shopper, who)
    expect(page.locator(".error-summary")).to_contain_text("don't know this email address")
    assert shopper.complaints == []


def test_a_guests_cart_joins_ones_own_until_that_is_undone_and_is_bought_with_a_kept_address(
    shopper: Shopper, elsewhere: Shopper, who: Member, goods: tuple[Article, ...]
) -> None:
    page, lines = shopper.page, shopper.page.locator(".cart .line")
    elsewhere.put(goods[7].sku)
    elsewhere.start_checkout()
    elsewhere.page.locator("#checkout-sign-in").click()
    sign_in(elsewhere, who)
    # Who buys is known now, so the next question is where it goes.
    elsewhere.arrive("/checkout/delivery/")
    keep_home(elsewhere)

    shopper.put(goods[8].sku, 2)
    is_out(shopper)
    sign_in(shopper, who)
    shopper.arrive("/account/")
    shopper.said("We put 1 item into your cart")
    shopper.open("/cart/")
    expect(lines).to_have_count(2)
    expect(page.locator("#merged")).to_contain_text("We put 1 item into your cart")
    page.locator("#undo-merge").click()
    expect(lines).to_have_count(1)
    shopper.said("Your cart is as it was before you signed in.")
    expect(page.locator(".line__title")).to_have_text(goods[8].title)
    elsewhere.open("/cart/")
    expect(elsewhere.page.locator(".line__title")).to_have_text(goods[7].title)

    number = buy_as_known(shopper, who)
    shopper.open("/account/orders/")
    page.get_by_role("link", name=number).click()
    assert shopper.order_number() == number
    expect(page.locator(".order__facts")).to_contain_text("Galway")
    page.go_back()
    page.get_by_role("button", name="Order the same again").click()
    shopper.arrive("/cart/")
    shopper.said("Everything of that order is in your cart, at today's prices.")
    expect(page.locator(".line__title", has_text=goods[8].title)).to_have_count(1)
    assert shopper.complaints + elsewhere.complaints == []


def buy_as_known(shopper: Shopper, who: Member) -> str:
    """Buy what is in the cart without typing anything; gives the order's number."""
    page = shopper.page
    shopper.start_checkout()
    shopper.arrive("/checkout/delivery/")
    page.get_by_role("radio", name=re.compile("^Home")).check()
    shopper.go_on()
    shopper.arrive("/checkout/payment/")
    shopper.go_on()
    shopper.arrive("/checkout/review/")
    for known in (who.email, who.name, HOME["line1"]):
        expect(page.locator("main").get_by_text(known).first).to_be_visible()
    shopper.place_order()
    shopper.pay("approve")
    return shopper.order_number()


def test_a_wish_list_is_kept_as_a_guest_joins_the_account_and_is_shown_to_others(
    shopper: Shopper, elsewhere: Shopper, who: Member, goods: tuple[Article, ...]
) -> None:
    page, wishes = shopper.page, shopper.page.locator("#wishlist .line")
    shopper.open(goods[9].path)
    page.locator("#save").click()
    said = page.locator("main, #notices").get_by_text(f"{goods[9].title} is on your wish list.")
    expect(said.first).to_be_visible()
    shopper.open("/wishlist/")
    expect(wishes).to_have_count(1)
    page.get_by_role("link", name=re.compile("^Sign in to have it")).click()
    sign_in(shopper, who)
    shopper.arrive("/wishlist/")
    shopper.said(f"{goods[9].title}, which you saved before you signed in, is on your wish list.")
    page.get_by_role("button", name=f"Remove {goods[9].title}").click()
    expect(wishes).to_have_count(0)
    page.locator("#undo").click()
    expect(wishes).to_have_count(1)

    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#share-link").input_value()
    elsewhere.page.goto(link)
    expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text("A wish list for you")
    expect(elsewhere.page.locator(".line__title")).to_have_text(goods[9].title)
    assert who.name not in elsewhere.page.content()
    page.get_by_role("button", name="End the link").click()
    expect(page.get_by_role("button", name="Make a link")).to_be_visible()
    answer = elsewhere.page.goto(link)
    assert answer is not None
    assert answer.status == 404
    assert shopper.complaints + elsewhere.complaints == []
