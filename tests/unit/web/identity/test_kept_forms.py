"""Guards of pages for people with an account, and forms that outlive the sign-in that they ask for."""

from django.conf import settings

from storefront.sessions.backend import SessionStore
from storefront.web.limits import KEPT_FORMS
from tests.unit.web.identity.views import asks_to_sign_in, new_browser
from tests.unit.web.shops import VAULT

SECRETS = {"old": "marked-old", "new": "marked-new", "code": "marked-1"}
TYPED = {"line1": "12 Harbour Street", "postcode": "H91", "card_number": "marked-4", **SECRETS}


def opened(browser, twins) -> dict[str, object]:
    """What the browser's session holds, as its own server can read it."""
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return dict(SessionStore(key, twins.sessions, VAULT, twins.shop.clock).items())


def test_a_form_outlives_the_sign_in_without_its_secrets(browser):
    assert asks_to_sign_in(browser.post("/form/", TYPED), "/ie/en/form/")
    browser.get("/enter/")
    assert browser.get("/form/").json() == {"line1": "12 Harbour Street", "postcode": "H91"}
    assert browser.get("/form/").json() == {}


def test_no_kind_of_secret_is_stored_whatever_it_is_called(browser, twins):
    browser.post("/form/", TYPED)
    stored = repr(opened(browser, twins))
    assert "12 Harbour Street" in stored
    assert "marked" not in stored


def test_of_a_view_that_shows_nothing_again_nothing_is_stored(browser, twins):
    browser.post("/only_post/", TYPED)
    assert twins.sessions.sessions == {}


def test_what_was_kept_is_gone_from_the_table_after_an_hour_on_whatever_page(browser, clock, twins):
    browser.get("/guest/")
    browser.post("/form/", TYPED)
    assert [name for name in opened(browser, twins) if name.startswith("kept:")]
    clock.advance(3601)
    browser.get("/who/")
    assert not [name for name in opened(browser, twins) if name.startswith("kept:")]


def test_strangers_fill_no_table(browser, twins):
    """Each browser without a session costs a row; those who have one keep theirs, however many come."""
    for _ in range(KEPT_FORMS.most + 20):
        assert new_browser().post("/form/", TYPED).status_code == 303
    assert len(twins.sessions.sessions) == KEPT_FORMS.most
    browser.get("/guest/")
    browser.post("/form/", TYPED)
    browser.get("/enter/")
    assert browser.get("/form/").json()["line1"] == "12 Harbour Street"


def test_a_hundred_of_a_hundred_forms_come_back(browser, clock):
    returned = 0
    for number in range(100):
        one = new_browser()
        one.get("/guest/")
        one.post("/form/", {"line1": f"{number} Harbour Street"})
        clock.advance(5)
        one.get("/enter/")
        returned += one.get("/form/").json() == {"line1": f"{number} Harbour Street"}
    assert returned == 100


def test_a_form_is_shown_again_on_its_own_page_only_and_for_an_hour(browser, clock):
    browser.post("/form/", TYPED)
    browser.post("/account/", TYPED)
    browser.get("/enter/")
    clock.advance(3601)
    assert browser.get("/form/").json() == {}


def test_what_was_typed_is_not_in_the_table_in_the_clear(browser, twins):
    browser.post("/form/", TYPED)
    assert "Harbour" not in repr(twins.sessions.sessions)


def test_large_and_many_forms_do_not_fill_the_session(browser, twins):
    for number in range(6):
        browser.post("/form/", {"a": "x" * 5_000, "b": "y" * 5_000}, headers={"host": "testserver"})
        browser.post(f"/account/?n={number}", {"a": "x" * 5_000})
    (stored,) = twins.sessions.sessions.values()
    assert len([entry for entry in stored.data if entry.startswith("kept:")]) == 2
    assert stored.size < 16_000


def test_a_form_without_a_page_of_its_own_goes_back_to_the_page_it_was_on(browser):
    referer = {"referer": "http://testserver/ie/en/form/?a=1"}
    assert asks_to_sign_in(browser.post("/only_post/", headers=referer), "/ie/en/form/?a=1")
    for elsewhere in ("https://evil.example/ie/en/form/", "http://testserver//evil.example/", "evil", ""):
        response = browser.post("/only_post/", headers={"referer": elsewhere})
        assert response.status_code == 303
        assert "evil" not in response["Location"]


def test_a_form_that_is_sent_elsewhere_comes_back_to_its_page_with_what_was_typed(browser):
    browser.post("/account/", TYPED, headers={"referer": "http://testserver/ie/en/form/"})
    browser.get("/enter/")
    assert browser.get("/form/").json()["line1"] == "12 Harbour Street"


def test_htmx_is_told_to_leave_the_page(browser):
    response = browser.post("/form/", TYPED, headers={"hx-request": "true"})
    assert response.status_code == 204
    assert asks_to_sign_in(response, "/ie/en/form/")


def test_a_form_sent_after_signing_out_in_another_tab_asks_to_sign_in(browser, name):
    browser.get("/enter/")
    tab = new_browser()
    tab.cookies[name] = browser.cookies[name].value
    browser.get("/leave/")
    for _ in range(3):
        response = tab.post("/form/", TYPED)
        assert asks_to_sign_in(response, "/ie/en/form/")


def test_a_sign_out_while_the_form_is_under_way_asks_to_sign_in_too(browser):
    browser.get("/enter/")
    response = browser.post("/left_meanwhile/")
    assert asks_to_sign_in(response, "/ie/en/left_meanwhile/")
    assert not response.cookies
