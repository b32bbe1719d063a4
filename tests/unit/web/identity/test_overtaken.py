"""A sign-in under way while all others are ended: it never ends up beside them, signed in and on no list."""

import pytest

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
    assert response.cookies[name].value != before
    assert signed_in_rows(twins) == 0
    assert all(granted.sign_in.over for granted in grants(twins, "refresh"))
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (False, "kept")


def test_what_was_there_before_is_there_also_where_somebody_was_to_prove_it_anew(browser, name, twins):
    browser.get("/enter/")
    browser.get("/guest/")
    assert browser.get("/enter_and_fail/").status_code == 503
    assert signed_in_rows(twins) == 0
    found = browser.get("/who/").json()
    assert (found["signed_in"], found["guest"]) == (False, "kept")
    assert browser.get("/enter/").status_code == 200
    assert len(browser.get("/devices/").json()["all"]) == 1


def test_where_nothing_was_there_no_key_is_handed_out_at_all(browser, name, twins):
    response = browser.get("/enter_and_fail/")
    assert (response.status_code, name in response.cookies) == (503, False)
    assert signed_in_rows(twins) == 0


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


def test_and_keeps_the_cart_that_the_sign_in_opened(browser):
    browser.get(f"/enter/?email={MIKA}")
    assert browser.get("/enter_with_a_cart/").cookies["c-eu"].value == "theirs"


def test_also_when_the_sign_in_failed_between_the_one_and_the_other(browser, twins, settings):
    """Mika's session ends, Robin's can't begin: it is the second try that succeeds."""
    browser.get(f"/enter/?email={MIKA}")
    browser.cookies[settings.ORDER_COOKIE_NAME] = "orders of mika"
    browser.cookies["c-eu"] = "cart of mika"
    create = twins.sessions.create

    def failing(digest, data, **more):
        if "auth" in data:
            raise UpstreamUnavailable("dynamodb", "create", Reason.TIMEOUT)
        return create(digest, data, **more)

    twins.sessions.create = failing
    failed = browser.get("/enter_for_good/")
    twins.sessions.create = create
    assert failed.status_code == 503
    gone = {cookie for cookie, morsel in failed.cookies.items() if morsel["max-age"] == 0}
    assert gone >= {"c-eu", "c-us", settings.ORDER_COOKIE_NAME}
    assert failed["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/enter_for_good/").status_code == 200
    assert browser.get("/who/").json()["name"] == "Robin Byrne"


@pytest.mark.parametrize("way", ["leave_and_note", "leave_all_and_note"])
def test_and_when_the_answer_that_said_so_was_replaced(browser, twins, settings, way):
    """Somebody signs out; that the pool's own pages come next can't be kept, and the answer is a failure."""
    browser.get("/enter/")
    browser.get("/by_hosted/")
    browser.get("/end_others/")  # so that the address has its item already
    create = twins.sessions.create

    def failing(*_given, **_more):
        raise UpstreamUnavailable("dynamodb", "create", Reason.TIMEOUT)

    twins.sessions.create = failing
    response = browser.get(f"/{way}/")
    twins.sessions.create = create
    assert response.status_code == 503
    assert response.cookies[settings.ORDER_COOKIE_NAME]["max-age"] == 0
    assert browser.get("/who/").json()["signed_in"] is False


def test_the_same_person_keeps_them(browser, twins, settings):
    browser.get("/enter/")
    browser.cookies[settings.ORDER_COOKIE_NAME] = "orders of robin"
    response = browser.get("/enter_for_good/")
    assert response.content == settings.ORDER_COOKIE_NAME.encode()
    assert settings.ORDER_COOKIE_NAME not in response.cookies
    assert "Clear-Site-Data" not in response
