"""A sign-in under way while all others are ended: it never ends up beside them, signed in and on no list."""

from storefront.core import Reason, UpstreamUnavailable
from tests.unit.web.identity.views import MIKA, grants, new_browser


def signed_in_rows(twins) -> int:
    return sum("auth" in stored.data for stored in twins.sessions.sessions.values())


def just_before_its_row_is_written(twins, do) -> None:
    """Have `do` happen between a sign-in being listed and its row being there."""
    create = twins.sessions.create

    def creating(digest, data, **more):
        if "auth" in data:
            twins.sessions.create = create
            do()
        return create(digest, data, **more)

    twins.sessions.create = creating


def test_a_sign_in_that_others_end_halfway_is_none(browser, name, twins):
    owner = new_browser()
    owner.get("/enter/")
    before = browser.get("/guest/").cookies[name].value
    just_before_its_row_is_written(twins, lambda: owner.get("/end_others/"))
    assert browser.get("/enter/").status_code == 500  # what the page of the sign-in makes of it is its own
    assert signed_in_rows(twins) == 1
    assert len(owner.get("/devices/").json()["all"]) == 1
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (False, "kept")
    assert browser.cookies[name].value == before
    assert sum(not granted.sign_in.over for granted in grants(twins, "refresh")) == 1


def test_so_is_one_that_is_proven_anew(browser, twins):
    owner = new_browser()
    for one in (owner, browser):
        one.get("/enter/")
    just_before_its_row_is_written(twins, lambda: owner.get("/end_others/"))
    browser.get("/enter/")
    assert signed_in_rows(twins) == 1
    assert browser.get("/who/").json()["signed_in"] is False
    assert owner.get("/who/").json()["signed_in"] is True


def test_one_that_is_ended_by_signing_out_everywhere_is_none_either(browser, twins):
    owner = new_browser()
    owner.get("/enter/")
    just_before_its_row_is_written(twins, lambda: owner.get("/leave_all/"))
    browser.get("/enter/")
    assert signed_in_rows(twins) == 0


def test_those_who_sign_in_afterwards_stay(browser, twins):
    owner = new_browser()
    owner.get("/enter/")
    owner.get("/end_others/")
    assert browser.get("/enter/").status_code == 200  # in the same second
    assert signed_in_rows(twins) == 2


def test_while_the_list_can_not_be_read_again_nobody_is_signed_in(browser, name, twins):
    before = browser.get("/guest/").cookies[name].value
    read, asked = twins.sessions.read, []

    def reading(digest):
        asked.append(digest)
        if digest.startswith("o_") and sum(one == digest for one in asked) > 1:
            raise UpstreamUnavailable("dynamodb", "read", Reason.TIMEOUT)
        return read(digest)

    twins.sessions.read = reading
    response = browser.get("/enter/")
    twins.sessions.read = read
    assert (response.status_code, dict(response.cookies)) == (503, {})
    assert signed_in_rows(twins) == 0
    assert browser.get("/who/").json()["guest"] == "kept"
    assert browser.cookies[name].value == before


def test_a_sign_in_whose_answer_is_an_error_hands_out_no_key(browser, name, twins):
    """Something goes wrong after the sign-in: the page says that it failed, so it has to have failed."""
    browser.get("/guest/")
    before = browser.cookies[name].value
    response = browser.get("/enter_and_fail/")
    assert response.status_code == 503
    assert name not in response.cookies
    assert signed_in_rows(twins) == 0
    assert all(granted.sign_in.over for granted in grants(twins, "refresh"))
    assert browser.cookies[name].value == before
    assert browser.get("/who/").json()["signed_in"] is False


def test_nor_does_one_whose_page_can_not_be_saved(browser, name, twins):
    response = browser.get("/enter_and_lose/")
    assert response.status_code == 503
    assert name not in response.cookies
    twins.sessions.down = False
    assert all(granted.sign_in.over for granted in grants(twins, "refresh"))
    assert browser.get("/who/").json()["signed_in"] is False


def test_what_another_request_writes_at_a_sign_in_may_be_lost_and_the_sign_in_is_not(browser, name, twins):
    browser.get("/guest/")
    update, delete = twins.sessions.update, twins.sessions.delete

    def failing(*_given, **_more):
        raise UpstreamUnavailable("dynamodb", "update", Reason.TIMEOUT)

    def meanwhile(digest):
        if digest in twins.sessions.sessions and "guest" in twins.sessions.sessions[digest].data:
            update(digest, {"other": '"theirs"'}, ())
            twins.sessions.update = failing
        return delete(digest)

    twins.sessions.delete = meanwhile
    response = browser.get("/enter/")
    twins.sessions.update, twins.sessions.delete = update, delete
    assert response.status_code == 200
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (True, "kept")
    assert len(browser.get("/devices/").json()["all"]) == 1


def test_somebody_else_gets_a_browser_that_has_forgotten_carts_and_orders(browser, twins, settings):
    browser.get("/enter/")
    browser.cookies[settings.ORDER_COOKIE_NAME] = "orders of robin"
    browser.cookies["c-eu"] = "cart of robin"
    response = browser.get(f"/enter_for_good/?email={MIKA}")
    assert response.content == b"nothing"  # that the rest of this request could find
    gone = {cookie for cookie, morsel in response.cookies.items() if morsel["max-age"] == 0}
    assert gone >= {"c-eu", "c-us", settings.ORDER_COOKIE_NAME}
    assert response["Clear-Site-Data"] == '"cache", "storage"'


def test_the_same_person_keeps_them(browser, twins, settings):
    browser.get("/enter/")
    browser.cookies[settings.ORDER_COOKIE_NAME] = "orders of robin"
    response = browser.get("/enter_for_good/")
    assert response.content == settings.ORDER_COOKIE_NAME.encode()
    assert settings.ORDER_COOKIE_NAME not in response.cookies
    assert "Clear-Site-Data" not in response
