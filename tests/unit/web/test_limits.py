"""Limits of signing in: what an attacker is refused, and what nobody else is."""

import threading
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from storefront.core import ManualClock, Reason, UpstreamUnavailable
from storefront.resilience import BulkheadFull
from storefront.telemetry import Telemetry
from storefront.web import limits
from storefront.web.errors import response_for
from storefront.web.limits import Limits, TooMany, Turns
from storefront.web.windows import LocalWindows, Windows

ROBIN = "robin@example.com"
HERE, THERE = "192.0.2.1", "198.51.100.7"


class SharedTwin:
    """What Redis would count, in memory; `away` lets it fail as Redis does when it is lost."""

    def __init__(self, clock):
        self._clock = clock
        self._windows = LocalWindows(clock)
        self._cleared = {}
        self.away = False
        self.calls = 0

    def _ask(self):
        self.calls += 1
        if self.away:
            raise UpstreamUnavailable("limits", "take", Reason.CONNECTION, sent=False)

    def take(self, window, who, token):
        self._ask()
        cleared = self._cleared.get((window.kind, who))
        ago = None if cleared is None else self._clock.monotonic() - cleared
        return self._windows.take(window, who, token), ago

    def keep(self, window, who, token):
        self._ask()
        self._windows.keep(window, who, token)

    def drop(self, window, who, token):
        self._ask()
        self._windows.drop(window, who, token)

    def clear(self, window, who):
        self._ask()
        self._windows.clear(window, who)
        self._cleared[window.kind, who] = self._clock.monotonic()


class Worker:
    """One process of the shop, as far as limits go."""

    def __init__(self, clock, shared=None, **options):
        self.telemetry = Telemetry()
        many = Turns(at_once=1000, per_second=1e6, burst=1000, clock=clock)
        options = {"clock": clock, "step": 0, "turns": many, "forms": many, **options}
        self.limits = Limits(Windows(shared, self.telemetry, clock), self.telemetry, **options)

    def request(self, address=HERE):
        request = RequestFactory().post("/account/sign-in/", REMOTE_ADDR=address)
        request.shop = SimpleNamespace(limits=self.limits)
        return request

    def wrong(self, address=HERE, email=ROBIN, before=limits.before_sign_in):
        """Seconds to wait, 0 for a wrong password that the pool was asked about."""
        return self._try(limits.failed, address, email, before)

    def right(self, address=HERE, email=ROBIN, before=limits.before_sign_in):
        return self._try(limits.succeeded, address, email, before)

    def unanswered(self, address=HERE, email=ROBIN):
        return self._try(lambda *_: None, address, email, limits.before_sign_in)

    def _try(self, report, address, email, before):
        request = self.request(address)
        try:
            before(request, email)
        except TooMany as refused:
            return refused.retry_after
        report(request, email)
        return 0


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def worker(clock):
    return Worker(clock)


def test_the_sixth_wrong_password_in_a_quarter_of_an_hour_is_not_looked_at(worker, clock):
    assert [worker.wrong() for _ in range(5)] == [0] * 5
    assert worker.wrong() == 900
    clock.advance(600)
    assert worker.right() == 300
    clock.advance(300)
    assert worker.right() == 0


def test_waiting_as_long_as_told_is_enough_however_often_one_asks(worker, clock):
    for _ in range(5):
        worker.wrong()
        clock.advance(60)
    waits = [worker.wrong() for _ in range(10)]
    assert set(waits) == {600}
    clock.advance(600)
    assert worker.wrong() == 0


def test_nobody_is_locked_out_from_elsewhere(worker):
    for _ in range(12):
        worker.wrong(THERE)
    assert [worker.wrong(), worker.right()] == [0, 0]


def test_an_account_under_attack_from_everywhere_still_lets_its_owner_in(worker):
    """The pool locks an account for everybody by its own count; the less it is asked, the later."""
    asked = sum(worker.wrong(f"203.0.113.{n}") == 0 for n in range(10) for _ in range(5))
    assert asked == 5 + 5 + 8  # two addresses unnoticed, then one try for each
    assert worker.right(HERE) == 0


def test_another_account_from_the_same_address_has_tries_of_its_own(worker):
    for _ in range(6):
        worker.wrong()
    assert worker.right(email="casey@example.com") == 0


@pytest.mark.parametrize(
    "same", ["ROBIN@example.com", " robin@example.com ", "robin@EXAMPLE.com", "\uff52obin@example.com"]
)
def test_an_account_is_the_same_however_its_address_is_typed(worker, same):
    for _ in range(5):
        worker.wrong()
    assert worker.wrong(email=same) > 0


