"""The rarer ways in and out: a password that was given, a code that got lost, everywhere at once, a sign-in
that grew old, the pool's own pages. With and without JavaScript, on the pool of test_people.py.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from audit.access import faults
from dev.stack.devstack import DevStack
from tests.e2e.kept import access_token, let_sign_in_grow_old, let_token_run_out
from tests.e2e.member import (
    Member,
    fill,
    greeted,
    is_out,
    member,
    refused,
    sign_in,
    slip_in,
    somebody_new,
)
from tests.e2e.shopper import Shopper
from tests.pools import Pool

A_QUARTER = 16 * 60  # seconds: more than a sign-in is fresh for (storefront.account.guards)


def test_a_password_that_was_given_is_replaced_before_anything_is_shown(shopper: Shopper, pool: Pool) -> None:
    page, who = shopper.page, member(pool, temporary=True)
    is_out(shopper, "/account/devices/")
    sign_in(shopper, who)
    shopper.arrive("/account/sign-in/new-password/")
    assert not shopper.scripts or faults(page) == []
    shown = page.context.request.get(shopper.at("/account/"), max_redirects=0)
    assert shown.status == 303, "half a sign-in opened the account"

    own = who.now_with("three words of my own")
    fill(shopper, "new-password", password="too short")
    refused(shopper, "password", "at least 12 characters")
    fill(shopper, "new-password", password=own.password)
    shopper.arrive("/account/devices/")
    greeted(shopper, who)

    page.context.clear_cookies()
    is_out(shopper)
    sign_in(shopper, who)
    expect(page.locator(".error-summary")).to_contain_text("don't know this email address")
    sign_in(shopper, own)
    shopper.arrive("/account/")
    assert shopper.complaints == []


def test_a_code_that_got_lost_is_sent_again(shopper: Shopper, pool: Pool) -> None:
    page, who = shopper.page, somebody_new(pool)
    form = {"name": who.name, "email": who.email, "password": who.password}
    assert shopper.send("/account/sign-up/", form).status == 303
    pool.code(who.email)

    shopper.open("/account/confirm/")
    expect(page.locator("#email")).to_have_value(who.email)
    page.locator("#resend").click()
    shopper.said("If this address waits to be confirmed, another code is on its way to it.")
    fill(shopper, "confirm", code=pool.code(who.email))
    shopper.arrive("/account/sign-in/")
    sign_in(shopper, who)
    shopper.arrive("/account/")
    assert shopper.complaints == []


def test_one_word_ends_all_sign_ins_but_this(
    shopper: Shopper, another: Callable[[], Shopper], who: Member
) -> None:
    page, others = shopper.page, [another(), another()]
    for one in (shopper, *others):
        slip_in(one, who)
    shopper.open("/account/devices/")
    expect(page.locator("#devices > li")).to_have_count(3)
    page.locator("#end-others button").click()
    shopper.said("You are signed out everywhere but here.")
    expect(page.locator("#devices > li")).to_have_count(1)
    for one in others:
        is_out(one)
        assert one.complaints == []
    shopper.open("/account/orders/")
    shopper.said("You have not ordered anything yet.")
    assert shopper.complaints == []


def test_and_another_ends_this_one_too(shopper: Shopper, another: Callable[[], Shopper], who: Member) -> None:
    page, other = shopper.page, another()
    for one in (shopper, other):
        slip_in(one, who)
    shopper.open("/account/devices/")
    page.locator("#end-everywhere button").click()
    shopper.arrive("/account/sign-out/")
    shopper.said("You are signed out.")
    for one in (shopper, other):
        is_out(one)
        assert one.complaints == []
    slip_in(shopper, who)
    shopper.open("/account/devices/")
    expect(page.locator("#devices > li")).to_have_count(1)


def test_a_token_is_renewed_in_silence_and_an_old_sign_in_is_proved_anew_with_nothing_lost(
    shopper: Shopper, who: Member, pool: Pool, shop: DevStack
) -> None:
    page, wanted = shopper.page, somebody_new(pool).email
    slip_in(shopper, who)
    before = access_token(shop, shopper)
    let_token_run_out(shop, shopper)
    shopper.open("/account/security/")
    expect(page.locator("#authenticator-state")).to_contain_text("Off")
    assert access_token(shop, shopper) != before

    page.locator("#change-email").click()
    let_sign_in_grow_old(shop, shopper, A_QUARTER)
    fill(shopper, "change-email", email=wanted)
    shopper.arrive("/account/sign-in/")
    shopper.said("please type your password once more")
    expect(page.locator("#email")).to_have_value(who.email)
    fill(shopper, "sign-in", password=who.password)
    shopper.arrive("/account/security/email/")
    expect(page.locator("#email")).to_have_value(wanted)
    shopper.open("/account/security/")
    expect(page.locator("#email-state")).to_have_text(who.email)
    assert shopper.complaints == []


def test_the_pools_own_pages_lead_back_to_where_one_was_going(
    shopper: Shopper, elsewhere: Shopper, who: Member, pool: Pool
) -> None:
    page, pages = shopper.page, pool.place.domain
    is_out(shopper, "/account/devices/")
    leads_there = page.get_by_role("button", name="Continue with COGNITO")
    if pages:
        leads_there.click()
        page.wait_for_url(f"{pages}/**")
        page.locator('input[name="username"]:visible').fill(who.email)
        page.locator('input[name="password"]:visible').fill(who.password)
        page.keyboard.press("Enter")
        shopper.arrive("/account/devices/")
        greeted(shopper, who)
        expect(page.locator("#devices > li")).to_have_count(1)
        shopper.open("/account/security/")
        expect(page.locator("#email-state")).to_have_text(who.email)
        expect(page.locator("#authenticator-state")).to_contain_text("Off")
        shopper.open("/account/sign-out/")
        page.locator("#sign-out button").click()
        # Through the pool's own way out and back, to the region that one left.
        shopper.said("You are signed out.")
        shopper.arrive("/account/sign-out/")
        is_out(shopper)
    else:
        # A pool without pages of its own: nobody is sent there.
        expect(leads_there).to_have_count(0)

    elsewhere.page.goto(f"{elsewhere.origin}/account/callback/?code=found&state=invented")
    elsewhere.page.wait_for_url("**/account/sign-in/")  # of the region that was guessed
    elsewhere.said("Signing in there did not work.")
    is_out(elsewhere)
    assert shopper.complaints + elsewhere.complaints == []
