"""Two people at one browser: a form that one of them left open does nothing in the name of the other."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.unit.account.member import HOME, PASSWORD, Member, hidden, main_of
from tests.unit.account.test_guarding import LOOKED_AT, PRESSED
from tests.unit.cart.shopper import NO_STORE, Shopper, text_of
from tests.unit.web.shops import sign_in_browser

TEMPLATES = Path(__file__).parents[3] / "templates"
ADDRESS = {"name": "Robin Byrne", "line1": "12 Harbour Street", "city": "Galway", "postcode": "H91 X2Y3"}
# A form that anybody may send who sits there: it ends the session of whoever is signed in.
ANYBODYS = ("signin:out",)
_FORM = re.compile(r'<form\b(?:[^>]|(?<=-%)>)*method="post".*?</form>', re.DOTALL)


def unstamped(source: str) -> list[str]:
    """The forms of a template that do not say whose they are."""
    found = [form for form in _FORM.findall(source) if not any(name in form for name in ANYBODYS)]
    return [form for form in found if "{{ person_input }}" not in form]


@pytest.fixture
def shared(robin: Member, mika: Member) -> Member:
    """Robin's browser, in which Mika has signed in since; Mika's account."""
    sign_in_browser(
        robin.client,
        robin.twins,
        sub="mika-0001",
        token=mika.token,
        email="mika@example.com",
        name="Mika Adler",
    )
    return Member(robin.client, robin.twins, mika.account, mika.token)


def stamp_of(member: Member) -> str:
    return hidden(member.look("profile/"), "person")


# --- the forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *sorted(f"account/{one.name}" for one in (TEMPLATES / "account").glob("*.html")),
        *sorted(f"checkout/{one.name}" for one in (TEMPLATES / "checkout").glob("*.html")),
        "orders/confirmation.html",
        "reviews/write.html",
    ],
)
def test_every_form_that_acts_on_an_account_says_whose_it_is(path):
    assert unstamped((TEMPLATES / path).read_text()) == []


def test_a_form_that_does_not_would_be_found():
    assert len(unstamped('<form id="x" method="post" {{ more }}>{{ csrf_input }}</form>')) == 1
    assert unstamped('<form method="post">{{ csrf_input }}{{ person_input }}</form>') == []
    account = "".join(one.read_text() for one in (TEMPLATES / "account").glob("*.html"))
    assert len(_FORM.findall(account)) == account.count('method="post"') > 15


@pytest.mark.parametrize("path", LOOKED_AT)
def test_every_form_of_a_page_carries_the_stamp(robin, path):
    robin.keeps()
    robin.buys()
    stamp = stamp_of(robin)
    forms = re.findall(r'<form\b[^>]*method="post".*?</form>', main_of(robin.look(path)), re.DOTALL)
    for form in forms:
        assert "/account/sign-out/" in form or f'name="person" value="{stamp}"' in form


# --- somebody else ----------------------------------------------------------------------------------------


def test_an_address_does_not_get_into_the_book_of_whoever_has_signed_in_since(client, twins, robin, mika):
    form = {**ADDRESS, "country": "IE", "person": hidden(robin.look("addresses/new/"), "person")}
    sign_in_browser(robin.client, twins, sub="mika-0001", token=mika.token, email="mika@example.com")
    response = robin.send("addresses/new/", form)
    assert response.status_code == 409
    assert response["Cache-Control"] == NO_STORE
    page = unescape(text_of(response))
    assert "Somebody else is signed in now" in page
    assert "So nothing was done." in page
    assert 'href="/ie/en/account/"' in page
    for told in ("Robin", "robin@", "Harbour", "Mika", "mika@"):
        assert told not in page
    assert mika.book == robin.book == ()


@pytest.mark.parametrize("path", PRESSED)
def test_no_form_of_the_account_acts_for_somebody_else(robin, mika, path):
    stamp = stamp_of(robin)
    for one in (robin.twins.customers, robin.twins.orders, robin.twins.people, robin.twins.lists):
        one.calls.clear()
    sign_in_browser(robin.client, robin.twins, sub="mika-0001", token=mika.token)
    sent = {"person": stamp, "sure": "yes", "action": "begin", "old": PASSWORD, "new": "quite another row"}
    response = robin.send(path, {**sent, "email": "new@example.com", "name": "Robin"})
    assert response.status_code == 409
    for one in (robin.twins.customers, robin.twins.orders, robin.twins.people, robin.twins.lists):
        assert one.calls == []


def test_a_script_is_told_in_a_sentence(shared, robin):
    kept = shared.keeps(HOME)
    response = shared.send(
        f"addresses/{kept.id}/remove/", {"person": "0" * 32}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 409
    assert text_of(response).startswith('<p class="notice notice--error" role="alert" data-status="409">')
    assert len(shared.book) == 1


def test_it_is_told_before_anybody_is_asked_to_sign_in_again(client, twins, robin, mika):
    """Mika has been idle: Robin's form must not be kept for after the sign-in of Mika."""
    stamp = stamp_of(robin)
    sign_in_browser(client, twins, sub="mika-0001", token=mika.token, ago=31 * 60)
    assert robin.send("profile/", {"person": stamp, "name": "Robin Typed"}).status_code == 409