def test_one_address_tries_twenty_times_a_minute_whatever_the_accounts(worker, clock):
    waits = [worker.wrong(email=f"shopper{n}@example.com") for n in range(25)]
    assert waits == [0] * 20 + [60] * 5
    assert worker.wrong(THERE, email="shopper30@example.com") == 0
    clock.advance(60)
    assert worker.wrong(email="shopper31@example.com") == 0


def test_an_ipv6_address_counts_by_its_network(worker):
    for n in range(5):
        worker.wrong(f"2001:db8:1:2::{n:x}")
    assert worker.wrong("2001:db8:1:2:ffff::1") > 0
    assert worker.wrong("2001:db8:1:3::1") == 0


def test_in_a_rush_each_address_is_slowed_down_and_none_is_shut_out(worker, clock):
    for n in range(100):
        assert worker.wrong(f"203.0.{n}.1", f"shopper{n}@example.com") == 0
    crowd = [worker.wrong(THERE, f"other{n}@example.com") for n in range(4)]
    assert crowd == [0, 0, 60, 60]
    assert worker.right(HERE) == 0
    clock.advance(60)
    assert [worker.wrong(THERE, f"other{n}@example.com") for n in range(4)] == [0] * 4


def test_sign_ins_that_succeed_make_no_rush(worker):
    for n in range(300):
        assert worker.right(f"203.0.{n % 250}.1", f"shopper{n}@example.com") == 0
    assert [worker.wrong(THERE, f"other{n}@example.com") for n in range(4)] == [0] * 4


def test_a_right_password_forgives_the_wrong_ones(worker):
    for _ in range(4):
        worker.wrong()
    worker.right()
    assert [worker.wrong() for _ in range(5)] == [0] * 5


def test_tries_under_way_count_as_failures_until_they_are_known(worker, clock):
    """Fifty at once must not all pass because none of them has failed yet."""
    assert [worker.unanswered() for _ in range(7)] == [0] * 5 + [10] * 2
    clock.advance(10)
    assert worker.unanswered() == 0


def test_while_the_pool_is_away_nobody_uses_up_their_tries(worker, clock):
    for _ in range(20):
        worker.unanswered()
        clock.advance(11)
    assert [worker.wrong() for _ in range(5)] == [0] * 5


def test_codes_are_limited_as_passwords_are(worker):
    assert [worker.wrong(before=limits.before_code) for _ in range(6)] == [0] * 5 + [900]
    assert worker.right(before=limits.before_code) == 900
    assert worker.right(THERE, before=limits.before_code) == 0


def test_who_knows_the_password_cannot_guess_codes_for_ever(worker, clock):
    for _ in range(5):
        assert worker.right() == 0
        assert worker.wrong(before=limits.before_code) == 0
        clock.advance(60)
    worker.right()
    assert worker.wrong(before=limits.before_code) > 0


def test_a_new_password_set_by_code_ends_the_wait_for_signing_in(worker):
    for _ in range(6):
        worker.wrong()
    assert worker.wrong() > 0
    assert worker.right(before=limits.before_code) == 0
    assert worker.right() == 0


@pytest.mark.parametrize("before", [limits.before_forgot, limits.before_resend, limits.before_sign_up])
def test_mail_goes_to_an_account_three_times_an_hour_wherever_it_is_asked_from(worker, clock, before):
    waits = []
    for n in range(4):
        request = worker.request(f"203.0.113.{n}")
        try:
            before(request, ROBIN)
            waits.append(0)
        except TooMany as refused:
            waits.append(refused.retry_after)
    assert waits == [0, 0, 0, 3600]
    clock.advance(3600)
    before(worker.request(), ROBIN)


def test_one_address_makes_ten_accounts_an_hour(worker, clock):
    for n in range(10):
        limits.before_sign_up(worker.request(), f"shopper{n}@example.com")
    with pytest.raises(TooMany) as refused:
        limits.before_sign_up(worker.request(), ROBIN)
    assert refused.value.retry_after == 3600
    limits.before_sign_up(worker.request(THERE), ROBIN)
    clock.advance(3600)
    limits.before_sign_up(worker.request(), ROBIN)


def test_one_address_makes_twenty_wish_lists_a_minute(worker, clock):
    for _ in range(20):
        limits.before_new_list(worker.request())
    with pytest.raises(TooMany):
        limits.before_new_list(worker.request())
    limits.before_new_list(worker.request(THERE))
    clock.advance(60)
    limits.before_new_list(worker.request())


