"""The session's cookie: set once, never for nothing, untouched by an outage, and writes fail closed."""

from types import SimpleNamespace

import pytest
from django.core import signing
from django.http import HttpResponse
from django.urls import path

from storefront.sessions import new_key
from storefront.sessions.backend import SessionStore
from storefront.web.notices import MOST_NOTICES, add_notice, take_notices
from storefront.web.policies import private_page
from tests.unit.web.shops import urlconf


@private_page()
def read(request):
    return HttpResponse(str(request.session.get("step", "nothing")))


@private_page()
def write(request):
    request.session["step"] = request.GET.get("step", "delivery")
    return HttpResponse("saved")


@private_page()
def notice(request):
    add_notice(request, request.GET["text"])
    return HttpResponse("noted")


@private_page()
def sign_in(request):
    request.session.cycle_key()
    return HttpResponse("in")


@private_page()
def sign_out(request):
    request.session.flush()
    return HttpResponse("out")


@private_page()
def broken(request):
    request.session["step"] = "lost"
    raise RuntimeError("a bug")


@private_page()
def interrupted(request):
    request.session["step"] = "x"
    request.shop.sessions.delete(next(iter(request.shop.sessions.sessions)))
    return HttpResponse("never seen")


@private_page()
def counted(request):
    request.session.get("count")
    request.shop.sessions.delete(request.session.digest)
    request.session.modify("count", lambda count: count + 1, 0)
    return HttpResponse("never seen")


@private_page()
def say(request):
    return HttpResponse(" ".join(take_notices(request)))


@pytest.fixture
def browser(client, twins, settings):
    views = (read, write, notice, sign_in, sign_out, broken, interrupted, counted, say)
    settings.ROOT_URLCONF = urlconf(*(path(f"{view.__name__}/", view) for view in views))
    client.raise_request_exception = False
    return client


@pytest.fixture
def name(settings) -> str:
    return settings.SESSION_COOKIE_NAME


def test_reading_sets_no_cookie_and_asks_nothing(browser, twins):
    response = browser.get("/read/")
    assert (response.content, dict(response.cookies), twins.sessions.calls) == (b"nothing", {}, [])


def test_a_first_write_sets_a_guarded_cookie(browser, name):
    cookie = browser.get("/write/").cookies[name]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert cookie["max-age"] == 30 * 24 * 3600
    assert browser.get("/read/").content == b"delivery"


def test_later_writes_set_no_cookie(browser):
    browser.get("/write/")
    assert not browser.get("/write/?step=payment").cookies
    assert browser.get("/read/").content == b"payment"


