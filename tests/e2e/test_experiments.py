"""An experiment from end to end: a shopper is dealt a variant and buys, staff read what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed
from playwright.sync_api import expect

from audit.access import faults
from dev.stack.devstack import DevStack
from storefront.experiments.table import DynamoTallies
from storefront.flags.records import Who
from tests.e2e.goods import Article
from tests.e2e.member import Member, slip_in
from tests.e2e.shopper import Shopper
from tests.integration.experiment_tellers import NOTE, tallies
from tests.integration.flag_editors import changes, flag_table
from tests.pools import Pool

KEY = "delivery-note"
HERE = f"/console/experiments/{KEY}/"
EVERYWHERE_SECONDS = 6.0
SOON_SECONDS = 20.0
MIKA = Who("mika", "Mika")


@pytest.fixture
def counted(shop: DevStack) -> Iterator[DynamoTallies]:
    """Half of the shoppers see the line about delivery until the test is over; the store that counts them."""
    web = dict(shop.environment("web"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, web[name])
        made = changes(flag_table("storefront-flags", web))
        before = made.state(KEY)
        made.save(changed(NOTE, version=before.version), before.version, MIKA, "begin")
        time.sleep(EVERYWHERE_SECONDS)  # until every worker knows
        yield tallies(web, "storefront-experiments")
        now = made.state(KEY)
        made.save(changed(now, otherwise=None), now.version, MIKA, "the test is over")


def figures(store: DynamoTallies) -> tuple[int, int, int, int]:
    """Shoppers, those who put something into the cart, those who ordered, and what they spent in cents."""
    every = [tally for run in store.runs(KEY) for tally in run.tallies.values()]
    return (
        sum(one.people for one in every),
        sum(one.goals.get("cart", 0) for one in every),
        sum(one.goals.get("order", 0) for one in every),
        sum(one.spent("EUR").total for one in every),
    )


def look(shopper: Shopper, path: str) -> None:
    """Open the page and stay until it has asked for all it asks for."""
    shopper.open(path)
    shopper.page.wait_for_load_state("networkidle")


def merchandiser(pool: Pool) -> Member:
    made = Member("", name="Mika Adler")
    return replace(made, email=pool.account(made.password, name=made.name, groups=("merchandiser",)))


def test_what_a_shopper_does_is_read_by_staff(
    shopper: Shopper,
    another: Callable[[], Shopper],
    pool: Pool,
    goods: tuple[Article, ...],
    counted: DynamoTallies,
) -> None:
    """Without script there is no id, so such shoppers are in no experiment; they buy all the same."""
    before = figures(counted)
    for _ in range(2):  # by the first page the browser learns its id, by the second it is dealt a variant
        look(shopper, f"/p/{goods[3].handle}/")
    shopper.to_review(goods[3].sku)
    shopper.place_order()
    shopper.pay("approve")
    assert shopper.order_number()
    wanted = 1 if shopper.scripts else 0
    until = time.monotonic() + SOON_SECONDS
    while (now := figures(counted))[2] - before[2] != wanted:
        assert time.monotonic() < until, f"{now} after {before}"
        time.sleep(0.2)
    assert [after - was for after, was in zip(now[:3], before[:3], strict=True)] == [wanted] * 3
    assert (now[3] > before[3]) is shopper.scripts
    assert shopper.complaints == []

    staff = another()
    slip_in(staff, merchandiser(pool))
    assert staff.open("/console/experiments/").status == 200
    assert not staff.scripts or faults(staff.page) == []
    staff.page.get_by_role("main").get_by_role("link", name=KEY).click()
    expect(staff.page.get_by_role("heading", level=1)).to_have_text(f"Experiment {KEY}")
    if now[0]:
        expect(staff.page.locator("#people")).to_have_text(str(now[0]))
    else:
        expect(staff.page.locator("#nobody")).to_be_visible()
    assert not staff.scripts or faults(staff.page) == []
    assert staff.complaints == []