def test_a_view_that_forgot_to_ask_is_counted_all_the_same(worker):
    for _ in range(5):
        limits.failed(worker.request(), ROBIN)
    assert worker.wrong() == 900


def test_where_all_come_from_one_address_only_what_counts_by_address_is_multiplied(clock):
    many = Worker(clock, factor=10)
    assert [many.wrong(email=f"shopper{n}@example.com") for n in range(150)] == [0] * 150
    assert [many.wrong() for _ in range(6)] == [0] * 5 + [900]


# --- More than one process --------------------------------------------------------------------------------


@pytest.fixture
def shared(clock):
    return SharedTwin(clock)


def test_processes_count_together(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    assert [worker.wrong() for worker in (one, other, one, other, one)] == [0] * 5
    assert (one.wrong(), other.wrong()) == (900, 900)


def test_limits_hold_when_redis_is_lost_midway(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    for worker in (one, other, one):
        worker.wrong()
    shared.away = True
    # Each goes on from what it has seen itself.
    assert [one.wrong() for _ in range(4)] == [0, 0, 0, 900]
    assert [other.wrong() for _ in range(5)] == [0, 0, 0, 0, 900]
    assert one.telemetry.events.value("limits", "away_connection") > 0


def test_limits_hold_when_redis_comes_back_empty(clock):
    worker = Worker(clock, SharedTwin(clock))
    for _ in range(5):
        worker.wrong()
    worker.limits.windows._shared = empty = SharedTwin(clock)
    assert [worker.wrong() for _ in range(9)] == [900] * 9
    # What this one refuses is nothing that the others would have to count.
    other = Worker(clock, empty)
    assert [other.wrong() for _ in range(6)] == [0] * 5 + [900]


def test_a_success_in_one_process_is_known_in_the_others(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    for _ in range(4):
        one.wrong()
    clock.advance(1)
    other.right()
    clock.advance(1)
    assert [one.wrong() for _ in range(6)] == [0] * 5 + [900]


def test_a_success_elsewhere_forgives_only_what_was_before_it(clock, shared):
    one, other = Worker(clock, shared), Worker(clock, shared)
    other.right()
    clock.advance(1)
    for _ in range(5):
        one.wrong()
    shared.away = True
    assert one.wrong() == 900


def test_what_is_refused_by_one_count_takes_nothing_of_the_other(clock, shared):
    worker = Worker(clock, shared)
    for _ in range(5):
        worker.wrong()
    clock.advance(1)
    fresh = Worker(clock, shared)
    for _ in range(9):
        assert fresh.wrong() == 899
    clock.advance(899)
    assert fresh.right() == 0


# --- Turns ------------------------------------------------------------------------------------------------


def test_no_more_than_a_few_sign_ins_are_worked_on_at_once(clock):
    turns = Turns(at_once=2, per_second=100, burst=100, clock=clock)
    with turns.one(), turns.one(), pytest.raises(BulkheadFull), turns.one():
        pytest.fail("a third was let in")
    with turns.one():
        pass


def test_no_more_than_a_few_sign_ins_are_begun_each_second(clock):
    turns = Turns(at_once=2, per_second=4, burst=3, clock=clock)
    assert begun(turns, 10) == 3
    clock.advance(0.5)
    assert begun(turns, 10) == 2
    clock.advance(60)
    assert begun(turns, 10) == 3


def begun(turns, tries):
    count = 0
    for _ in range(tries):
        try:
            with turns.one():
                count += 1
        except BulkheadFull:
            continue
    return count


def test_who_finds_no_turn_is_told_at_once_and_has_lost_no_try(clock):
    worker = Worker(clock, turns=Turns(at_once=1, per_second=100, burst=100, clock=clock))
    inside, done = threading.Event(), threading.Event()

    def long_one():
        with limits.turn(worker.request(THERE)):
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=long_one)
    thread.start()
    assert inside.wait(10)
    for _ in range(7):
        with pytest.raises(TooMany) as refused:
            limits.before_sign_in(worker.request(), ROBIN)
        assert (refused.value.retry_after, refused.value.brief) == (2, True)
    done.set()
    thread.join(10)
    assert [worker.wrong() for _ in range(5)] == [0] * 5
    assert worker.telemetry.events.value("limits", "no_turn") == 7


def test_who_loses_the_last_turn_to_another_has_lost_no_try(clock):
    worker = Worker(clock, turns=Turns(at_once=2, per_second=1, burst=1, clock=clock))
    for _ in range(7):
        one, other = worker.request(), worker.request(THERE)
        limits.before_sign_in(one, ROBIN)
        limits.before_sign_in(other, ROBIN)
        with limits.turn(other):
            limits.succeeded(other, ROBIN)
        with pytest.raises(TooMany), limits.turn(one):
            pytest.fail("there was no turn")
        clock.advance(1)
    clock.advance(60)
    assert worker.wrong() == 0


def test_a_flood_from_one_address_is_not_looked_up_again_and_again(clock):
    shared = SharedTwin(clock)
    worker = Worker(clock, shared)
    for n in range(20):
        worker.wrong(email=f"shopper{n}@example.com")
    assert worker.wrong() == 60
    asked = shared.calls
    clock.advance(10)
    assert [worker.wrong() for _ in range(50)] == [50] * 50
    assert shared.calls == asked
    clock.advance(50)
    assert worker.wrong() == 0


# --- Time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [limits.before_sign_in, limits.before_code])
def test_how_long_a_refusal_takes_does_not_tell_how_long_the_pool_took(clock, before):
    worker = Worker(clock, step=0.25)
    took = []
    for seconds in (0.001, 0.14, 0.16, 0.249, 0.26, 0.49):
        request, began = worker.request(f"203.0.113.{len(took)}"), clock.monotonic()
        before(request, ROBIN)
        clock.advance(seconds)
        limits.failed(request, ROBIN)
        took.append(round(clock.monotonic() - began, 6))
    assert took == [0.25] * 4 + [0.5] * 2


def test_who_is_right_does_not_wait(clock):
    worker = Worker(clock, step=0.25)
    assert worker.right() == 0
    assert clock.slept == []


@pytest.mark.parametrize("error", [None, KeyError])
def test_what_is_answered_alike_takes_alike(clock, error):
    worker = Worker(clock, step=0.25)
    took = []
    for seconds in (0.003, 0.2, 0.3):
        began = clock.monotonic()
        try:
            with limits.even_time(worker.request()):
                clock.advance(seconds)
                if error:
                    raise error
        except KeyError:
            assert error
        took.append(round(clock.monotonic() - began, 6))
    assert took == [0.25, 0.25, 0.5]


def test_waiting_takes_no_more_than_a_few_threads(clock):
    worker = Worker(clock, forms=Turns(at_once=8, per_second=10, burst=3, clock=clock))
    for n in range(3):
        assert worker.wrong(f"203.0.113.{n}", before=limits.before_code) == 0
    assert worker.wrong(THERE, before=limits.before_code) == 2
    with pytest.raises(TooMany), limits.even_time(worker.request()):
        pytest.fail("there was no place")
    clock.advance(1)
    assert worker.wrong(THERE, before=limits.before_code) == 0


# --- What is said and what is kept ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "words"), [(2, "wait a minute"), (60, "wait a minute"), (840, "14 minutes")]
)
def test_the_answer_is_a_page_in_words_that_says_how_long_to_wait(worker, seconds, words):
    response = response_for(worker.request(), TooMany(seconds))
    page = response.content.decode()
    assert (response.status_code, response["Retry-After"]) == (429, str(seconds))
    assert words in page
    assert "<h1" in page
    assert "no-store" in response["Cache-Control"]


def test_htmx_gets_the_sentence_alone(worker):
    request = worker.request()
    request.META["HTTP_HX_REQUEST"] = "true"
    response = response_for(request, TooMany(840))
    assert response.content.decode().startswith('<p class="notice')


def test_the_counts_name_neither_people_nor_addresses(clock):
    seen = []

    class Spy(SharedTwin):
        def take(self, window, who, token):
            seen.append((window.kind, who, token))
            return super().take(window, who, token)

    worker = Worker(clock, Spy(clock))
    for _ in range(6):
        worker.wrong(before=limits.before_sign_in)
        worker.wrong(before=limits.before_code)
    limits.before_forgot(worker.request(), ROBIN)
    text = repr(seen)
    assert seen
    assert not [secret for secret in ("robin", "example", HERE) if secret in text]


def test_the_names_can_only_be_made_with_the_shops_own_key(settings):
    with_one = limits.account_name(ROBIN)
    settings.SECRET_KEY = "another key of at least fifty characters, as it should be"
    assert limits.account_name(ROBIN) != with_one
