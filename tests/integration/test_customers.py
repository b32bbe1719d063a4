"""What customers rely on: changes are not undone, a removal can be taken back, and forgotten is forgotten."""

from __future__ import annotations

import json
import secrets
import time

import pytest

from apptier.kit import events
from apptier.lists.tests.harness import HOME, Belongings, Person
from apptier.reviews.tests.harness import at_once

pytest_plugins = ["apptier.lists.tests.plugin"]

SAID = {"language": "de", "country": "IE", "marketing_email": True}


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def faults(answer):
    assert code(answer) == (422, "validation_failed")
    return {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}


@pytest.fixture
def robin(belongings: Belongings) -> Person:
    return belongings.person()


def test_who_said_nothing_gets_no_letters_and_preferences_have_a_version_of_their_own(robin: Person) -> None:
    before = robin.ask("GET", "/me/preferences").json()
    assert (before["marketing_email"], before["marketing_email_at"], before["version"]) == (False, None, 1)

    after = robin.ask("PUT", "/me/preferences", version=1, json=SAID)
    assert (after.status_code, after.headers["etag"]) == (200, '"2"')
    assert {name: after.json()[name] for name in SAID} == SAID
    assert code(robin.ask("PUT", "/me/preferences", version=1, json=SAID)) == (412, "version_mismatch")
    # The profile was not touched: a form that was open on it can still be sent.
    assert robin.ask("PUT", "/me", version=1, json={"name": "Robin"}).status_code == 200
    assert robin.ask("GET", "/me/preferences").json() == after.json()


def test_when_somebody_agreed_stays_known_until_they_answer_otherwise(
    belongings: Belongings, robin: Person
) -> None:
    agreed = robin.ask("PUT", "/me/preferences", version=1, json=SAID).json()["marketing_email_at"]
    belongings.clock.advance(3600)
    moved = robin.ask("PUT", "/me/preferences", version=2, json=SAID | {"country": "DE"}).json()
    assert moved["marketing_email_at"] == agreed
    ended = robin.ask("PUT", "/me/preferences", version=3, json=SAID | {"marketing_email": False}).json()
    assert ended["marketing_email_at"] > agreed


def test_of_twenty_changes_at_once_one_is_made(robin: Person) -> None:
    robin.ask("GET", "/me")
    answers = at_once(20, lambda _: robin.ask("PUT", "/me/preferences", version=1, json=SAID).status_code)
    assert sorted(answers) == [200] + [412] * 19


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"language": "fr"}, ("/language", "unknown_language")),
        ({"country": "JP"}, ("/country", "country_not_served")),
    ],
)
def test_a_language_or_country_that_the_shop_has_not_is_refused(robin: Person, change, fault) -> None:
    assert faults(robin.ask("PUT", "/me/preferences", version=1, json=SAID | change)) == {fault}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"postcode": "12345"}, ("/address/postcode", "postcode_invalid")),
        ({"country": "JP"}, ("/address/country", "country_not_served")),
        ({"city": "  "}, ("/address/city", "blank")),
        ({"line1": "12\x00Harbour"}, ("/address/line1", "control_characters")),
    ],
)
def test_an_address_is_judged_by_its_country(robin: Person, change, fault) -> None:
    wrong = HOME | {"address": HOME["address"] | change}
    assert faults(robin.ask("POST", "/me/addresses", key=secrets.token_hex(16), json=wrong)) == {fault}
    kept = robin.address()
    assert faults(robin.ask("PUT", f"/me/addresses/{kept}", version=1, json=wrong)) == {fault}


def test_an_address_is_kept_tidy_wherever_a_market_delivers(robin: Person) -> None:
    place = {"line1": " 1 Main St ", "city": "Boston", "region": "MA", "postcode": "02108", "country": "US"}
    robin.address(address=place)
    robin.address(address=HOME["address"] | {"postcode": "h91 ab12"})
    newest, oldest = robin.ask("GET", "/me/addresses").json()["items"]
    assert newest["address"]["postcode"] == "H91 AB12"
    assert oldest["address"]["line1"] == "1 Main St"