@pytest.mark.parametrize("odd", ["x", "0" * 32, "ä" * 40, "0" * 5000])
def test_a_stamp_that_is_none_is_nobodys(robin, odd):
    assert robin.send("profile/", {"name": "Robin", "person": odd}).status_code == 409


def test_the_address_book_of_checkout_is_guarded_as_well(client, twins, robin, mika):
    stamp = stamp_of(robin)
    sign_in_browser(client, twins, sub="mika-0001", token=mika.token)
    assert client.post("/checkout/delivery/", {"person": stamp, "keep": "yes"}).status_code == 409


@pytest.mark.parametrize("step", ["contact", "delivery", "payment", "place"])
def test_no_step_of_checkout_acts_for_somebody_else(client, twins, robin, mika, step):
    stamp = stamp_of(robin)
    shopper = Shopper(client, twins)
    shopper.to_review()
    page = text_of(client.get(f"/checkout/{'review' if step == 'place' else step}/"))
    assert f'name="person" value="{stamp}"' in page
    sign_in_browser(client, twins, sub="mika-0001", token=mika.token)
    twins.orders.calls.clear()
    assert client.post(f"/checkout/{step}/", {"person": stamp}).status_code == 409
    assert twins.orders.calls == []


# --- the same person --------------------------------------------------------------------------------------


def test_the_form_of_somebody_who_has_signed_in_again_is_taken(robin):
    form = {"name": "Robin B.", "phone": "", "version": "1", "person": stamp_of(robin)}
    sign_in_browser(robin.client, robin.twins, sub=robin.account.sub, token=robin.token)
    assert robin.send("profile/", form).status_code == 303
    assert robin.twins.customers.get_me(token=robin.token).name == "Robin B."


def test_what_was_typed_survives_the_sign_in_of_the_one_who_typed_it(robin):
    form = {"name": "Robin Typed", "phone": "", "version": "1", "person": stamp_of(robin)}
    session = robin.session()
    session["active"] = session["auth"]["at"] - 3600
    session["auth"] = {**session["auth"], "at": session["auth"]["at"] - 3600}
    session.save()
    assert robin.send("profile/", form).status_code == 303
    robin.proves()
    assert 'value="Robin Typed"' in text_of(robin.look("profile/"))


def test_what_one_has_typed_is_not_shown_to_the_other(robin, mika):
    """The session outlives Robin's sign-in (the provider ended it); Mika signs in in it."""
    stamp = stamp_of(robin)
    session = robin.session()
    auth, tokens = session["auth"], session["tokens"]
    del session["auth"], session["tokens"]
    session.save()
    assert robin.send("profile/", {"name": "Robin Typed", "person": stamp}).status_code == 303
    session = robin.session()
    session["auth"] = {**auth, "sub": mika.account.sub, "email": "mika@example.com"}
    session["tokens"] = {**tokens, "access": mika.token}
    session.save()
    page = text_of(robin.look("profile/"))
    assert "Robin Typed" not in page
    assert "What you typed is still here." not in page


def test_a_form_of_a_page_that_an_earlier_release_made_is_taken(robin):
    assert robin.send("profile/", {"name": "Robin B.", "phone": "", "version": "1"}).status_code == 303


def test_a_stamp_without_anybody_signed_in_asks_for_a_sign_in(robin):
    stamp = stamp_of(robin)
    robin.send("sign-out/")
    response = robin.send("profile/", {"name": "Robin", "person": stamp})
    assert response.status_code == 303
    assert "/account/sign-in/" in response["Location"]


# --- the stamp --------------------------------------------------------------------------------------------


def test_the_stamp_tells_people_apart_and_nothing_else(robin, mika, settings):
    one, other = stamp_of(robin), stamp_of(mika)
    assert one != other
    assert re.fullmatch(r"[0-9a-f]{32}", one)
    assert robin.account.sub not in text_of(robin.look("profile/"))
    settings.SECRET_KEY = "another key of the shop, as long as it needs to be"
    assert stamp_of(robin) != one  # who knows an id cannot make its stamp


def test_a_form_outlives_a_change_of_the_key(robin, settings):
    form = {"name": "Robin B.", "phone": "", "version": "1", "person": stamp_of(robin)}
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key of the shop, as long as it needs to be"
    assert robin.send("profile/", form).status_code == 409
    settings.SECRET_KEY_FALLBACKS = [before]
    assert robin.send("profile/", form).status_code == 303
