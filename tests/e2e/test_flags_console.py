"""Merchandisers change the shop by flags: rules, schedules, approval, kill, undo, why and preview."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import expect

from audit.access import faults
from tests.e2e.member import Member, sign_in, slip_in
from tests.e2e.shopper import Shopper
from tests.pools import Pool

HERE = "/console/flags/"
THEME = f"{HERE}f/theme/"
CHECKOUT = f"{HERE}f/checkout/"
GERMAN = "/de/de/"
EVERYWHERE_SECONDS = 15.0
"""For a change to be seen by this browser: five seconds, and room for a busy machine."""
PATHS = (HERE, f"{HERE}audit/", THEME, f"{THEME}edit/", f"{HERE}export/", f"{HERE}why/", f"{HERE}preview/")


def staff(pool: Pool, group: str, name: str) -> Member:
    """Somebody of that group of the pool."""
    made = Member("", name=name)
    return replace(made, email=pool.account(made.password, name=name, groups=(group,)))


def enter(shopper: Shopper, who: Member) -> None:
    """Signed in, at the list of flags."""
    shopper.open(f"/account/sign-in/?next={HERE}")
    sign_in(shopper, who)
    shopper.page.wait_for_url(f"{shopper.origin}{HERE}")


def sound(shopper: Shopper) -> None:
    """Nobody is kept out of this page, where it can be asked."""
    assert not shopper.scripts or faults(shopper.page) == []


def press(shopper: Shopper, name: str | re.Pattern[str]) -> None:
    shopper.page.get_by_role("main").get_by_role("button", name=name).first.click()


def follow(shopper: Shopper, name: str) -> None:
    shopper.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def shows_theme(shopper: Shopper, theme: str, path: str = GERMAN) -> None:
    """The page comes in these colours, within a few seconds."""
    until = time.monotonic() + EVERYWHERE_SECONDS
    while True:
        shopper.open(path)
        found = shopper.page.locator("body").get_attribute("data-theme")
        if found == theme:
            return
        assert time.monotonic() < until, f"{path} stays in {found}"
        time.sleep(0.5)


def test_a_merchandiser_themes_one_country_kills_it_and_takes_it_back(shopper: Shopper, pool: Pool) -> None:
    page = shopper.page
    enter(shopper, staff(pool, "merchandiser", "Mika Adler"))
    sound(shopper)
    page.locator("#q").fill("colours of the shop")
    press(shopper, "Show")
    expect(page.locator("#count")).to_have_text("1 flag")
    follow(shopper, "theme")
    sound(shopper)
    follow(shopper, "Edit")
    press(shopper, "Add a rule")
    expect(page.locator("#r1-name")).to_be_focused()
    page.locator("#r1-name").fill("Germany")
    page.locator("#r1c1-attribute").select_option("country")
    page.locator("#r1c1-values").fill("atlantis")
    page.locator("#r1-gets").select_option("harbour")
    sound(shopper)
    press(shopper, "See who will see what")
    expect(page.locator("#r1c1-values-error")).to_contain_text("atlantis")
    assert page.title().startswith("Error:")
    sound(shopper)
    page.locator("#r1c1-values").fill("de")
    press(shopper, "See who will see what")
    expect(page.get_by_role("main")).to_contain_text("Germany: if country is “de”: “harbour”.")
    expect(page.get_by_role("row", name="Germany, Deutsch")).to_contain_text("harbour")
    expect(page.get_by_role("row", name="Ireland, English")).not_to_contain_text("harbour")
    sound(shopper)
    page.locator("#reason").fill("A look at the sea")
    page.get_by_role("main").get_by_role("button", name="Save").dblclick()
    shopper.said("Saved.")
    shows_theme(shopper, "harbour")
    shows_theme(shopper, "meadow", "/ie/en/")

    shopper.open(THEME)
    page.locator("#reason").fill("Nobody can read it")
    press(shopper, "Switch it off for everybody now")
    expect(page.locator("#sentences")).to_contain_text("The kill switch is down")
    sound(shopper)
    shows_theme(shopper, "meadow")

    shopper.open(THEME)
    press(shopper, re.compile("^Take back change"))
    shopper.said("was taken back")
    shows_theme(shopper, "harbour")

    takes_back(shopper, "A look at the sea")
    shows_theme(shopper, "meadow")
    assert shopper.complaints == []


def takes_back(shopper: Shopper, reason: str) -> None:
    """Take back the change of the theme that was made for a reason, and all after it."""
    page = shopper.page
    shopper.open(f"{HERE}audit/?flag=theme")
    sound(shopper)
    page.locator("article", has_text=reason).first.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Changes after it")).to_be_visible()
    sound(shopper)
    press(shopper, "Take all of it back")
    shopper.said("was taken back")


def test_what_is_critical_and_scheduled_waits_for_a_second_person(
    shopper: Shopper, another: Callable[[], Shopper], pool: Pool
) -> None:
    page, second = shopper.page, another()
    enter(shopper, staff(pool, "merchandiser", "Mika Adler"))
    shopper.open(f"{CHECKOUT}edit/")
    press(shopper, "Add a rule")
    page.locator("#r1-name").fill("Stocktaking")
    page.locator("#r1-gets").select_option("off")
    page.locator("#rule-1").get_by_text("Only for a time").click()
    page.locator("#r1-starts").fill("2038-12-31T18:00")
    page.locator("#r1-zone").select_option("Europe/Dublin")
    press(shopper, "See who will see what")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Only from 31 December 2038, 18:00 on (Europe/Dublin).")
    expect(
        page.get_by_role("columnheader", name="From 31 December 2038, 18:00 (Europe/Dublin)")
    ).to_be_visible()
    page.locator("#reason").fill("The warehouse counts")
    press(shopper, "Propose")
    shopper.said("Somebody else has to approve this.")
    expect(page.locator("#sentences li")).to_have_count(1)
    follow(shopper, "Waiting for approval")
    expect(main.get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)

    enter(second, staff(pool, "approver", "Ada Obi"))
    follow(second, "Waiting for approval")
    expect(second.page.get_by_role("main")).to_contain_text("The warehouse counts")
    sound(second)
    press(second, re.compile("^Approve"))
    second.said("Approved.")

    shopper.open(CHECKOUT)
    expect(page.locator("#sentences")).to_contain_text("Stocktaking: everybody gets “off”.")
    press(shopper, re.compile("^Take back change"))
    shopper.said("Somebody else has to approve this.")
    second.open(f"{HERE}proposals/")
    press(second, re.compile("^Approve"))
    second.said("Approved.")
    shopper.open(CHECKOUT)
    expect(page.locator("#sentences li")).to_have_count(1)
    assert shopper.complaints == second.complaints == []


def test_why_somebody_sees_something_and_a_preview_for_one_person(
    shopper: Shopper, elsewhere: Shopper, pool: Pool
) -> None:
    page = shopper.page
    enter(shopper, staff(pool, "merchandiser", "Mika Adler"))
    follow(shopper, "Why does somebody see this?")
    page.locator("#address").fill(f"{shopper.origin}/ie/en/")
    press(shopper, "Explain")
    expect(page.locator("#why-theme")).to_contain_text("meadow")
    expect(page.locator("#why-delivery-note")).to_have_count(0)
    sound(shopper)
    follow(shopper, "Make a preview link")
    page.locator("#flag-theme").select_option("harbour")
    press(shopper, "Make the link")
    sound(shopper)
    link = page.locator("#link").get_attribute("href")
    assert link
    elsewhere.page.goto(link)
    elsewhere.arrive("/ie/en/")
    expect(elsewhere.page.locator("body")).to_have_attribute("data-theme", "harbour")
    expect(elsewhere.page.get_by_role("complementary", name="Preview")).to_contain_text("by Mika.")
    elsewhere.page.get_by_role("button", name="End preview").click()
    elsewhere.arrive("/ie/en/")
    expect(elsewhere.page.locator("body")).to_have_attribute("data-theme", "meadow")
    shows_theme(shopper, "meadow", "/ie/en/")
    assert shopper.complaints == elsewhere.complaints == []


def test_two_editors_each_see_both_versions(shopper: Shopper, elsewhere: Shopper, pool: Pool) -> None:
    mika = staff(pool, "merchandiser", "Mika Adler")
    for one in (shopper, elsewhere):
        enter(one, mika)
        one.open(f"{HERE}f/home-layout/edit/")
        one.page.get_by_text("Owner, expiry, note").click()
    for one, words in ((shopper, "first come"), (elsewhere, "typed in vain?")):
        one.page.locator("#note").fill(words)
        press(one, "See who will see what")
        one.page.locator("#reason").fill(words)
    press(shopper, "Save")
    shopper.said("Saved.")
    press(elsewhere, "Save")
    expect(elsewhere.page.locator("#conflict")).to_be_visible()
    expect(elsewhere.page.get_by_role("main")).to_contain_text("first come")
    expect(elsewhere.page.get_by_role("main")).to_contain_text("typed in vain?")
    sound(elsewhere)
    press(elsewhere, "Go on with mine")
    expect(elsewhere.page.locator("#note")).to_have_value("typed in vain?")
    shopper.open(f"{HERE}f/home-layout/")
    press(shopper, re.compile("^Take back change"))
    shopper.said("was taken back")


def test_on_a_phone_what_decides_is_in_sight(shopper: Shopper, pool: Pool) -> None:
    """In the list: what is seen, how it stands, and the kill switch."""
    page = shopper.page
    page.set_viewport_size({"width": 360, "height": 740})
    enter(shopper, staff(pool, "merchandiser", "Mika Adler"))
    row = page.locator("#flag-theme")
    for flag, name in (("theme", "Seen now"), ("checkout", "How it stands"), ("theme", "Kill switch")):
        box = page.locator(f"#flag-{flag} [data-label='{name}']").bounding_box()
        assert box, name
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= 360, name
    sound(shopper)
    row.locator("summary").click()
    expect(row.get_by_role("button")).to_be_in_viewport()


def test_for_a_shopper_there_are_no_flags(shopper: Shopper, who: Member) -> None:
    for path in PATHS:
        assert shopper.open(path).status == 404
    slip_in(shopper, who)
    for path in PATHS:
        assert shopper.open(path).status == 404
