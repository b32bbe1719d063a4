"""Nothing is done twice and nobody's change is lost: idempotency keys, versions, the bounded address book."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from apptier.kit.clock import ManualClock
from apptier.kit.dynamo import ConditionFailed
from apptier.kit.idempotency import Claim, Idempotency, Replay, StoredResult, fingerprint
from apptier.kit.problems import Problem


def test_one_of_many_equal_requests_does_the_work(live):
    store, key = Idempotency(live.tables), str(uuid.uuid4())
    start = threading.Barrier(12)

    def ask(_: int) -> str:
        start.wait(10)
        try:
            return type(store.begin("test", key, "hash")).__name__
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(ask, range(12)))
    assert sorted(outcomes) == ["Claim"] + ["request_in_progress"] * 11


def test_a_key_replays_refuses_another_body_and_can_be_given_back(live):
    store, key = Idempotency(live.tables), str(uuid.uuid4())
    claim = store.begin("test", key, fingerprint({"a": 1}))
    store.abandon(claim)
    claim = store.begin("test", key, fingerprint({"a": 1}))
    result = StoredResult(201, {"id": "x"}, {"ETag": '"1"'})
    live.tables.apply(store.completion(claim, result))
    assert store.begin("test", key, fingerprint({"a": 1})) == Replay(result)
    with pytest.raises(Problem) as caught:
        store.begin("test", key, fingerprint({"a": 2}))
    assert (caught.value.status, caught.value.code) == (422, "idempotency_key_reused")


def test_a_crashed_claim_is_taken_over_after_its_lease_and_can_no_longer_complete(live):
    clock = ManualClock(datetime.now(UTC))
    store, key = Idempotency(live.tables, clock, lease_seconds=30), str(uuid.uuid4())
    crashed = store.begin("test", key, "hash")
    clock.advance(20)
    with pytest.raises(Problem):
        store.begin("test", key, "hash")
    clock.advance(20)
    heir = store.begin("test", key, "hash")
    assert isinstance(heir, Claim)
    assert heir.taken_over
    with pytest.raises(ConditionFailed):
        live.tables.apply(store.completion(crashed, StoredResult(200, {})))
    live.tables.apply(store.completion(heir, StoredResult(200, {"by": "heir"})))
    clock.advance(24 * 3600)
    assert isinstance(store.begin("test", key, "other"), Claim)


def address(live, **options) -> requests.Response:
    body = {"name": "Robin", "address": {"line1": "1", "city": "c", "postcode": "10115", "country": "DE"}}
    return requests.post(
        live.url("customers", "/me/addresses"),
        json=body | options,
        headers=live.signed_in | {"Idempotency-Key": str(uuid.uuid4())},
        timeout=10,
    )


def test_an_address_book_holds_fifty_even_when_filled_at_once(live):
    def mine() -> list[dict]:
        return requests.get(
            live.url("customers", "/me/addresses"), headers=live.signed_in, timeout=10
        ).json()["items"]

    for known in mine():
        requests.delete(
            live.url("customers", f"/me/addresses/{known['id']}"), headers=live.signed_in, timeout=10
        )
    with ThreadPoolExecutor(8) as pool:
        codes = [answer.status_code for answer in pool.map(lambda _: address(live), range(60))]
    while 503 in codes:  # a clash that lasted; the sender tries again, as Retry-After says
        codes.remove(503)
        codes.append(address(live).status_code)
    assert (codes.count(201), codes.count(409), len(mine())) == (50, 10, 50)
    newest = mine()[0]
    requests.delete(
        live.url("customers", f"/me/addresses/{newest['id']}"), headers=live.signed_in, timeout=10
    )
    assert address(live, label="Work").status_code == 201
    assert mine()[0]["label"] == "Work"


def test_a_profile_changes_once_per_version(live):
    url, headers = live.url("customers", "/me"), live.signed_in
    known = requests.get(url, headers=headers, timeout=10)
    change = {"name": "Robin Byrne", "phone": "+353 91 000000"}
    tag = {"If-Match": known.headers["ETag"]}
    first = requests.put(url, json=change, headers=headers | tag, timeout=10)
    assert (first.status_code, first.json()["name"]) == (200, "Robin Byrne")
    assert requests.put(url, json=change, headers=headers | tag, timeout=10).status_code == 412
    kept = requests.put(
        url, json={"name": "R"}, headers=headers | {"If-Match": first.headers["ETag"]}, timeout=10
    )
    assert kept.json()["phone"] == "+353 91 000000"
