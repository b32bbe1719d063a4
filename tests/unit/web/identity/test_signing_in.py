"""Signing in and out: what goes with the person, what stays with the guest, what an outage may do."""

from storefront.core import UpstreamUnavailable
from storefront.identity import TokenRefused
from storefront.sessions import MemorySessionTable, new_key
from tests.unit.web.identity.views import MIKA, asks_to_sign_in, grants, new_browser
from tests.unit.web.shops import captured, sign_in_browser


def test_signing_in_keeps_what_the_guest_had_under_a_new_id(browser, name):
    before = browser.get("/guest/").cookies[name].value
    response = browser.get("/enter/")
    assert response.content == b"Robin Byrne"
    assert response.cookies[name].value != before
    found = browser.get("/who/").json()
    assert (found["name"], found["groups"], found["guest"]) == ("Robin Byrne", ["shopper"], "kept")


def test_a_planted_id_never_becomes_that_of_somebody_signed_in(browser, name, twins):
    planted = new_browser()
    given = planted.get("/guest/").cookies[name].value
    for cookie in (given, new_key()):
        browser.cookies[name] = cookie
        browser.get("/enter/")
        assert browser.cookies[name].value != cookie
        planted.cookies[name] = cookie
        assert planted.get("/who/").json()["signed_in"] is False
        browser.cookies.clear()


def test_proving_it_again_changes_the_id_and_revokes_the_old_tokens(browser, name, twins):
    first = browser.get("/enter/").cookies[name].value
    before = browser.get("/token/").content
    second = browser.get("/enter/").cookies[name].value
    assert first != second
    assert browser.get("/token/").content != before
    assert len(browser.get("/devices/").json()["all"]) == 1
    old = new_browser()
    old.cookies[name] = first
    assert old.get("/who/").json()["signed_in"] is False
    assert sum(not granted.sign_in.over for granted in grants(twins, "refresh")) == 1


def test_somebody_else_at_the_same_browser_finds_nothing_of_the_first(browser, twins):
    browser.get("/enter/")
    browser.get("/guest/")
    browser.get(f"/enter/?email={MIKA}")
    found = browser.get("/who/").json()
    assert (found["name"], found["guest"]) == ("Mika", "")


def test_signing_out_ends_everything_on_both_sides(browser, name, twins, settings):
    browser.get("/enter/")
    response = browser.get("/leave/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    gone = {cookie for cookie, morsel in response.cookies.items() if morsel["max-age"] == 0}
    assert gone >= {name, "c-eu", "c-us", settings.ORDER_COOKIE_NAME}
    assert all(not stored.data for stored in twins.sessions.sessions.values())
    assert all(granted.sign_in.over for granted in grants(twins, "refresh"))
    assert browser.get("/who/").json()["signed_in"] is False


def test_it_leaves_that_the_pool_s_own_pages_know_this_browser_also_when_the_sign_in_was_over(
    browser, clock, settings
):
    settings.SESSION_COOKIE_AGE = 600
    browser.get("/enter/")
    clock.advance(590)
    browser.get("/by_hosted/")
    settings.SESSION_COOKIE_AGE = 300
    assert browser.get("/who/").json()["signed_in"] is False
    browser.get("/leave/")
    assert browser.get("/hosted_still/").content == b"True"


def test_the_cookie_of_somebody_signed_out_opens_nothing(browser, name):
    cookie = browser.get("/enter/").cookies[name].value
    browser.get("/leave/")
    thief = new_browser()
    thief.cookies[name] = cookie
    assert thief.get("/who/").json()["signed_in"] is False
    assert asks_to_sign_in(thief.get("/account/"), "/ie/en/account/")


def test_signing_out_works_while_the_provider_is_away(browser, twins):
    browser.get("/enter/")
    twins.people.fail(UpstreamUnavailable("cognito", "revoke", "timeout"))
    assert browser.get("/leave/").content == b"out"
    assert browser.get("/who/").json()["signed_in"] is False


def test_signing_out_while_the_table_is_away_says_that_it_failed(browser, twins):
    browser.get("/enter/")
    twins.sessions.down = True
    response = browser.get("/leave/")
    assert (response.status_code, dict(response.cookies)) == (503, {})
    assert "Clear-Site-Data" not in response


def test_nobody_is_signed_in_halfway(browser, name, twins):
    browser.get("/guest/")
    before = browser.cookies[name].value
    twins.sessions.down = True
    response = browser.get("/enter/")
    assert (response.status_code, dict(response.cookies)) == (503, {})
    twins.sessions.down = False
    assert browser.get("/who/").json()["signed_in"] is False
    assert browser.cookies[name].value == before


def test_a_page_made_of_a_failed_sign_in_does_not_save_one(browser, name, twins):
    class Failing(MemorySessionTable):
        def create(self, digest, data, **more):
            if digest.startswith("o_") or "auth" in data:
                raise UpstreamUnavailable("dynamodb", "create", "timeout")
            return super().create(digest, data, **more)

    browser.get("/guest/")
    before = browser.cookies[name].value
    failing = Failing(twins.shop.clock)
    failing.sessions = twins.sessions.sessions
    real = twins.sessions.create
    twins.sessions.create = failing.create
    assert browser.get("/enter_gently/").content == b"try again"
    twins.sessions.create = real
    assert browser.cookies[name].value == before
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (False, "kept")


def test_tokens_that_do_not_count_sign_nobody_in(browser, twins):
    twins.people.refuse(TokenRefused("person", "signature"), "person")
    assert browser.get("/enter/").status_code == 500  # what the page of the sign-in makes of it is its own
    assert browser.get("/who/").json()["signed_in"] is False


def test_an_outage_is_a_guest_and_touches_no_cookie(browser, twins):
    browser.get("/enter/")
    twins.sessions.down = True
    response = browser.get("/who/")
    assert (response.json()["signed_in"], response.json()["unavailable"]) == (False, True)
    assert not response.cookies
    assert browser.get("/account/").status_code == 503  # nobody is asked to sign in for nothing
    twins.sessions.down = False
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


def test_a_public_page_cannot_ask_who_it_is(browser):
    browser.get("/enter/")
    assert browser.get("/public/").status_code == 500


def test_nothing_of_a_sign_in_is_written_in_the_clear(browser, twins, caplog):
    with captured(caplog) as lines:
        browser.get("/enter/")
        browser.get("/token/")
    kept = repr(twins.sessions.sessions) + repr(lines)
    assert not [word for word in ("eyJ", "robin", "Robin", "shopper") if word in kept]


def test_a_helper_signs_the_test_browser_in(browser, twins):
    sign_in_browser(browser, twins)
    assert browser.get("/who/").json()["name"] == "Robin Byrne"
    assert browser.get("/token/").content == b"access-token-of-robin"
    assert len(browser.get("/devices/").json()["all"]) == 1
