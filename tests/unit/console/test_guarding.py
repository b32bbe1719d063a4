"""The console is there for staff, and for nobody else."""

import pytest

from storefront.console import urls
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, text_of
from tests.unit.console.conftest import session_of, staff

PATHS = ["/console/", "/console/purge/", "/console/explain/"]
FORMS = ["/console/purge/"]


def test_every_route_is_private_and_listed_here() -> None:
    assert [f"/console/{route.pattern}" for route in urls.urlpatterns] == PATHS
    assert not [route for route in urls.urlpatterns if route.callback.policy.public]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("groups", [("merchandiser",), ("ops",), ("shopper", "ops")])
def test_staff_get_in(twins, shelf, path, groups):
    response = staff(twins, groups=groups).get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert 'lang="en-IE"' in text_of(response)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("groups", [None, (), ("shopper",), ("merchandisers",), ("Ops",)])
def test_for_everybody_else_there_is_no_such_page(twins, shelf, path, groups):
    client = ShopClient() if groups is None else staff(twins, groups=groups)
    for response in (client.get(path), client.get(f"{path}?what=rug&address=/ie/en/")):
        assert response.status_code == 404
        assert response["Cache-Control"] == NO_STORE
        assert "Console" not in text_of(response)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("groups", [None, ("shopper",)])
def test_nothing_is_done_for_anybody_else(twins, shelf, path, groups):
    client = ShopClient() if groups is None else staff(twins, groups=groups)
    assert client.post(path, {"what": "meadow-cushion"}).status_code == 404
    assert shelf.purged == []


@pytest.mark.parametrize("path", PATHS)
def test_in_a_region_there_is_none(mika, path):
    assert mika.get(f"/ie/en{path}").status_code == 404


def test_it_is_found_without_its_last_slash(mika):
    response = mika.get("/console")
    assert response.status_code == 301
    assert response["Location"] == "/console/"


@pytest.mark.parametrize("path", PATHS)
def test_after_half_an_hour_of_silence_staff_prove_again_who_they_are(twins, shelf, path):
    response = staff(twins, ago=31 * 60).get(path)
    assert response.status_code == 303
    assert "again=1" in response["Location"]
    assert f"next={path.replace('/', '%2F')}" in response["Location"]


def test_a_change_wants_a_sign_in_of_the_last_quarter_of_an_hour(twins, shelf):
    client = staff(twins, ago=20 * 60)
    assert client.get("/console/purge/?what=meadow-cushion").status_code == 200
    response = client.post("/console/purge/", {"what": "meadow-cushion"})
    assert response.status_code == 303
    assert "again=1" in response["Location"]
    assert shelf.purged == []
    again = client.get("/console/purge/")
    assert 'value="meadow-cushion"' in text_of(again)


@pytest.mark.parametrize("path", PATHS)
def test_while_sessions_are_away_nobody_is_let_in(twins, mika, path):
    twins.sessions.down = True
    assert mika.get(path).status_code == 503


def test_groups_are_as_new_as_the_token(twins, shelf):
    """Who is taken out of the group is out when their token is renewed, on the console's own pages."""
    account = twins.people.add("mika@example.com", "a few words in a row", "Mika", ("shopper",))
    tokens = twins.people.sign_in(email="mika@example.com", password="a few words in a row")
    client = staff(twins)
    session = session_of(client, twins)
    session["auth"] = {**session["auth"], "sub": account.sub}
    session["tokens"] = {"access": tokens.access, "refresh": tokens.refresh, "until": 1}
    session.save()
    assert client.get("/console/").status_code == 404
