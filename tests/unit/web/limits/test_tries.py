"""Limits of signing in: what an attacker is refused, and what nobody else is."""

import pytest

from storefront.web import limits
from storefront.web.limits import TooMany
from tests.unit.web.limits.workers import HERE, ROBIN, THERE, Worker


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