def test_a_removed_address_comes_back_where_it_was_for_a_quarter_of_an_hour(
    belongings: Belongings, robin: Person
) -> None:
    first, second, third = (robin.address(label=name) for name in ("a", "b", "c"))
    assert robin.ask("DELETE", f"/me/addresses/{second}").status_code == 204
    assert robin.book == [third, first]

    belongings.clock.advance(14 * 60)
    back = robin.ask("PUT", f"/me/addresses/{second}/restoration")
    assert (back.status_code, back.json()["label"], back.headers["etag"]) == (200, "b", '"1"')
    assert robin.ask("PUT", f"/me/addresses/{second}/restoration").json() == back.json()
    assert robin.book == [third, second, first]

    robin.ask("DELETE", f"/me/addresses/{second}")
    belongings.clock.advance(15 * 60)
    assert code(robin.ask("PUT", f"/me/addresses/{second}/restoration")) == (404, "unknown_address")
    assert robin.ask("GET", "/me/export").json()["removed_addresses"] == []


def test_nobody_puts_back_what_is_anothers(belongings: Belongings, robin: Person) -> None:
    kept = robin.address()
    robin.ask("DELETE", f"/me/addresses/{kept}")
    other = belongings.person()
    assert code(other.ask("PUT", f"/me/addresses/{kept}/restoration")) == (404, "unknown_address")


def test_fifty_stay_fifty_when_removals_are_taken_back_at_once(robin: Person) -> None:
    kept = [robin.address() for _ in range(50)]
    for address_id in kept[:8]:
        robin.ask("DELETE", f"/me/addresses/{address_id}")
    for _ in range(4):
        robin.address()
    answers = at_once(8, lambda n: robin.ask("PUT", f"/me/addresses/{kept[n]}/restoration").status_code)
    while 503 in answers:  # a clash that lasted; the sender tries again
        at = answers.index(503)
        answers[at] = robin.ask("PUT", f"/me/addresses/{kept[at]}/restoration").status_code
    assert sorted(answers) == [200] * 4 + [409] * 4
    assert len(robin.book) == 50


def test_everything_that_is_held_can_be_taken_along(robin: Person) -> None:
    kept, removed = robin.address(), robin.address()
    robin.ask("DELETE", f"/me/addresses/{removed}")
    robin.ask("PUT", "/me/preferences", version=1, json=SAID)
    answer = robin.ask("GET", "/me/export")
    held = answer.json()
    assert answer.headers["cache-control"] == "private, no-store"
    assert held["customer"] == robin.ask("GET", "/me").json()
    assert held["preferences"] == robin.ask("GET", "/me/preferences").json()
    assert [a["id"] for a in held["addresses"]] == [kept]
    assert [a["id"] for a in held["removed_addresses"]] == [removed]


EVERYTHING = [
    ("GET", "/me", {}),
    ("PUT", "/me", {"version": 1, "json": {"name": "Robin"}}),
    ("GET", "/me/preferences", {}),
    ("PUT", "/me/preferences", {"version": 1, "json": SAID}),
    ("GET", "/me/export", {}),
    ("GET", "/me/addresses", {}),
    ("POST", "/me/addresses", {"key": "a-key-of-this-test", "json": HOME}),
    ("PUT", "/me/addresses/adr_7c2f9d10", {"version": 1, "json": HOME}),
    ("DELETE", "/me/addresses/adr_7c2f9d10", {}),
    ("PUT", "/me/addresses/adr_7c2f9d10/restoration", {}),
]


