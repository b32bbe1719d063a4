"""Sessions on a real DynamoDB interface: races, expiry, outage, as the web tier's settings make the table."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.ports import Ports
from dev.stack.devstack import DevStack
from storefront.aws import AwsClientSettings, ClientFactory, DynamoTable
from storefront.core import Clock, ManualClock, SystemClock, UpstreamUnavailable
from storefront.resilience import Resource, ResourceSettings
from storefront.sessions import DynamoSessionTable, SessionGone, digest_of, new_key
from storefront.sessions.backend import SessionStore
from storefront.telemetry import Telemetry

WRITERS = 20
ROUNDS = 10


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
    table = sessions(stack)
    first = SessionStore(None, table)
    first["start"] = 0
    first.save()
    together = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        for turn in range(ROUNDS):
            session = SessionStore(first.session_key, table)
            session[f"w{writer}"] = turn
            session[f"w{writer}.{turn}"] = True
            if turn == 0:
                together.wait(30)
            session.save()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    found = dict(SessionStore(first.session_key, table).items())
    lost = [(w, t) for w in range(WRITERS) for t in range(ROUNDS) if f"w{w}.{t}" not in found]
    assert lost == []
    assert all(found[f"w{writer}"] == ROUNDS - 1 for writer in range(WRITERS))
    assert table.read(digest_of(first.session_key)).version == 1 + WRITERS * ROUNDS


def test_only_one_of_many_that_insist_on_a_version_wins(stack):
    table = sessions(stack)
    digest = digest_of(new_key())
    table.create(digest, {"a": "1"}, lifetime=60)
    together = threading.Barrier(8)

    def take(writer: int) -> bool:
        together.wait(30)
        try:
            table.update(digest, {"holder": str(writer)}, [], version=1)
        except SessionGone:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


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
