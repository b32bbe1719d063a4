"""Other devices: seen in words, ended one by one, all others, or everywhere."""

import pytest

from storefront.core import UpstreamUnavailable
from tests.unit.web.identity.views import MIKA, grants, new_browser


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
    assert found == [("Firefox on Linux", True), ("Safari on iPhone", False)]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"),
        ("curl/8", "An unknown browser"),
    ],
)
def test_a_browser_is_told_by_what_it_says_of_itself(browser, agent, words):
    other = new_browser(user_agent=agent)
    other.get("/enter/")
    assert [device for _, device, _ in other.get("/devices/").json()["all"]] == [words]


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
