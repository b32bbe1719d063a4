"""Every page of the account: private, for its owner alone, and an answer whatever is away."""

import pytest
from django.urls import URLPattern

from storefront.account import urls
from tests.unit.account.member import main_of, signed_in
from tests.unit.cart.shopper import NO_STORE, text_of

OPEN = {"deleted"}
ROUTES = [route for route in urls.urlpatterns if isinstance(route, URLPattern) and route.name not in OPEN]
IDS = {"address_id": "adr_00000001", "passkey_id": "some", "handle": "0" * 16}


def path_of(route: URLPattern) -> str:
    path = str(route.pattern)
    for name, value in IDS.items():
        path = path.replace(f"<str:{name}>", value)
    return path


def methods_of(route: URLPattern) -> frozenset[str]:
    return route.callback.policy.methods


LOOKED_AT = [path_of(route) for route in ROUTES if "GET" in methods_of(route)]
PRESSED = [path_of(route) for route in ROUTES if "POST" in methods_of(route)]


def test_every_route_is_private() -> None:
    assert not [route for route in urls.urlpatterns if route.callback.policy.public]
    assert len(LOOKED_AT) > 10
    assert len(PRESSED) > 10


@pytest.mark.parametrize("path", LOOKED_AT)
def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(client, twins, path):
    response = client.get(f"/account/{path}")
    assert response.status_code == 303
    assert response["Location"].startswith("/ie/en/account/sign-in/?next=%2Fie%2Fen%2Faccount%2F")
    assert response["Cache-Control"] == NO_STORE


@pytest.mark.parametrize("path", PRESSED)
def test_nothing_is_done_for_whoever_is_not_signed_in(client, twins, path):
    response = client.post(f"/account/{path}", {"name": "Nobody", "sure": "yes"})
    assert response.status_code == 303
    assert "/account/sign-in/" in response["Location"]
    for twin in (twins.customers, twins.orders, twins.reviews, twins.lists, twins.people):
        assert twin.calls == []


@pytest.mark.parametrize("path", sorted(set(LOOKED_AT + PRESSED)))
def test_after_half_an_hour_of_silence_one_proves_again_who_one_is(client, twins, path):
    robin = signed_in(client, twins, ago=31 * 60)
    response = robin.look(path) if path in LOOKED_AT else robin.send(path)
    assert response.status_code == 303
    assert "again=1" in response["Location"]


@pytest.mark.parametrize("path", LOOKED_AT)
def test_whatever_is_away_there_is_a_page_with_its_menu(robin, path):
    robin.everything_down()
    response = robin.look(path)
    assert response.status_code in {200, 503}
    assert response["Cache-Control"] == NO_STORE
    assert "Traceback" not in text_of(response)
    assert 'href="/ie/en/account/orders/"' in main_of(response)


@pytest.mark.parametrize("path", PRESSED)
def test_whatever_is_away_a_press_has_an_answer(robin, path):
    robin.everything_down()
    response = robin.send(path, {"sure": "yes", "name": "Robin", "action": "begin"})
    assert response.status_code in {200, 303, 404, 422, 429, 503}


@pytest.mark.parametrize("path", LOOKED_AT)
def test_while_the_table_is_away_nobody_is_signed_out(robin, settings, path):
    robin.twins.sessions.down = True
    response = robin.look(path)
    assert response.status_code == 503
    assert settings.SESSION_COOKIE_NAME not in response.cookies


@pytest.mark.parametrize("path", sorted(set(LOOKED_AT + PRESSED)))
def test_other_methods_are_refused(robin, path):
    wrong = [m for m in ("put", "delete", "patch") if m] + ([] if path in LOOKED_AT else ["get"])
    for method in wrong:
        assert getattr(robin.client, method)(f"/account/{path}").status_code == 405


@pytest.mark.parametrize("path", LOOKED_AT)
def test_search_engines_keep_none_of_it_and_no_token_is_in_it(robin, path):
    response = robin.look(path)
    assert b'content="noindex"' in response.content
    for token in (robin.token, robin.session()["tokens"]["refresh"]):
        assert token not in text_of(response)


def test_a_token_that_a_service_does_not_take_is_renewed_once(robin):
    robin.twins.customers._customers.pop(robin.token)
    response = robin.look("profile/")
    assert response.status_code == 303
    assert "again=1" in response["Location"]
    assert robin.twins.people.calls.count("refresh") == 1


def test_the_overview_asks_for_a_sign_in_too_where_its_token_does_not_count(robin):
    robin.twins.customers._customers.pop(robin.token)
    response = robin.look("")
    assert response.status_code == 303
    assert "again=1" in response["Location"]


def test_a_token_that_has_run_out_while_the_provider_is_away_costs_the_news_alone(client, twins):
    robin = signed_in(client, twins)
    robin.keeps()
    robin.look("addresses/")
    session = robin.session()
    session["tokens"] = {**session["tokens"], "until": 1}
    session.save()
    robin.everything_down()
    response = robin.look("addresses/")
    assert response.status_code == 200
    assert "12 Harbour Street" in main_of(response)
    assert "This is how it was on" in main_of(response)


def test_what_was_typed_survives_the_sign_in(client, twins):
    robin = signed_in(client, twins, ago=31 * 60)
    typed = {"name": "Robin Typed", "phone": "+353 91 000000", "version": "1"}
    assert robin.send("profile/", typed).status_code == 303
    robin.proves()
    response = robin.look("profile/")
    assert 'value="Robin Typed"' in text_of(response)
    assert "What you typed is still here." in text_of(response)
    assert twins.customers.get_me(token=robin.token).name == "Robin Byrne"
    assert 'value="Robin Typed"' not in text_of(robin.look("profile/"))


@pytest.mark.parametrize("path", PRESSED)
def test_who_signed_out_in_another_tab_is_asked_to_sign_in(robin, path):
    assert robin.send("sign-out/").status_code in {200, 303}
    response = robin.send(path, {"name": "Robin Late", "sure": "yes"})
    assert response.status_code == 303
    assert "/account/sign-in/" in response["Location"]
    assert robin.account.name == "Robin Byrne"
    assert robin.twins.customers.deleted == set()


def test_the_last_page_needs_nobody(client, twins):
    response = client.get("/account/deleted/")
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