def test_on_https_the_cookie_belongs_to_the_host_alone(browser, settings):
    settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = "__Host-s", True
    cookie = browser.get("/write/", secure=True).cookies["__Host-s"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


def test_a_planted_id_is_not_adopted(browser, name):
    browser.cookies[name] = planted = new_key()
    assert browser.get("/write/").cookies[name].value != planted


def test_a_dead_id_is_left_alone_because_the_browser_may_have_a_newer_one_by_now(browser, name):
    browser.cookies[name] = new_key()
    response = browser.get("/read/")
    assert (response.content, dict(response.cookies)) == (b"nothing", {})


def test_requests_under_way_at_a_sign_in_do_not_take_the_new_cookie_off(browser, name):
    before = browser.get("/write/").cookies[name].value
    after = browser.get("/sign_in/").cookies[name].value
    browser.cookies[name] = before  # sent before the answer came
    assert not browser.get("/read/").cookies
    browser.cookies[name] = after
    assert browser.get("/read/").content == b"delivery"


def test_signing_in_changes_the_id(browser, name):
    before = browser.get("/write/").cookies[name].value
    after = browser.get("/sign_in/").cookies[name].value
    assert after != before
    assert browser.get("/read/").content == b"delivery"


def test_signing_out_ends_the_session_on_both_sides(browser, name, twins):
    browser.get("/write/")
    assert browser.get("/sign_out/").cookies[name].value == ""
    assert twins.sessions.sessions == {}


def test_a_failed_request_saves_nothing(browser, twins):
    assert browser.get("/broken/").status_code == 500
    assert twins.sessions.sessions == {}


def test_an_outage_is_anonymous_and_touches_no_cookie(browser, twins):
    browser.get("/write/")
    twins.sessions.down = True
    response = browser.get("/read/")
    assert (response.status_code, response.content, dict(response.cookies)) == (200, b"nothing", {})
    twins.sessions.down = False
    assert browser.get("/read/").content == b"delivery"


@pytest.mark.parametrize("known", [True, False])
def test_during_an_outage_writes_fail_closed(browser, twins, known):
    if known:
        browser.get("/write/")
    twins.sessions.down = True
    response = browser.get("/write/?step=payment")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert b"saved" not in response.content
    assert not response.cookies


def test_during_an_outage_notices_are_dropped_and_nothing_else(browser, twins):
    browser.get("/write/")
    twins.sessions.down = True
    response = browser.get("/notice/?text=hello")
    assert (response.status_code, response.content, dict(response.cookies)) == (200, b"noted", {})


def test_during_an_outage_signing_out_says_that_it_failed(browser, twins):
    browser.get("/write/")
    twins.sessions.down = True
    assert browser.get("/sign_out/").status_code == 503


def test_a_session_that_ended_meanwhile_is_not_revived(browser, twins):
    browser.get("/write/")
    response = browser.get("/interrupted/")
    assert (response.status_code, response["Location"]) == (302, "/ie/en/interrupted/")
    assert not response.cookies
    assert twins.sessions.sessions == {}


def test_a_form_whose_session_ended_meanwhile_is_asked_for_again(browser, twins):
    browser.get("/write/")
    response = browser.post("/interrupted/")
    assert (response.status_code, dict(response.cookies)) == (409, {})
    assert twins.sessions.sessions == {}


def test_a_view_that_finds_its_session_ended_is_no_error_of_ours(browser, twins):
    browser.get("/write/")
    response = browser.post("/counted/")
    assert (response.status_code, dict(response.cookies)) == (409, {})
    assert twins.sessions.sessions == {}


def test_a_thousand_looks_by_strangers_write_nothing(browser, twins):
    for _ in range(1_000):
        browser.get("/read/")
    assert twins.sessions.calls == []
    browser.cookies["s"] = new_key()
    for _ in range(50):
        browser.get("/read/")
    assert set(twins.sessions.calls) == {"read"}


def test_two_hundred_sessions_outlive_an_outage_of_the_table(client, browser, twins, name):
    keys = []
    for number in range(200):
        browser.cookies.clear()
        keys.append(browser.get(f"/write/?step=step-{number}").cookies[name].value)
    twins.sessions.down = True
    cookies_set = 0
    for key in keys:
        browser.cookies[name] = key
        cookies_set += len(browser.get("/read/").cookies) + len(browser.get("/notice/?text=x").cookies)
        cookies_set += len(browser.get("/write/?step=lost").cookies)
    assert cookies_set == 0
    twins.sessions.down = False
    found = []
    for key in keys:
        browser.cookies[name] = key
        found.append(browser.get("/read/").content.decode())
    assert found == [f"step-{number}" for number in range(200)]


def test_notices_are_bounded(twins):
    request = SimpleNamespace(COOKIES={}, session=SessionStore(None, twins.sessions))
    for number in range(25):
        add_notice(request, f"{number} " + "x" * 1_000)
    notices = take_notices(request)
    assert len(notices) == MOST_NOTICES
    assert notices[-1].startswith("24 ")
    assert max(map(len, notices)) <= 300
    assert take_notices(request) == ()


def test_a_notice_keeps_its_kind_and_one_of_an_earlier_release_is_plain(twins):
    request = SimpleNamespace(COOKIES={}, session=SessionStore(None, twins.sessions))
    request.session["notice:00000000000000000001:0badcafe"] = "It was said before."
    add_notice(request, "The address is saved.", kind="good")
    add_notice(request, "Look at this.", kind="care")
    notices = take_notices(request)
    assert notices == ("It was said before.", "The address is saved.", "Look at this.")
    assert [notice.kind for notice in notices] == ["", "good", "care"]


def test_a_notice_is_worth_no_session(browser, twins, name, settings):
    for number in range(3):
        assert name not in browser.get(f"/notice/?text=word-{number}").cookies
    assert twins.sessions.sessions == {}
    cookie = browser.cookies[settings.NOTICE_COOKIE_NAME]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (60, True, "Lax")
    said = browser.get("/say/")
    assert said.content == b"word-0 word-1 word-2"
    assert said.cookies[settings.NOTICE_COOKIE_NAME]["max-age"] == 0
    assert browser.get("/say/").content == b""
    assert twins.sessions.sessions == {}


def test_what_a_cookie_carried_goes_into_a_session_that_began_since(browser, settings):
    browser.get("/notice/?text=first")
    browser.get("/write/")
    assert browser.get("/notice/?text=second").cookies[settings.NOTICE_COOKIE_NAME]["max-age"] == 0
    assert browser.get("/say/").content == b"first second"


def test_carried_notices_stay_within_a_cookie(browser, settings):
    for number in range(12):
        words = "".join(chr(0x600 + (number * 31 + place * 7) % 200) for place in range(290))
        browser.get("/notice/", {"text": f"{number} {words}"})
    assert len(browser.cookies[settings.NOTICE_COOKIE_NAME].OutputString()) < 4_096
    assert b"11 " in browser.get("/say/").content


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "x" * 5_000])
def test_a_notice_that_is_not_ours_is_none(browser, settings, value):
    browser.cookies[settings.NOTICE_COOKIE_NAME] = value
    assert browser.get("/say/").content == b""


def test_a_carried_notice_is_old_after_a_minute(browser, settings, monkeypatch):
    browser.get("/notice/?text=first")
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 61)
    assert browser.get("/say/").content == b""


def test_a_form_under_way_at_a_sign_in_does_not_take_its_cookie_off(browser, name, twins):
    before = browser.get("/write/").cookies[name].value
    after = browser.get("/sign_in/").cookies[name].value
    browser.cookies[name] = before  # sent before the answer came
    assert name not in browser.get("/notice/?text=late").cookies
    assert len(twins.sessions.sessions) == 1
    browser.cookies[name] = after
    assert browser.get("/say/").content == b"late"
    assert browser.get("/read/").content == b"delivery"
