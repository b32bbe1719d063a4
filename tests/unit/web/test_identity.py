"""Who asks: signing in and out, tokens that are renewed once, forms that outlive a sign-in, other devices."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse, JsonResponse
from django.urls import include, path

from storefront.core import ManualClock, Unauthorized, UpstreamUnavailable
from storefront.identity import RefreshRefused, TokenRefused
from storefront.sessions import MemorySessionTable, new_key
from storefront.web.identity import (
    access_token,
    end_other_sessions,
    end_session,
    kept_form,
    renew,
    sessions_of,
    sign_in,
    sign_out,
    sign_out_everywhere,
    signed_in,
    with_token,
)
from storefront.web.policies import private_page, public_page
from tests.paths import ShopClient
from tests.unit.web.shops import captured, fakes, sign_in_browser, urlconf

PASSWORD = "buy-something-nice"
ROBIN, MIKA = "robin@example.com", "mika@example.com"
IDLE, FRESH = timedelta(minutes=30), timedelta(minutes=5)


@private_page()
def enter(request):
    tokens = request.shop.people.sign_in(email=request.GET.get("email", ROBIN), password=PASSWORD)
    return HttpResponse(sign_in(request, tokens).name)


@private_page()
def enter_gently(request):
    try:
        return enter(request)
    except UpstreamUnavailable:
        return HttpResponse("try again")


@private_page()
def leave(request):
    response = HttpResponse("out")
    sign_out(request, response)
    return response


@private_page()
def leave_all(request):
    response = HttpResponse("out")
    sign_out_everywhere(request, response)
    return response


@private_page()
def who(request):
    person = request.identity.person
    return JsonResponse(
        {
            "sub": person.sub if person else "",
            "name": person.name if person else "",
            "groups": sorted(request.identity.groups),
            "signed_in": request.identity.signed_in,
            "unavailable": request.identity.unavailable,
            "guest": request.session.get("guest", ""),
        }
    )


@private_page()
def guest(request):
    request.session["guest"] = "kept"
    return HttpResponse("kept")


@private_page(deadline=20)
def token(request):
    return HttpResponse(access_token(request))


@private_page()
def renewed(request):
    renew(request)
    return HttpResponse("ok")


@private_page()
def backend(request):
    asked = []

    def call(bearer):
        asked.append(bearer)
        if len(asked) <= int(request.GET["refusals"]):
            raise Unauthorized("customers", "GET /me", status=int(request.GET.get("status", "401")))
        return bearer

    with_token(request, call)
    return HttpResponse(str(len(set(asked))))


@private_page()
@signed_in()
def form(request):
    if request.method == "POST":
        return HttpResponse(f"saved for {request.identity.person.name}")
    return JsonResponse(dict(kept_form(request)))


@private_page(methods=frozenset({"POST"}))
@signed_in()
def only_post(request):
    return HttpResponse("done")


@private_page()
@signed_in(recent=IDLE)
def account(request):
    return HttpResponse("account")


@private_page()
@signed_in(fresh=FRESH)
def sensitive(request):
    return HttpResponse("sensitive")


@private_page()
@signed_in()
def left_meanwhile(request):
    request.session["step"] = "x"
    request.shop.sessions.delete(request.session.digest)
    return HttpResponse("never seen")


@private_page()
def devices(request):
    found = sessions_of(request)
    return JsonResponse({"all": [[d.handle, d.device, d.here] for d in found]})


@private_page()
def end_one(request):
    return HttpResponse(str(end_session(request, request.GET["handle"])))


@private_page()
def end_others(request):
    return HttpResponse(str(end_other_sessions(request)))


@public_page()
def public(request):
    return HttpResponse(str(request.identity.signed_in))


VIEWS = (
    *(
        enter,
        enter_gently,
        leave,
        leave_all,
        who,
        guest,
        token,
        renewed,
        backend,
        form,
        only_post,
        account,
        sensitive,
    ),
    *(left_meanwhile, devices, end_one, end_others, public),
)
SIGN_IN = ([path("account/sign-in/", lambda _request: HttpResponse("sign in"), name="start")], "signin")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def twins(settings, clock):
    made = fakes()
    sessions = MemorySessionTable(clock)
    made.people._memory.clock = clock
    made = replace(made, shop=replace(made.shop, clock=clock, sessions=sessions), sessions=sessions)
    made.people.add(ROBIN, PASSWORD, "Robin Byrne", ("shopper",))
    made.people.add(MIKA, PASSWORD, "Mika")
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PUBLIC_ORIGIN = "http://testserver"
    yield made
    made.shop.compose.close()


def new_browser(**headers) -> ShopClient:
    browser = ShopClient(headers=headers)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def browser(twins, settings):
    views = [path(f"{view.__name__}/", view) for view in VIEWS]
    settings.ROOT_URLCONF = urlconf(*views, path("", include(SIGN_IN)))
    return new_browser(user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")


@pytest.fixture
def name(settings) -> str:
    return settings.SESSION_COOKIE_NAME


def asks_to_sign_in(response, back: str, *, again: bool = False) -> bool:
    where = urlsplit(response.get("Location", response.get("HX-Redirect", "")))
    query = parse_qs(where.query)
    expected = {"next": [back]} | ({"again": ["1"]} if again else {})
    return response.status_code in {303, 204} and (where.path, query) == ("/ie/en/account/sign-in/", expected)


# --- Signing in and out -------------------------------------------------------------------------------------


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


def grants(twins, kind):
    return [granted for (kept, _), granted in twins.people._memory._tokens.items() if kept == kind]


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


# --- Time ---------------------------------------------------------------------------------------------------


def test_who_does_nothing_for_half_an_hour_proves_it_again_for_the_account(browser, clock):
    browser.get("/enter/")
    for _ in range(4):
        clock.advance(29 * 60)
        assert browser.get("/account/").content == b"account"
    clock.advance(31 * 60)
    assert asks_to_sign_in(browser.get("/account/"), "/ie/en/account/", again=True)
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


def test_what_is_sensitive_asks_when_they_signed_in_and_not_when_they_were_active(browser, clock):
    browser.get("/enter/")
    assert browser.get("/sensitive/").content == b"sensitive"
    clock.advance(5 * 60 + 1)
    assert asks_to_sign_in(browser.get("/sensitive/"), "/ie/en/sensitive/", again=True)
    browser.get("/enter/")
    assert browser.get("/sensitive/").content == b"sensitive"


def test_after_thirty_days_they_sign_in_however_active_they_were(browser, clock):
    browser.get("/enter/")
    for _ in range(30):
        clock.advance(24 * 3600)
        found = browser.get("/who/").json()["signed_in"]
    assert found is False


@pytest.mark.parametrize("wrong_by", [-600, 600])
def test_a_clock_that_is_ten_minutes_wrong_signs_nobody_out(browser, clock, twins, wrong_by):
    browser.get("/enter/")
    clock.advance(wrong_by)
    assert browser.get("/account/").content == b"account"
    assert browser.get("/who/").json()["signed_in"] is True
    assert browser.get("/token/").status_code == 200
    clock.advance(-wrong_by)
    assert browser.get("/account/").content == b"account"


def test_being_active_is_noted_once_a_minute(browser, clock, twins):
    browser.get("/enter/")
    twins.sessions.calls.clear()
    for _ in range(20):
        browser.get("/who/")
    assert set(twins.sessions.calls) == {"read"}
    clock.advance(61)
    browser.get("/who/")
    assert twins.sessions.calls.count("update") == 1


# --- Tokens -------------------------------------------------------------------------------------------------


def test_a_token_is_renewed_a_minute_before_its_end(browser, clock):
    browser.get("/enter/")
    first = browser.get("/token/").content
    clock.advance(3600 - 61)
    assert browser.get("/token/").content == first
    clock.advance(2)
    assert browser.get("/token/").content != first


@pytest.mark.parametrize("rotates", [False, True])
def test_twenty_requests_with_an_expired_token_renew_it_once(browser, name, clock, twins, rotates):
    twins.people._memory.rotates = rotates
    browser.get("/enter/")
    key = browser.cookies[name].value
    clock.advance(3600 * 2)
    refresh, asked = twins.people.refresh, []

    def slow(**arguments):
        asked.append(arguments)
        time.sleep(0.05)
        return refresh(**arguments)

    twins.people.refresh = slow
    clock.sleep = time.sleep  # waiting is real here; nobody's day goes by

    def ask(_number):
        one = new_browser()
        one.cookies[name] = key
        return one.get("/token/")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(asked) == 1


def test_a_new_refresh_token_is_the_one_that_is_used_next(browser, clock, twins):
    twins.people._memory.rotates = True
    browser.get("/enter/")
    for _ in range(5):
        clock.advance(3600)  # far beyond the minute for which an old one counts
        assert browser.get("/token/").status_code == 200


def test_while_the_provider_is_away_a_token_that_is_still_good_will_do(browser, clock, twins):
    browser.get("/enter/")
    first = browser.get("/token/").content
    twins.people.fail(UpstreamUnavailable("cognito", "refresh", "timeout"), "refresh")
    clock.advance(3600 - 30)
    assert browser.get("/token/").content == first
    clock.advance(31)
    assert browser.get("/token/").status_code == 503
    twins.people.heal()
    assert browser.get("/token/").status_code == 200


def test_when_the_provider_ends_it_the_rest_of_the_session_stays(browser, name, clock, twins):
    browser.get("/guest/")
    browser.get("/enter/")
    twins.people.refuse(RefreshRefused("refresh"), "refresh")
    clock.advance(3600)
    response = browser.post("/token/", {"city": "Galway"})
    assert asks_to_sign_in(response, "/ie/en/token/")
    assert not response.cookies
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (False, "kept")
    twins.people.heal()
    browser.get("/enter/")
    assert len(browser.get("/devices/").json()["all"]) == 1


def test_tokens_that_no_key_opens_any_more_are_a_sign_in_and_no_circle(browser, twins, settings):
    browser.get("/enter/")
    digest = next(key for key, stored in twins.sessions.sessions.items() if "tokens" in stored.data)
    twins.sessions.update(digest, {"tokens": '"s1:lost"'}, ())
    assert asks_to_sign_in(browser.get("/token/"), "/ie/en/token/")
    assert browser.get("/who/").json()["signed_in"] is False


def test_new_tokens_say_new_things_of_the_person(browser, clock, twins):
    browser.get("/enter/")
    twins.people.account(ROBIN).name = "Robin O’Byrne"
    twins.people.account(ROBIN).groups = frozenset()
    assert browser.get("/renewed/").content == b"ok"
    found = browser.get("/who/").json()
    assert (found["name"], found["groups"]) == ("Robin O’Byrne", [])


def test_tokens_of_another_person_end_the_sign_in(browser, clock, twins):
    browser.get("/enter/")
    stranger = twins.people.sign_in(email=MIKA, password=PASSWORD)
    twins.people.refresh = lambda **_: stranger
    clock.advance(3600)
    assert asks_to_sign_in(browser.get("/token/"), "/ie/en/token/")
    assert browser.get("/who/").json()["signed_in"] is False


def test_what_the_backend_finds_too_old_is_renewed_once(browser):
    browser.get("/enter/")
    assert browser.get("/backend/?refusals=0").content == b"1"
    assert browser.get("/backend/?refusals=1").content == b"2"
    assert asks_to_sign_in(browser.get("/backend/?refusals=2"), "/ie/en/backend/?refusals=2", again=True)


def test_what_is_forbidden_is_not_asked_for_twice(browser):
    browser.get("/enter/")
    assert browser.get("/backend/?refusals=1&status=403").status_code == 404


def test_a_guest_has_no_token(browser):
    assert asks_to_sign_in(browser.get("/token/?a=1"), "/ie/en/token/?a=1")


# --- Guards and forms ---------------------------------------------------------------------------------------

TYPED = {"line1": "12 Harbour Street", "postcode": "H91", "password": "x", "code": "1", "card_number": "4"}


def test_a_form_outlives_the_sign_in_without_its_secrets(browser):
    assert asks_to_sign_in(browser.post("/form/", TYPED), "/ie/en/form/")
    browser.get("/enter/")
    assert browser.get("/form/").json() == {"line1": "12 Harbour Street", "postcode": "H91"}
    assert browser.get("/form/").json() == {}


def test_a_hundred_of_a_hundred_forms_come_back(browser, clock):
    returned = 0
    for number in range(100):
        one = new_browser()
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


# --- Other devices ------------------------------------------------------------------------------------------


@pytest.fixture
def phone(browser):
    phone = new_browser(
        user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/605.1"
    )
    phone.get("/de/en/enter/")
    return phone


def test_a_person_sees_their_devices_in_words(browser, phone, clock):
    clock.advance(60)
    browser.get("/enter/")
    found = [(words, here) for _, words, here in browser.get("/devices/").json()["all"]]
    assert found == [("Firefox on Linux, Ireland", True), ("Safari on iPhone, Germany", False)]


def test_another_device_can_be_signed_out_at_once_and_for_good(browser, phone, twins):
    browser.get("/enter/")
    handle = next(h for h, _, here in browser.get("/devices/").json()["all"] if not here)
    assert browser.get(f"/end_one/?handle={handle}").content == b"True"
    assert phone.get("/who/").json()["signed_in"] is False
    assert sum(not granted.sign_in.over for granted in grants(twins, "refresh")) == 1
    assert browser.get(f"/end_one/?handle={handle}").content == b"False"


def test_one_does_not_end_oneself_or_a_stranger_by_a_handle(browser, phone):
    browser.get(f"/enter/?email={MIKA}")
    (mine,) = browser.get("/devices/").json()["all"]
    (theirs,) = phone.get("/devices/").json()["all"]
    for handle in (mine[0], theirs[0], "nonsense"):
        assert browser.get("/end_one/", {"handle": handle}).content == b"False"
    assert phone.get("/who/").json()["signed_in"] is True
    assert browser.get("/who/").json()["signed_in"] is True


def test_all_others_can_be_ended_together(browser, phone, twins):
    browser.get("/enter/")
    assert browser.get("/end_others/").content == b"1"
    assert phone.get("/who/").json()["signed_in"] is False
    assert browser.get("/who/").json()["signed_in"] is True
    assert sum(not granted.sign_in.over for granted in grants(twins, "refresh")) == 1


def test_signing_out_everywhere_ends_this_one_too(browser, phone, twins):
    browser.get("/enter/")
    assert browser.get("/leave_all/")["Clear-Site-Data"]
    assert phone.get("/who/").json()["signed_in"] is False
    assert browser.get("/who/").json()["signed_in"] is False
    assert all(granted.sign_in.over for granted in grants(twins, "refresh"))


def test_it_ends_them_here_also_while_the_provider_is_away(browser, phone, twins):
    browser.get("/enter/")
    twins.people.fail(UpstreamUnavailable("cognito", "sign_out", "timeout"))
    assert browser.get("/leave_all/").status_code == 200
    assert phone.get("/who/").json()["signed_in"] is False


def test_a_helper_signs_the_test_browser_in(browser, twins):
    sign_in_browser(browser, twins)
    assert browser.get("/who/").json()["name"] == "Robin Byrne"
    assert browser.get("/token/").content == b"access-token-of-robin"
    assert len(browser.get("/devices/").json()["all"]) == 1
