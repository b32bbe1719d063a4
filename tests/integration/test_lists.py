"""What people rely on about a wish list: it is theirs, it loses nothing, and it is shown to whom they say."""

from __future__ import annotations

import random
import secrets
import time
from collections import Counter

import pytest

from apptier.kit.inbox import Inbox
from apptier.lists.access import Caller
from apptier.lists.models import GuestList, PutItem
from apptier.lists.records import list_id_of
from apptier.lists.tests.harness import Belongings, Person, Wishes
from apptier.reviews.tests.harness import at_once

pytest_plugins = ["apptier.lists.tests.plugin"]


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def guest(belongings: Belongings) -> Wishes:
    return belongings.guest()


@pytest.fixture
def robin(belongings: Belongings) -> Person:
    return belongings.person()


def test_a_list_is_made_once_per_key_and_a_key_that_can_be_guessed_opens_none(belongings: Belongings) -> None:
    def make(key: str):
        return belongings.ask("POST", "/lists/v1/lists", headers={"Idempotency-Key": key})

    key = secrets.token_hex(16)
    first, again = make(key), make(key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert first.headers["cache-control"] == "private, no-store"
    assert first.json()["secret"] != make(secrets.token_hex(16)).json()["secret"]

    assert make("12345678").status_code == 201
    assert code(make("12345678")) == (422, "idempotency_key_reused")


def test_what_is_put_there_is_there_once_newest_first(belongings: Belongings, guest: Wishes) -> None:
    guest.put("meadow-cushion", "FN-MEA-INK-45")
    belongings.clock.advance(1)
    guest.put("tide-rug")
    belongings.clock.advance(1)
    before = guest.put("meadow-cushion", "FN-MEA-INK-45").json()

    assert [(i["handle"], i["sku"]) for i in before["items"]] == [
        ("tide-rug", None),
        ("meadow-cushion", "FN-MEA-INK-45"),
    ]
    assert before["version"] == 3
    # Another variant of it is another thing.
    assert len(guest.put("meadow-cushion", "FN-MEA-INK-60").json()["items"]) == 3


def test_a_removal_may_be_repeated_and_undone_in_place(belongings: Belongings, guest: Wishes) -> None:
    for handle in ("first", "second", "third"):
        guest.put(handle)
        belongings.clock.advance(1)
    second = guest.now()["items"][1]
    for _ in range(2):
        left = guest.ask("DELETE", f"/items/{second['id']}")
        assert (left.status_code, len(left.json()["items"])) == (200, 2)
    guest.put(second["handle"], None, added_at=second["added_at"])
    assert guest.handles == ["third", "second", "first"]


def test_nothing_was_wished_for_in_the_future(belongings: Belongings, guest: Wishes) -> None:
    put = guest.put("tide-rug", None, added_at="2999-01-01T00:00:00+01:00").json()["items"][0]
    assert put["added_at"] <= guest.now()["updated_at"]
    assert code(guest.put("x", None, added_at="2026-11-22T10:00:00"))[0] == 422


def test_it_holds_two_hundred_and_no_more_even_when_filled_at_once(guest: Wishes) -> None:
    guest.fill([f"thing-{number}" for number in range(190)])
    answers = at_once(20, lambda number: guest.put(f"more-{number}").status_code)
    assert Counter(answers) == {200: 10, 409: 10}
    assert len(guest.handles) == 200
    # What is there already may be put there again, and one that goes makes room.
    assert guest.put("thing-0").status_code == 200
    guest.ask("DELETE", f"/items/{guest.now()['items'][0]['id']}")
    assert guest.put("the-last").status_code == 200


def test_twenty_writers_at_once_lose_nothing(robin: Person, guest: Wishes) -> None:
    for wishes in (guest, robin.wishes):
        wishes.put("goes")
        gone = wishes.now()["items"][0]["id"]

        def act(number: int, wishes: Wishes = wishes, gone: str = gone) -> int:
            if number == 0:
                return wishes.ask("DELETE", f"/items/{gone}").status_code
            if number == 1:
                return wishes.ask("PUT", "/share").status_code
            return wishes.put(f"thing-{number}").status_code

        assert set(at_once(20, act)) == {200}
        assert sorted(wishes.handles) == sorted(f"thing-{number}" for number in range(2, 20))
        assert wishes.now()["share"]


@pytest.mark.parametrize("opening", ["wrong secret", "somebody's token", "nothing", "no such list"])
def test_a_list_opens_to_its_secret_only(
    belongings: Belongings, guest: Wishes, robin: Person, opening: str
) -> None:
    guest.put("tide-rug")
    headers = {
        "wrong secret": {"List-Secret": guest.opening["List-Secret"].swapcase()},
        "somebody's token": robin.bearer,
        "nothing": {},
        "no such list": guest.opening,
    }[opening]
    list_id = "lst_" + "0" * 26 if opening == "no such list" else guest.id
    expected = (401, "unauthorized") if opening == "nothing" else (404, "not_found")
    item = guest.now()["items"][0]["id"]
    for method, rest, body in (
        ("GET", "", None),
        ("PUT", "/items", {"handle": "x", "sku": None}),
        ("DELETE", f"/items/{item}", None),
        ("PUT", "/share", None),
        ("DELETE", "/share", None),
    ):
        url = f"/lists/v1/lists/{list_id}{rest}"
        assert code(belongings.ask(method, url, json=body, headers=headers)) == expected, method
    assert guest.handles == ["tide-rug"]


def test_mine_needs_a_token_and_a_customers_list_opens_to_no_secret(
    belongings: Belongings, guest: Wishes, robin: Person
) -> None:
    url = "/lists/v1/lists/mine"
    assert code(belongings.ask("GET", url, headers=guest.opening)) == (401, "unauthorized")
    assert code(belongings.ask("GET", url, headers={"Authorization": "Bearer x.y.z"})) == (
        401,
        "unauthorized",
    )
    mine = robin.wishes.now()["id"]
    named = f"/lists/v1/lists/{mine}"
    assert code(belongings.ask("GET", named, headers=guest.opening)) == (404, "not_found")


def test_what_a_guest_wished_for_comes_along_once(
    belongings: Belongings, guest: Wishes, robin: Person
) -> None:
    robin.wishes.put("both")
    belongings.clock.advance(1)
    guest.put("both")
    guest.put("guests")
    share = guest.ask("PUT", "/share").json()["share"]

    first = robin.merge(guest).json()
    assert first["merged"] == {"added": 1}
    assert sorted(item["handle"] for item in first["list"]["items"]) == ["both", "guests"]
    # Whoever asks again, since the answer was lost, is told the same; nothing is put there anew.
    assert [robin.merge(guest).json() for _ in range(2)] == [first, first]
    gone = robin.wishes.now()["items"][0]["id"]
    robin.wishes.ask("DELETE", f"/items/{gone}")
    again = robin.merge(guest).json()
    assert again["merged"] == {"added": 1}
    assert len(again["list"]["items"]) == 1
    # The guest's is spent: it opens no more, also not to another customer, and its link has ended.
    assert code(guest.ask("GET")) == (410, "list_merged")
    assert code(guest.put("late")) == (410, "list_merged")
    other = belongings.person().merge(guest).json()
    assert (other["merged"], other["list"]["items"]) == (None, [])
    assert belongings.ask("GET", f"/lists/v1/shared/{share}").status_code == 404


def test_many_tabs_that_merge_at_once_are_all_told_the_same(belongings: Belongings) -> None:
    for _ in range(6):
        guest, robin = belongings.guest(), belongings.person()
        robin.wishes.put("mine")
        guest.put("guests")
        answers = [answer.json() for answer in at_once(8, lambda _, g=guest, r=robin: r.merge(g))]
        assert answers == [answers[0]] * 8
        assert answers[0]["merged"] == {"added": 1}
        assert sorted(item["handle"] for item in answers[0]["list"]["items"]) == ["guests", "mine"]


def test_what_a_spent_list_says_ends_with_it(belongings: Belongings, guest: Wishes, robin: Person) -> None:
    guest.put("tide-rug")
    assert robin.merge(guest).json()["merged"] == {"added": 1}
    belongings.clock.advance(91 * 86_400)
    assert robin.merge(guest).json()["merged"] is None


def test_a_list_that_cannot_be_opened_is_none(belongings: Belongings, guest: Wishes, robin: Person) -> None:
    guest.put("tide-rug")
    foreign = Wishes(belongings, guest.id, {"List-Secret": "x" * 43})
    answer = robin.merge(foreign).json()
    assert (answer["merged"], answer["list"]["items"]) == (None, [])
    assert guest.handles == ["tide-rug"]


def test_two_that_do_not_fit_together_are_left_as_they_are(
    belongings: Belongings, guest: Wishes, robin: Person
) -> None:
    for round_number in range(2):
        wishes = belongings.guest()
        wishes.fill([f"thing-{round_number}-{number}" for number in range(200)])
        assert robin.merge(wishes).json()["merged"] == {"added": 200}
    guest.put("one-more")
    assert code(robin.merge(guest)) == (409, "list_full")
    assert (len(robin.wishes.handles), guest.handles) == (400, ["one-more"])


def test_random_pairs_lose_nothing_in_the_table(belongings: Belongings) -> None:
    """A few: the thousand are tried in apptier/lists/tests, without a table."""
    desk, dice = belongings.desk, random.Random(20261123)
    lost = 0
    tables = desk.lists._tables
    for number in range(25):
        sub = f"pair-{number}-{secrets.token_hex(4)}"
        made, put = desk.lists.new()
        tables.transact([put])
        guest = Caller(made.id, desk.secrets.secret(made.id))
        mine = Caller(None, customer_id=sub)
        wished = {side: dice.sample(range(12), dice.randint(0, 4)) for side in ("guest", "mine")}
        for caller, things in ((guest, wished["guest"]), (mine, wished["mine"])):
            for thing in things:
                sku = None if thing % 3 else f"SKU-{thing}"
                desk.lists.put(caller, PutItem(handle=f"thing-{thing}", sku=sku))
        after, added = desk.merging.open(sub, GuestList(list_id=made.id, secret=guest.secret))
        handles = Counter(kept["handle"] for kept in after.items.values())
        expected = Counter(f"thing-{thing}" for thing in {*wished["guest"], *wished["mine"]})
        lost += handles != expected
        assert added == len(set(wished["guest"]) - set(wished["mine"]))
        assert desk.lists.find(list_id_of(sub)) == after
    assert lost == 0


def test_what_is_put_there_during_the_merge_is_on_one_of_the_two(belongings: Belongings) -> None:
    for _ in range(10):
        guest, robin = belongings.guest(), belongings.person()
        guest.put("before")

        def act(number: int, guest: Wishes = guest, robin: Person = robin) -> tuple[str, int]:
            if number < 2:
                return "", robin.merge(guest).status_code
            if number % 2:
                return f"mine-{number}", robin.wishes.put(f"mine-{number}").status_code
            return f"guest-{number}", guest.put(f"guest-{number}").status_code

        answers = at_once(10, act)
        taken = {name for name, status in answers if name and status == 200}
        assert {status for name, status in answers if not name or name.startswith("mine")} == {200}
        assert {status for _, status in answers} <= {200, 410}
        assert set(robin.wishes.handles) == taken | {"before"}


def test_a_shared_list_says_nothing_about_its_owner_and_can_be_ended(
    belongings: Belongings, robin: Person
) -> None:
    robin.wishes.put("meadow-cushion", "FN-MEA-INK-45")
    first = robin.wishes.ask("PUT", "/share").json()["share"]
    assert robin.wishes.ask("PUT", "/share").json()["share"] == first

    def look(share: str):
        return belongings.ask("GET", f"/lists/v1/shared/{share}")

    assert look(first).json() == {"items": [{"handle": "meadow-cushion", "sku": "FN-MEA-INK-45"}]}
    assert look(first[:-1] + ("A" if first[-1] != "A" else "B")).status_code == 404
    robin.wishes.put("tide-rug")
    assert len(look(first).json()["items"]) == 2

    ended = robin.wishes.ask("DELETE", "/share")
    assert (ended.status_code, ended.json()["share"]) == (200, None)
    assert robin.wishes.ask("DELETE", "/share").status_code == 200
    assert code(look(first)) == (404, "not_found")
    second = robin.wishes.ask("PUT", "/share").json()["share"]
    assert second != first
    assert look(first).status_code == 404
    assert look(second).status_code == 200


def test_a_guests_list_ends_ninety_days_after_its_last_change(belongings: Belongings, guest: Wishes) -> None:
    guest.put("tide-rug")
    belongings.clock.advance(60 * 86_400)
    share = guest.ask("PUT", "/share").json()["share"]
    belongings.clock.advance(60 * 86_400)
    assert guest.handles == ["tide-rug"]
    belongings.clock.advance(31 * 86_400)
    assert code(guest.ask("GET")) == (410, "list_expired")
    assert code(guest.put("late")) == (410, "list_expired")
    assert belongings.ask("GET", f"/lists/v1/shared/{share}").status_code == 404


def test_a_message_that_is_no_event_is_taken_out_and_one_that_fails_comes_back(
    belongings: Belongings,
) -> None:
    sqs = belongings.stack.boto("sqs")
    url = sqs.create_queue(QueueName="inbox-test", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    heard: list[str] = []

    def handle(kind: str, _detail: object) -> None:
        heard.append(kind)
        if len(heard) == 1:
            raise RuntimeError("not yet")

    inbox = Inbox(belongings.settings, "inbox-test", handle)
    sqs.send_message(QueueUrl=url, MessageBody="not an event")
    assert inbox.take() == 1
    sqs.send_message(QueueUrl=url, MessageBody='{"detail-type": "CustomerDeleted", "detail": {}}')
    assert inbox.take() == 0
    until = time.monotonic() + 10
    while inbox.take() == 0:
        assert time.monotonic() < until
    assert heard == ["CustomerDeleted"] * 2
