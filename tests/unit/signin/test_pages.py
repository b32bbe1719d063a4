"""Every page of signing in is whole: valid, named, usable without a pointer or a screen, everywhere."""

from collections import Counter
from dataclasses import replace

import html5lib
import pytest
from django.http import HttpResponse

from storefront.identity.hosted import HostedPages
from storefront.identity.pool import PoolSettings
from tests.unit.cart.shopper import text_of
from tests.unit.signin.visitor import EMAIL, OTHER_PASSWORD, PASSWORD, Visitor

CODE, NEW, SET_UP = (f"/account/sign-in/{step}/" for step in ("code", "new-password", "set-up"))
OPEN = ("/account/sign-in/", "/account/sign-up/", "/account/confirm/", "/account/forgot/", "/account/reset/")
POOL = PoolSettings("eu-west-1_Pool9name", "c", "", "")
REGIONS = ("/ie/en", "/de/de", "/us/ar")


def at_code(visitor: Visitor, region: str) -> str:
    visitor.twins.people.account(EMAIL).totp = "JBSWY3DPEHPK3PXP"
    return CODE


def at_new_password(visitor: Visitor, region: str) -> str:
    visitor.twins.people.account(EMAIL).must_change = True
    return NEW


def at_set_up(visitor: Visitor, region: str) -> str:
    visitor.twins.people.account(EMAIL).must_set_up_totp = True
    return SET_UP


def whole(answer: HttpResponse) -> None:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(answer.content.decode())
    every = list(tree.iter())
    ids = Counter(one.get("id") for one in every if one.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert len([one for one in every if one.tag == "h1"]) == 1
    labelled = {one.get("for") for one in every if one.tag == "label"}
    for control in every:
        if control.tag == "input" and control.get("type") != "hidden":
            assert control.get("id") in labelled
        if control.tag == "form":
            assert control.get("method") == "post"
        for name in (control.get("aria-describedby") or "").split():
            assert name in ids


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("path", [*OPEN, "/account/sign-out/"])
def test_a_page_is_whole_before_and_after_it_was_sent(visitor, region, path):
    whole(visitor.get(region + path))
    if path != "/account/sign-out/":
        wrong = visitor.post(region + path)
        assert wrong.status_code == 422
        whole(wrong)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("step", [at_code, at_new_password, at_set_up])
def test_a_step_is_whole_before_and_after_it_was_sent(visitor, region, step):
    path = region + step(visitor, region)
    answer = visitor.post(f"{region}/account/sign-in/", email=EMAIL, password=PASSWORD)
    assert answer["Location"] == path
    for page in (visitor.get(path), visitor.post(path)):
        whole(page)


@pytest.mark.parametrize("path", OPEN)
def test_a_page_that_was_sent_wrongly_puts_the_focus_on_what_is_wrong(visitor, path):
    page = text_of(visitor.post(path))
    assert '<div class="error-summary" role="alert" tabindex="-1" autofocus>' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize("path", OPEN)
def test_nobody_is_asked_a_puzzle_and_nothing_stops_pasting(visitor, path):
    page = text_of(visitor.get(path)).lower()
    assert "onpaste" not in page
    assert 'autocomplete="off"' not in page
    assert "captcha" not in page


def test_the_password_can_be_looked_at_where_scripts_run(visitor):
    page = text_of(visitor.get("/account/sign-up/"))
    button = page[page.index('id="password-show"') - 100 :].partition("</button>")[0]
    assert 'type="button"' in button
    assert "hidden" in button
    assert 'aria-controls="password"' in button
    assert 'data-behaviour="reveal"' in button


def test_forms_too_large_are_refused_before_anybody_is_asked(visitor):
    answer = visitor.post("/account/sign-in/", email=EMAIL, password=OTHER_PASSWORD * 4000)
    assert answer.status_code == 413
    assert visitor.twins.people.calls == []


@pytest.mark.parametrize("path", ["/account/confirm/", "/account/reset/"])
@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_who_waits_for_a_mail_is_told_where_else_to_look(visitor, path, email):
    visitor.post("/account/forgot/", email=email)
    assert "Please look in your spam folder as well." in text_of(visitor.get(path))


@pytest.mark.parametrize("region", REGIONS)
def test_the_way_out_through_the_pools_pages_is_whole(visitor, twins, settings, region):
    pages = HostedPages("https://login.example", POOL, None, None, None)
    shop = replace(twins.shop, hosted=pages)
    settings.SHOP_FACTORY = lambda: shop
    session = visitor.client.session
    session["hosted"] = True
    session.save()
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    answer = visitor.get(f"{region}/account/sign-out/")
    whole(answer)
    assert "https://login.example/logout?client_id=c" in text_of(answer)
