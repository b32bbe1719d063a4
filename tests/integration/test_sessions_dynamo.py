"""Sessions on a real DynamoDB interface: races, expiry, outage, as the web tier's settings make the table."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from dev.ports import Ports
from dev.stack.devstack import DevStack
from storefront.aws import AwsClientSettings, ClientFactory, DynamoTable
from storefront.core import Clock, ManualClock, SystemClock, UpstreamUnavailable
from storefront.resilience import Resource, ResourceSettings, deadline
from storefront.sessions import (
    DynamoSessionTable,
    SessionConflict,
    SessionGone,
    SessionRegistry,
    Vault,
    Watersheds,
    digest_of,
    new_key,
)
from storefront.sessions.backend import SessionStore
from storefront.telemetry import Telemetry

WRITERS = 20
SESSIONS = 10
ROUNDS = 5


@pytest.fixture(scope="module")
def stack(tmp_path_factory, monkeypatch_module):
    with DevStack(tmp_path_factory.mktemp("stack"), services=("ministack",)) as running:
        web = running.environment("web")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch_module.setenv(name, web[name])
        yield web


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()])


def sessions(
    web: dict[str, str],
    endpoint: str | None = None,
    clock: Clock | None = None,
    telemetry: Telemetry | None = None,
) -> DynamoSessionTable:
    # Generous times: what is tested here is who wins, and the machine may be busy.
    budget = AwsClientSettings(connect_timeout=1.0, read_timeout=10.0, attempts=2, pool_size=WRITERS)
    factory = ClientFactory(web["AWS_REGION"], endpoint or web["AWS_ENDPOINT_URL"])
    resource = Resource(ResourceSettings("dynamodb", WRITERS), telemetry or Telemetry())
    table = DynamoTable(web["SESSION_TABLE"], lambda: factory.dynamodb(budget), resource, timeout=25.0)
    return DynamoSessionTable(table, clock or SystemClock())


def test_no_update_is_lost_when_twenty_write_at_once(stack):
    """A thousand writes: to ten sessions one after the other, so that none holds a thousand entries."""
    table = sessions(stack)
    keys = []
    for _ in range(SESSIONS):
        first = SessionStore(None, table)
        first["start"] = 0
        first.save()
        keys.append(first.session_key)
    together = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        for key in keys:
            for turn in range(ROUNDS):
                session = SessionStore(key, table)
                session[f"w{writer}"] = turn
                session[f"w{writer}.{turn}"] = True
                if turn == 0:
                    together.wait(60)
                session.save()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    for key in keys:
        found = dict(SessionStore(key, table).items())
        lost = [(w, t) for w in range(WRITERS) for t in range(ROUNDS) if f"w{w}.{t}" not in found]
        assert lost == []
        assert all(found[f"w{writer}"] == ROUNDS - 1 for writer in range(WRITERS))
        assert table.read(digest_of(key)).version == 1 + WRITERS * ROUNDS


def test_none_of_a_hundred_changes_of_the_same_entry_is_lost(stack):
    one, other = sessions(stack), sessions(stack)  # as two processes have them
    first = SessionStore(None, one)
    first["seen"] = []
    first.save()

    def add(writer: int) -> None:
        session = SessionStore(first.session_key, (one, other)[writer % 2])
        with deadline(120):
            for turn in range(10):
                session.modify("seen", lambda seen, mark=f"{writer}.{turn}": [*seen, mark])

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(add, range(10)))
    seen = SessionStore(first.session_key, one)["seen"]
    assert len(seen) == len(set(seen)) == 100


def test_only_one_of_many_that_expect_nobody_there_wins(stack):
    table = sessions(stack)
    digest = digest_of(new_key())
    table.create(digest, {"a": "1"}, lifetime=60)
    together = threading.Barrier(8)

    def take(writer: int) -> bool:
        together.wait(30)
        try:
            table.update(digest, {"holder": str(writer)}, [], expected={"a": "1", "holder": None})
        except SessionConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


def test_whoever_is_sent_on_after_a_write_sees_it(stack):
    one, other = sessions(stack), sessions(stack)
    keys = []
    for _ in range(8):
        session = SessionStore(None, one)
        session["turn"] = -1
        session.save()
        keys.append(session.session_key)

    def write_and_look(key: str) -> int:
        seen = 0
        for turn in range(125):
            session = SessionStore(key, one)
            session["turn"] = turn
            session.save()
            seen += SessionStore(key, other)["turn"] == turn
        return seen

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write_and_look, keys)) == 1_000


def test_what_a_later_release_wrote_stays_through_writes_and_moves(stack, vault):
    table = sessions(stack)
    session = SessionStore(None, table, vault)
    session["step"] = "x"
    session.save()
    raw = table._table
    strange = {":f": 9, ":p": "\x02packed", ":s": {"deep": [1, None, True]}}
    raw.update_item(
        {"pk": session.digest}, "SET #format = :f, d_tomorrow = :p, shelf = :s", values=strange,
        names={"#format": "format"},
    )  # fmt: skip
    here = SessionStore(session.session_key, table, vault)
    here["step"] = "y"
    here.save()
    assert raw.get_item({"pk": here.digest}, consistent=True)["format"] == 9
    here.cycle_key()
    kept = raw.get_item({"pk": here.digest}, consistent=True)
    assert (kept["d_step"], kept["d_tomorrow"]) == ('"y"', "\x02packed")
    assert kept["shelf"] == {"deep": [1, None, True]}
    assert raw.get_item({"pk": session.digest}, consistent=True) is None


def test_a_person_s_devices_are_listed_and_ended_from_any_machine(stack):
    one, other = sessions(stack), sessions(stack)
    owner = new_key()
    digests = [digest_of(new_key()) for _ in range(20)]

    def enter(digest: str) -> None:
        one.create(digest, {"a": "1"}, lifetime=600)
        SessionRegistry(one, 600).add(owner, digest, {"browser": digest[:4]})

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(enter, digests))
    registry = SessionRegistry(other, 600)
    assert {session.digest for session in registry.sessions(owner)} == set(digests)
    assert set(registry.end_all(owner, but=digests[0])) == set(digests[1:])
    assert [one.read(digest) is None for digest in digests] == [False] + [True] * 19
    assert [session.digest for session in SessionRegistry(one, 600).sessions(owner)] == digests[:1]


def test_no_sign_in_survives_unlisted_however_often_all_are_ended_meanwhile(stack):
    """As storefront.web.identity signs in: on the list, then the row, then a second look at the list."""
    one, other = sessions(stack), sessions(stack)
    owner, entered = new_key(), []

    def enter(_number: int) -> None:
        registry, digest = SessionRegistry(one, 600), digest_of(new_key())
        registry.add(owner, digest, {})
        one.create(digest, {"a": "1"}, lifetime=600)
        if not registry.holds(owner, digest):
            one.delete(digest)
        entered.append(digest)

    def end(_number: int) -> int:
        return len(SessionRegistry(other, 600).end_all(owner))

    with ThreadPoolExecutor(WRITERS) as pool:
        endings = [pool.submit(end, n) for n in range(10)]
        list(pool.map(enter, range(60)))
        ended = sum(ending.result() for ending in endings)
    listed = {session.digest for session in SessionRegistry(one, 600).sessions(owner)}
    living = {digest for digest in entered if one.read(digest) is not None}
    assert living <= listed
    assert ended <= 60
    assert set(SessionRegistry(one, 600).end_all(owner)) == living
    assert [digest for digest in entered if one.read(digest) is not None] == []


def test_a_watershed_is_seen_by_every_machine_and_settled_once(stack):
    one, other = Watersheds(sessions(stack), 600), Watersheds(sessions(stack), 600)
    name = digest_of(new_key())
    assert one.of(name).mark == ""
    first = one.draw_to_settle(name)
    assert (other.of(name).mark, other.of(name).due) == (first, first)
    second = other.draw(name, alone=True)
    one.settle(name, first)
    assert one.of(name).due == second
    assert one.draw_to_settle(name) == ""
    assert one.of(name).mark not in {first, second}
    assert one.of(name).due == second
    one.settle(name, second)
    assert other.of(name).due == ""


def test_a_session_ended_by_one_request_stays_ended(stack):
    table = sessions(stack)
    session = SessionStore(None, table)
    session["a"] = 1
    session.save()
    table.delete(digest_of(session.session_key))
    with pytest.raises(SessionGone):
        table.update(digest_of(session.session_key), {"a": "2"}, [])
    assert table.read(digest_of(session.session_key)) is None


def test_an_expired_session_is_neither_read_nor_written(stack):
    clock = ManualClock()
    table = sessions(stack, clock=clock)
    digest = digest_of(new_key())
    table.create(digest, {"a": "1"}, lifetime=60)
    clock.advance(60)
    assert table.read(digest) is None
    with pytest.raises(SessionGone):
        table.update(digest, {"b": "2"}, [])


def test_an_unreachable_table_is_an_outage_and_no_empty_session(stack):
    telemetry = Telemetry()
    table = sessions(stack, endpoint=f"http://127.0.0.1:{Ports.free().ministack}", telemetry=telemetry)
    session = SessionStore(new_key(), table)
    assert session.get("a") is None
    assert session.unavailable
    session["a"] = 1
    with pytest.raises(UpstreamUnavailable):
        session.save()
    # A request waits for a dead table once, not again for everything it does with the session.
    assert telemetry.calls.value("dynamodb", "connection") == 1
