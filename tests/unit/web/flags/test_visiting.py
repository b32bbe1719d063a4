"""The visitor's cookie is set by the header's fragment, while it has a use, and for nobody who refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings as site_settings

from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Serve
from storefront.web import limits_shoppers
from storefront.web.flags.visitors import LONGEST, account_id, read
from tests import samples
from tests.paths import ShopClient
from tests.unit.web.flags.conftest import SAM
from tests.unit.web.shops import sign_in_browser

SUMMARY = "/fragments/personal/summary/"
HALVES = Serve(weights=(("control", WHOLE // 2), ("note", WHOLE // 2)))
HEADER = {"HX-Request": "true", "HX-Target": "summary"}
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1"


@pytest.fixture
def running(say):
    say("delivery-note", otherwise=HALVES, holdout=False)


def visitor(response):
    """Whom an answer's cookie makes the browser remember, None for one that sets none."""
    found = response.cookies.get(site_settings.VISITOR_COOKIE_NAME)
    return read(found.value) if found is not None else None


def test_nobody_gets_one_while_no_flag_differs_by_person(client, twins, say):
    say("theme", otherwise=Serve(weights=(("harbour", WHOLE),)))
    assert not client.get(SUMMARY, headers=HEADER).cookies


def test_the_headers_fragment_sets_it_once(client, twins, running):
    first = client.get(SUMMARY, headers=HEADER)
    assert visitor(first) is not None
    morsel = first.cookies[site_settings.VISITOR_COOKIE_NAME]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert len(morsel.value) <= LONGEST
    assert not client.get(SUMMARY, headers=HEADER).cookies
    assert twins.sessions.sessions == {}


def test_no_page_sets_it(client, twins, running):
    for path in ("/", "/p/meadow-cushion/", "/cart/", SUMMARY):
        assert visitor(client.get(path)) is None


def test_who_wants_not_to_be_followed_gets_none(client, twins, running):
    assert not client.get(SUMMARY, headers=HEADER | {"Sec-GPC": "1"}).cookies
    assert client.get("/p/meadow-cushion/").status_code == 200


def test_a_phone_is_told_by_its_hint_or_its_name(client, twins, running):
    assert visitor(client.get(SUMMARY, headers=HEADER)).device == "desktop"
    assert visitor(client.get(SUMMARY, headers=HEADER | {"User-Agent": PHONE})).device == "phone"
    hinted = HEADER | {"User-Agent": PHONE, "Sec-CH-UA-Mobile": "?0"}
    assert visitor(client.get(SUMMARY, headers=hinted)).device == "desktop"


def test_somebody_signed_in_is_the_same_on_all_their_devices_and_a_guest_again_afterwards(
    client, twins, running
):
    guest = visitor(client.get(SUMMARY, headers=HEADER))
    sign_in_browser(client, twins, groups=("shopper", "staff"))
    inside = visitor(client.get(SUMMARY, headers=HEADER))
    assert inside.id == account_id(samples.ROBIN.id)
    assert inside.groups == {"shopper", "staff"}
    del client.cookies[site_settings.SESSION_COOKIE_NAME]
    assert visitor(client.get(SUMMARY, headers=HEADER)).id == guest.id


def test_somebody_signed_in_stays_who_they_are_while_sessions_are_away(client, twins, running):
    sign_in_browser(client, twins)
    inside = client.get(SUMMARY, headers=HEADER).cookies
    twins.sessions.down = True
    assert not client.get(SUMMARY, headers=HEADER).cookies
    assert read(inside[site_settings.VISITOR_COOKIE_NAME].value).id == account_id(samples.ROBIN.id)


def test_a_cookie_that_somebody_made_up_is_replaced(client, twins, running):
    client.cookies[site_settings.VISITOR_COOKIE_NAME] = "1.made.up"
    assert visitor(client.get(SUMMARY, headers=HEADER)) is not None


def test_the_edge_is_told_each_variant_by_a_cookie_of_its_own(client, twins, say):
    say("delivery-note", otherwise=Serve(weights=(("note", WHOLE),), share=WHOLE), holdout=False)
    phones = Rule(
        name="phones",
        conditions=(Condition(attribute="device", op="is", values=("phone",)),),
        serve=Serve(weights=(("control", WHOLE),)),
    )
    say("delivery-note", rules=(phones,), otherwise=Serve(weights=(("note", WHOLE),)), holdout=False)
    assert client.get(SUMMARY, headers=HEADER).cookies["x-delivery_note"].value == "note"
    assert (
        client.get(SUMMARY, headers=HEADER | {"User-Agent": PHONE}).cookies["x-delivery_note"].value
        == "control"
    )


def variant_of(client, twins) -> str:
    """What the browser's visitor gets, by the fragment's own word to the edge."""
    return client.get(SUMMARY, headers=HEADER).cookies["x-delivery_note"].value


