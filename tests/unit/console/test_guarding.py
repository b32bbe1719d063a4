"""The console is there for staff, and for nobody else."""

import pytest

from storefront.console import urls
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, text_of
from tests.unit.console.conftest import session_of, staff

FLAGS = "/console/flags/"
PATHS = [
    "/console/",
    "/console/purge/",
    "/console/explain/",
    FLAGS,
    f"{FLAGS}audit/",
    f"{FLAGS}proposals/",
    f"{FLAGS}why/",
    f"{FLAGS}export/",
    f"{FLAGS}segments/",
    f"{FLAGS}f/theme/",
    "/console/experiments/",
    "/console/experiments/delivery-note/",
]
EDITORS_PATHS = [
    f"{FLAGS}preview/",
    f"{FLAGS}import/",
    f"{FLAGS}segments/new/",
    f"{FLAGS}f/theme/edit/",
]
UNDO = f"{FLAGS}audit/1/undo/"
FORMS = ["/console/purge/", f"{FLAGS}proposals/", f"{FLAGS}f/theme/", *EDITORS_PATHS, UNDO]
EXAMPLES = (
    ("segments/s/<slug:key>", "segments/s/staff"),
    ("experiments/<slug:key>", "experiments/delivery-note"),
    ("f/<slug:key>", "f/theme"),
)
HAS_NO_PAGE = {f"{FLAGS}segments/s/staff/"}


def routes(patterns, start="/console/"):
    """Each address, with examples of its parts, and its view."""
    for route in patterns:
        path = start + str(route.pattern)
        if hasattr(route, "url_patterns"):
            yield from routes(route.url_patterns, path)
        else:
            for part, example in EXAMPLES:
                path = path.replace(part, example)
            yield path.replace("<int:revision>", "1"), route.callback


def test_every_route_is_private_and_listed_here() -> None:
    found = dict(routes(urls.urlpatterns))
    assert set(found) == {*PATHS, *EDITORS_PATHS, UNDO} | HAS_NO_PAGE
    assert not [view for view in found.values() if view.policy.public]


@pytest.mark.parametrize("path", EDITORS_PATHS)
@pytest.mark.parametrize("group", ["ops", "approver"])
def test_who_may_not_edit_gets_no_form(twins, path, group):
    assert staff(twins, groups=("merchandiser",)).get(path).status_code == 200
    assert staff(twins, groups=(group,)).get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("groups", [("merchandiser",), ("ops",), ("approver",), ("shopper", "ops")])
def test_staff_get_in(twins, shelf, path, groups):
    response = staff(twins, groups=groups).get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == NO_STORE
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "application/json" or 'lang="en-IE"' in text_of(response)


@pytest.mark.parametrize("path", [*PATHS, *EDITORS_PATHS])
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
    typed = {"what": "meadow-cushion", "do": "kill", "reason": "because", "id": "f-theme-1"}
    assert client.post(path, typed).status_code == 404
    assert shelf.purged == []
    assert twins.shop.flag_changes.audit() == ()


@pytest.mark.parametrize("path", [*PATHS, *EDITORS_PATHS, UNDO])
@pytest.mark.parametrize("groups", [None, ("shopper",)])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_no_method_tells_that_there_is_such_a_page(twins, shelf, path, groups, method):
    """As for an address that there is none of, also without the word of a browser that the form is ours."""
    client = ShopClient() if groups is None else staff(twins, groups=groups)
    client.handler.enforce_csrf_checks = True
    nowhere, here = (client.generic(method, one) for one in ("/console/nowhere/", path))
    assert (here.status_code, here.get("Allow")) == (nowhere.status_code, nowhere.get("Allow"))


def test_staff_are_told_what_a_page_takes(twins, shelf, mika):
    response = mika.post("/console/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert (mika.get(UNDO).status_code, mika.get(UNDO)["Allow"]) == (405, "POST")
    mika.handler.enforce_csrf_checks = True
    assert mika.post("/console/purge/", {"what": "x"}).status_code == 403


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
