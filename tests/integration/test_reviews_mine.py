"""What a customer has written is listed to them alone, and stays without their name once they are gone."""

from __future__ import annotations

import itertools

import pytest

from apptier.reviews.authorship import NOBODY
from apptier.reviews.tests.harness import BODY, Reviews

pytest_plugins = ["apptier.reviews.tests.plugin"]
_people = itertools.count(1)


@pytest.fixture
def robin() -> str:
    """Somebody who has written nothing yet."""
    return f"robin-{next(_people)}"


def mine(reviews: Reviews, who: str, **query):
    answer = reviews.ask("GET", "/reviews/mine", params=query, headers=reviews.bearer(who))
    assert answer.status_code == 200, answer.text
    return answer.json()


def forget(reviews: Reviews, who: str) -> None:
    answer = reviews.ask("DELETE", "/reviews/mine", headers=reviews.bearer(who))
    assert answer.status_code == 204, answer.text


def test_what_i_wrote_is_listed_whether_it_is_shown_or_not(reviews: Reviews, robin: str) -> None:
    handle = reviews.product()
    waiting = reviews.submitted(handle, who=robin)
    shown = reviews.submitted(handle, who=robin)
    hidden = reviews.submitted(handle, who=robin)
    reviews.decide(shown)
    reviews.decide(hidden, 1, "reject", reason="Is about another shop.")
    reviews.submitted(handle)
    reviews.submitted(handle, who=f"{robin}-other")

    found = {one["id"]: one["state"] for one in mine(reviews, robin)["items"]}

    assert found == {waiting: "pending", shown: "approved", hidden: "rejected"}
    assert not {"flags", "reason", "version", "customer_id"} & mine(reviews, robin)["items"][0].keys()
    assert "customer_id" not in str(reviews.listed(handle))


def test_page_by_page_the_newest_first(reviews: Reviews, robin: str) -> None:
    sent = [reviews.submitted(reviews.product(), who=robin) for _ in range(5)]
    first = mine(reviews, robin, limit=2)
    second = mine(reviews, robin, limit=2, cursor=first["next_cursor"])
    third = mine(reviews, robin, limit=2, cursor=second["next_cursor"])
    seen = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert sorted(seen) == sorted(sent)
    assert third["next_cursor"] is None
    # Nobody else's cursor leads anywhere.
    stolen = {"cursor": first["next_cursor"]}
    other = reviews.bearer(f"{robin}-other")
    assert reviews.ask("GET", "/reviews/mine", params=stolen, headers=other).status_code == 400


def test_only_who_is_signed_in_has_any(reviews: Reviews) -> None:
    for method in ("GET", "DELETE"):
        answer = reviews.ask(method, "/reviews/mine")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    bad = {"Authorization": "Bearer not.a.token", "Idempotency-Key": "a-key-of-this-test"}
    given = {"rating": 5, "body": BODY, "author": "Robin B.", "locale": "en"}
    answer = reviews.ask("POST", f"/products/{reviews.product()}/reviews", json=given, headers=bad)
    assert answer.status_code == 401


def test_the_same_key_of_two_people_is_two_reviews(reviews: Reviews, robin: str) -> None:
    handle, key = reviews.product(), f"one-key-of-{robin}"
    first = reviews.submitted(handle, who=robin, key=key, body=f"{BODY} one and the same")
    assert reviews.submitted(handle, who=robin, key=key, body=f"{BODY} one and the same") == first
    other = reviews.submitted(handle, who=f"{robin}-other", key=key, body=f"{BODY} one and the same")
    assert other != first
    assert [one["id"] for one in mine(reviews, robin)["items"]] == [first]


@pytest.mark.parametrize("locale", ["en", "de", "ar", "de-AT"])
def test_who_leaves_takes_their_name_along_and_nothing_else(
    reviews: Reviews, robin: str, locale: str
) -> None:
    handle = reviews.product()
    mine_shown = reviews.submitted(handle, who=robin, locale=locale, rating=4)
    reviews.decide(mine_shown)
    waiting = reviews.submitted(handle, who=robin, locale=locale)
    reviews.submitted(handle, who=f"{robin}-other")
    before = reviews.summary(handle)

    for _ in range(2):
        forget(reviews, robin)

    assert mine(reviews, robin)["items"] == []
    (shown,) = reviews.listed(handle)["items"]
    assert (shown["id"], shown["author"], shown["rating"]) == (mine_shown, NOBODY[locale[:2]], 4)
    assert reviews.moderated(waiting)["review"]["author"] == NOBODY[locale[:2]]
    after = reviews.summary(handle)
    assert (after["average"], after["count"]) == (before["average"], before["count"])
    assert len(mine(reviews, f"{robin}-other")["items"]) == 1
    # It can still be decided on.
    assert reviews.decide(waiting).status_code == 200
