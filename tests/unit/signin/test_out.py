"""Signing out: by a button, here and at once; an address alone does nothing."""

from tests.paths import ShopClient
from tests.unit.cart.shopper import text_of, title_of
from tests.unit.signin.visitor import CALLED, HOME, Visitor, leads_to

OUT = "/account/sign-out/"


def test_the_button_signs_out(visitor):
    visitor.sign_in()
    page = text_of(visitor.get(OUT))
    assert f'action="{HOME}{OUT}"' in page
    assert visitor.name == CALLED
    answer = visitor.post(OUT)
    assert leads_to(answer) == f"{HOME}{OUT}"
    assert "Clear-Site-Data" in answer
    assert visitor.name == ""
    assert "You are signed out." in text_of(visitor.get(OUT))
    assert title_of(visitor.get(OUT)).startswith("Signed out")
    assert "revoke" in visitor.twins.people.calls


def test_the_cookie_that_was_signed_in_is_worth_nothing_afterwards(visitor, twins, settings):
    visitor.sign_in()
    kept = visitor.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.post(OUT)
    thief = ShopClient()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert Visitor(thief, twins).name == ""


def test_twice_is_fine(visitor):
    visitor.sign_in()
    assert visitor.post(OUT).status_code == 303
    assert visitor.post(OUT).status_code == 303


def test_who_is_not_in_can_go_out_too(visitor):
    assert leads_to(visitor.post(OUT)) == f"{HOME}{OUT}"
    page = text_of(visitor.get(OUT))
    assert "You are signed out." in page
    # On with shopping first, back in second.
    assert 0 < page.index("Continue shopping") < page.index(f'href="{HOME}/account/sign-in/"')