def test_an_exposure_counts_once_and_as_it_was_dealt(client, twins, running):
    """Also from a page that was opened without the cookie: who differs from it is in one variant only."""
    mine = variant_of(client, twins)
    client.get(f"{SUMMARY}?seen=theme~meadow&seen=nothing~x", headers=HEADER)
    assert twins.shop.experiments.flush(5)
    assert twins.bus.events == []
    other = "note" if mine == "control" else "control"
    client.get(f"{SUMMARY}?seen=delivery-note~{other}", headers=HEADER)
    assert twins.shop.telemetry.events.value("experiments", "shown_otherwise") == 1
    for _ in range(3):
        client.get(f"{SUMMARY}?seen=delivery-note~{mine}", headers=HEADER)
    assert twins.shop.experiments.flush(5)
    assert [detail["variant"] for _kind, detail in twins.bus.events] == [mine]


def test_a_first_visit_was_shown_nothing_that_the_id_has_decided(client, twins, running):
    client.get(f"{SUMMARY}?seen=delivery-note~control", headers=HEADER)
    assert twins.shop.experiments.flush(5)
    assert twins.bus.events == []


def test_a_private_page_goes_by_the_session_and_not_by_what_a_cookie_says(client, twins, say):
    staff = Rule(
        name="staff",
        conditions=(Condition(attribute="group", op="is", values=("staff",)),),
        serve=Serve(weights=(("off", WHOLE),)),
    )
    # A critical flag: a second person lets it happen.
    from_sam = twins.shop.flag_changes.save(
        FlagState(key="checkout", rules=(staff,)), 0, SAM, "only for a test"
    )
    twins.shop.flag_changes.approve(from_sam.proposal.id, Who("kim", "Kim Lee"))
    client.post("/cart/lines/", {"sku": samples.CUSHION, "quantity": "1"})
    assert client.get("/checkout/contact/").status_code == 200
    sign_in_browser(client, twins, groups=("shopper", "staff"))
    assert client.get("/checkout/contact/").status_code == 503


def new_shopper(twins) -> ShopClient:
    """Somebody who comes for the first time, from the address that all tests come from."""
    browser = ShopClient()
    browser.get(SUMMARY, headers=HEADER)
    return browser


def few(monkeypatch, window, most):
    monkeypatch.setattr(limits_shoppers, window, replace(getattr(limits_shoppers, window), most=most))


def test_one_address_gets_so_many_ids_and_then_pages_as_a_stranger_sees_them(twins, running, monkeypatch):
    """Whoever asks without an id is given one and told its variant: one client could be many people."""
    few(monkeypatch, "MET", 3)
    met = [new_shopper(twins) for _ in range(3)]
    assert all(site_settings.VISITOR_COOKIE_NAME in one.cookies for one in met)
    stranger = ShopClient().get(SUMMARY, headers=HEADER)
    assert (stranger.status_code, bool(stranger.cookies)) == (200, False)
    elsewhere = ShopClient(REMOTE_ADDR="203.0.113.7").get(SUMMARY, headers=HEADER)
    assert visitor(elsewhere) is not None
    # Who is known goes on as before.
    assert met[0].get(SUMMARY, headers=HEADER | {"User-Agent": PHONE}).cookies


def test_one_address_is_so_many_shoppers_in_an_experiment(twins, running, monkeypatch):
    """Ids can be gathered for days; who looks at many pages is one all the same."""
    few(monkeypatch, "TOOK_PART", 3)
    browsers = [new_shopper(twins) for _ in range(5)]
    for one in browsers:
        for _ in range(2):
            assert one.get(f"{SUMMARY}?seen=delivery-note~control", headers=HEADER).status_code == 200
    assert twins.shop.experiments.flush(5)
    assert len(twins.bus.events) == 3


@pytest.mark.parametrize(("share", "over"), [(0, 0), (WHOLE, 1)])
def test_who_is_dealt_nothing_uses_up_nothing_of_the_limit(twins, say, monkeypatch, share, over):
    say("delivery-note", otherwise=Serve(weights=HALVES.weights, share=share), holdout=False)
    few(monkeypatch, "TOOK_PART", 1)
    for one in [new_shopper(twins) for _ in range(2)]:
        one.get(f"{SUMMARY}?seen=delivery-note~control", headers=HEADER)
    assert twins.shop.telemetry.events.value("limits", "over_took_part") == over


def test_who_was_counted_takes_part_when_the_address_is_full(twins, running, monkeypatch):
    few(monkeypatch, "TOOK_PART", 2)
    counted, late = [new_shopper(twins) for _ in range(2)], new_shopper(twins)
    seen = f"{SUMMARY}?seen=delivery-note~control"
    for one in (*counted, late, *counted):
        one.get(seen, headers=HEADER)
    assert twins.shop.telemetry.events.value("limits", "over_took_part") == 1
