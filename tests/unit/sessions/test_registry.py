"""The sessions of one person: listed, ended one by one or all together, never more than fifty."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storefront.core import ManualClock, UpstreamUnavailable
from storefront.sessions import MemorySessionTable, SessionRegistry, digest_of

LIFETIME = 30 * 24 * 3600


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def table(clock) -> MemorySessionTable:
    return MemorySessionTable(clock)


@pytest.fixture
def registry(table, clock) -> SessionRegistry:
    return SessionRegistry(table, LIFETIME, clock)


def begin(table, registry, name: str, owner: str = "robin") -> str:
    digest = digest_of(name)
    table.create(digest, {"who": f'"{name}"'}, lifetime=LIFETIME)
    registry.add(owner, digest, {"browser": name})
    return digest


def names(registry, owner: str = "robin") -> list[str]:
    return [session.notes["browser"] for session in registry.sessions(owner)]


def test_a_person_sees_their_own_sessions_the_last_seen_first(table, registry, clock):
    for name in ("phone", "laptop"):
        begin(table, registry, name)
        clock.advance(60)
    begin(table, registry, "theirs", owner="mika")
    assert names(registry) == ["laptop", "phone"]
    registry.touch("robin", digest_of("phone"))
    assert names(registry) == ["phone", "laptop"]


def test_one_session_can_be_ended_by_its_handle(table, registry):
    begin(table, registry, "phone")
    lost = begin(table, registry, "lost")
    handle = next(s.handle for s in registry.sessions("robin") if s.notes["browser"] == "lost")
    held = registry.end("robin", handle)
    assert held[lost].data == {"who": '"lost"'}
    assert table.read(lost) is None
    assert names(registry) == ["phone"]


def test_nobody_ends_the_session_of_somebody_else(table, registry):
    digest = begin(table, registry, "phone")
    begin(table, registry, "mine", owner="mika")
    handle = registry.sessions("robin")[0].handle
    assert registry.end("mika", handle) == {}
    assert table.read(digest) is not None


def test_a_handle_says_nothing_of_the_digest(table, registry):
    digest = begin(table, registry, "phone")
    handle = registry.sessions("robin")[0].handle
    assert handle not in digest
    assert digest not in repr(registry.sessions("robin"))


def test_all_can_be_ended_but_this_one(table, registry):
    here = begin(table, registry, "here")
    others = [begin(table, registry, f"other-{n}") for n in range(5)]
    assert set(registry.end_all("robin", but=here)) == set(others)
    assert names(registry) == ["here"]
    assert [table.read(digest) for digest in others] == [None] * 5


def test_whoever_writes_its_row_too_late_to_be_ended_is_told_so(table, registry):
    """A sign-in is on the list before its row is there; ending all takes out a row that is not there yet."""
    late = digest_of("late")
    registry.add("robin", late, {})
    assert registry.holds("robin", late)
    seen, delete = [], table.delete

    def noted(digest):
        gone = delete(digest)
        table.create(digest, {}, lifetime=LIFETIME)  # at the worst moment
        seen.append(registry.holds("robin", digest))
        return gone

    table.delete = noted
    registry.end_all("robin")
    assert seen == [False]
    assert not registry.holds("robin", late)
    assert not registry.holds("nobody", late)


def test_one_that_could_not_be_ended_is_still_listed_and_can_be_ended_later(table, registry):
    digest = begin(table, registry, "phone")
    delete = table.delete

    def failing(_digest):
        raise UpstreamUnavailable("dynamodb", "delete", "timeout")

    table.delete = failing
    with pytest.raises(UpstreamUnavailable):
        registry.end_all("robin")
    table.delete = delete
    registry.touch("robin", digest)
    assert (names(registry), registry.holds("robin", digest)) == (["phone"], False)
    assert set(registry.end_all("robin")) == {digest}
    assert names(registry) == []


def test_the_fifty_first_ends_the_one_unseen_for_longest(table, registry, clock):
    digests = []
    for number in range(50):
        digests.append(begin(table, registry, f"device-{number}"))
        clock.advance(1)
    registry.touch("robin", digests[0])
    ended = registry.add("robin", digest_of("new"), {"browser": "new"})
    assert list(ended) == [digests[1]]
    assert len(registry.sessions("robin")) == 50
    assert table.read(digests[1]) is None
    assert table.read(digests[0]) is not None


def test_sessions_leave_the_list_when_their_time_is_over(table, registry, clock):
    begin(table, registry, "old")
    clock.advance(LIFETIME - 10)
    begin(table, registry, "new")
    clock.advance(11)
    assert names(registry) == ["new"]
    begin(table, registry, "newer")
    (item,) = [stored for key, stored in table.sessions.items() if key.startswith("o_")]
    assert digest_of("old") not in item.data


def test_the_list_comes_back_after_all_expired(table, registry, clock):
    begin(table, registry, "old")
    clock.advance(LIFETIME + 1)
    assert names(registry) == []
    registry.touch("robin", digest_of("old"))
    registry.forget("robin", digest_of("old"))
    begin(table, registry, "new")
    assert names(registry) == ["new"]


def test_a_touched_session_that_was_ended_does_not_come_back(table, registry):
    digest = begin(table, registry, "phone")
    registry.end_all("robin")
    registry.touch("robin", digest)
    assert names(registry) == []


def test_twenty_devices_that_sign_in_at_once_are_all_listed(table, registry):
    together = threading.Barrier(20)

    def enter(number: int) -> None:
        together.wait(10)
        begin(table, registry, f"device-{number}")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(enter, range(20)))
    assert set(names(registry)) == {f"device-{number}" for number in range(20)}


def test_the_table_is_not_told_who_it_is(table, registry):
    begin(table, registry, "phone", owner="3f0c1d1e-8f5b-4b57-9a11-0c8f9c2f7b10")
    assert "3f0c1d1e" not in repr(table.sessions)


def noted_otherwise(table, *digests: str) -> None:
    key = next(key for key in table.sessions if key.startswith("o_"))
    for digest in digests:
        table.create(digest, {}, lifetime=LIFETIME)
    table.update(key, dict.fromkeys(digests, '["tomorrow"]'), ())


def test_what_another_release_notes_otherwise_is_a_session_and_can_be_ended(table, registry):
    here, strange = begin(table, registry, "here"), ["f" * 64, "e" * 64]
    noted_otherwise(table, *strange)
    begin(table, registry, "another")  # takes nothing off the list that it can't read
    assert {session.digest for session in registry.sessions("robin")} >= {here, *strange}
    registry.end_all("robin", but=here)
    assert names(registry) == ["here"]
    assert [table.read(digest) for digest in strange] == [None, None]


def test_it_never_takes_the_place_of_one_that_can_be_read(table, registry, clock):
    digests = []
    for number in range(49):
        digests.append(begin(table, registry, f"device-{number}"))
    noted_otherwise(table, "f" * 64)
    clock.advance(60)
    assert list(registry.add("robin", digest_of("new"), {"browser": "new"})) == ["f" * 64]
    assert all(table.read(digest) is not None for digest in digests)


def test_one_that_had_to_make_room_and_could_not_be_ended_is_still_listed(table, registry, clock):
    digests = []
    for number in range(50):
        digests.append(begin(table, registry, f"device-{number}"))
        clock.advance(1)
    delete = table.delete

    def failing(_digest):
        raise UpstreamUnavailable("dynamodb", "delete", "timeout")

    table.delete = failing
    with pytest.raises(UpstreamUnavailable):
        registry.add("robin", digest_of("new"), {"browser": "new"})
    table.delete = delete
    assert digests[0] in {session.digest for session in registry.sessions("robin")}
    registry.end_all("robin")
    assert table.read(digests[0]) is None


def test_an_outage_is_told(table, registry):
    begin(table, registry, "phone")
    table.down = True
    with pytest.raises(UpstreamUnavailable):
        registry.sessions("robin")
    with pytest.raises(UpstreamUnavailable):
        registry.add("robin", "d", {})
