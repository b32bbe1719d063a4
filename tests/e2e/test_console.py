"""Staff at the console: they sign in, have a page explained, purge a product; shoppers find no console."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import expect

from audit.access import faults
from tests.e2e.goods import Article
from tests.e2e.member import Member, fill, sign_in, slip_in
from tests.e2e.shopper import Shopper
from tests.pools import Pool


def merchandiser(pool: Pool) -> Member:
    """Somebody of the group that minds the shop."""
    made = Member("", name="Mika Adler")
    return replace(made, email=pool.account(made.password, name=made.name, groups=("merchandiser",)))


def test_a_merchandiser_sees_what_a_page_is_made_of_and_purges_it(
    shopper: Shopper, pool: Pool, goods: tuple[Article, ...]
) -> None:
    page, handle = shopper.page, goods[0].handle
    path = f"/ie/en/p/{handle}/"
    shopper.open("/account/sign-in/?next=/console/")
    sign_in(shopper, merchandiser(pool))
    page.wait_for_url(f"{shopper.origin}/console/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Console")
    assert not shopper.scripts or faults(page) == []

    page.get_by_role("main").get_by_role("link", name="Explain a page").click()
    fill(shopper, "ask", address=path)
    expect(page.locator("#is-kept")).to_have_text("Yes.")
    expect(page.locator("#sizes")).to_contain_text("br")
    expect(page.get_by_role("table")).to_contain_text(f"product:{handle}")
    assert not shopper.scripts or faults(page) == []

    page.get_by_role("link", name="Purge kept copies").click()
    fill(shopper, "ask", what="no such thing!")
    expect(page.locator("#what-error")).to_contain_text("no such thing!")
    fill(shopper, "ask", what=handle)
    expect(page.locator("#tags")).to_contain_text(f"offers:{handle}")
    expect(page.locator("#paths")).to_contain_text(path)
    assert not shopper.scripts or faults(page) == []
    page.get_by_role("button", name="Purge them now").click()
    shopper.said("no copy that carries")
    assert shopper.complaints == []


def test_for_a_shopper_there_is_no_console(shopper: Shopper, who: Member) -> None:
    for path in ("/console/", "/console/purge/", "/console/explain/?address=/ie/en/"):
        assert shopper.open(path).status == 404
    slip_in(shopper, who)
    for path in ("/console/", "/console/purge/", "/console/explain/?address=/ie/en/"):
        assert shopper.open(path).status == 404