def test_a_token_that_still_holds_brings_nobody_back(belongings: Belongings, robin: Person) -> None:
    robin.address()
    assert [robin.ask("DELETE", "/me").status_code for _ in range(3)] == [204] * 3
    for method, path, parts in EVERYTHING:
        assert code(robin.ask(method, path, **parts)) == (410, "customer_deleted"), (method, path)
    (row,) = rows_of(belongings, robin.sub)
    assert row.keys() == {"pk", "sk", "deleted_at", "told", "expires_at"}
    # A day and more later every token has run out; whoever then came with the same name would be new.
    belongings.clock.advance(26 * 3600)
    assert robin.ask("GET", "/me").json()["name"] == ""
    assert robin.book == []


def test_who_writes_while_being_deleted_leaves_nothing_behind(belongings: Belongings) -> None:
    for _ in range(5):
        person = belongings.person()
        person.address()

        def act(number: int, person: Person = person) -> int:
            if number == 0:
                return person.ask("DELETE", "/me").status_code
            if number % 2:
                return person.ask("POST", "/me/addresses", key=secrets.token_hex(16), json=HOME).status_code
            return person.ask("PUT", "/me/preferences", version=1, json=SAID).status_code

        answers = at_once(8, act)
        assert answers[0] == 204
        assert set(answers) <= {204, 200, 201, 410, 412, 503}
        assert len(rows_of(belongings, person.sub)) == 1


def test_the_other_services_are_told_once_and_forget_the_list(belongings: Belongings, robin: Person) -> None:
    robin.wishes.put("meadow-cushion")
    share = robin.wishes.ask("PUT", "/share").json()["share"]
    assert robin.ask("DELETE", "/me").status_code == 204
    assert robin.ask("DELETE", "/me").status_code == 204

    until = time.monotonic() + 20
    while robin.wishes.ask("GET").status_code != 410 and time.monotonic() < until:
        time.sleep(0.2)
    assert code(robin.wishes.ask("GET")) == (410, "customer_deleted")
    assert code(robin.wishes.put("tide-rug")) == (410, "customer_deleted")
    assert code(robin.merge(None)) == (410, "customer_deleted")
    assert belongings.ask("GET", f"/lists/v1/shared/{share}").status_code == 404

    told = [event for event in events_of(belongings) if event["detail"].get("customer_id") == robin.sub]
    assert [(event["source"], event["detail-type"]) for event in told] == [
        ("storefront.customers", "CustomerDeleted")
    ]


def test_a_deletion_of_which_nobody_could_be_told_is_finished_by_the_next_try(
    belongings: Belongings, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> int:
        raise events.EventsNotSent(1, "ThrottlingException")

    robin.address()
    with monkeypatch.context() as broken:
        broken.setattr(events.Events, "publish", refuse)
        assert code(robin.ask("DELETE", "/me")) == (503, "unavailable")
    # It has begun all the same, and does not go back.
    assert code(robin.ask("GET", "/me")) == (410, "customer_deleted")
    assert robin.ask("DELETE", "/me").status_code == 204
    told = [event for event in events_of(belongings) if event["detail"].get("customer_id") == robin.sub]
    assert len(told) == 1


def rows_of(belongings: Belongings, sub: str) -> list[dict]:
    """What the table holds of somebody, seen past the service."""
    answer = belongings.stack.boto("dynamodb").query(
        TableName=f"{belongings.settings.table_prefix}customers",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"C#{sub}"}},
        ConsistentRead=True,
    )
    return answer["Items"]


def events_of(belongings: Belongings) -> list[dict]:
    """Every event that has come to the queue that gets them all, left there for the next test."""
    sqs = belongings.stack.boto("sqs")
    url = sqs.get_queue_url(QueueName=f"{belongings.settings.event_bus}-events")["QueueUrl"]
    found: dict[str, dict] = {}
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5)
        fresh = {m["MessageId"]: json.loads(m["Body"]) for m in answer.get("Messages", [])}
        if not fresh.keys() - found.keys():
            break
        found |= fresh
    time.sleep(5)
    return list(found.values())
