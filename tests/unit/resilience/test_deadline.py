"""How long a call may take when the shopper's time is running."""

import pytest

from storefront.core import ManualClock
from storefront.resilience import BudgetExhausted, call_budget, current_deadline, deadline, remaining


@pytest.fixture
def clock():
    return ManualClock()


def test_without_a_deadline_a_call_has_its_own_timeout():
    assert call_budget(0.4) == 0.4
    assert current_deadline() is None
    assert remaining(otherwise=9) == 9


def test_a_call_gets_what_is_left_less_the_reserve(clock):
    with deadline(1.5, clock):
        assert call_budget(0.4) == 0.4
        clock.advance(1.25)
        assert call_budget(0.4) == pytest.approx(0.2)


def test_no_call_begins_with_less_than_thirty_milliseconds(clock):
    with deadline(1.0, clock):
        clock.advance(0.915)
        assert call_budget(0.4) == pytest.approx(0.035)
        clock.advance(0.006)
        with pytest.raises(BudgetExhausted):
            call_budget(0.4)
        clock.advance(5)
        with pytest.raises(BudgetExhausted):
            call_budget(0.4)


def test_an_inner_deadline_cannot_extend_the_outer(clock):
    with deadline(1.0, clock):
        with deadline(5.0):
            assert remaining(otherwise=0) == pytest.approx(1.0)
        with deadline(0.5):
            assert remaining(otherwise=0) == pytest.approx(0.5)
        assert remaining(otherwise=0) == pytest.approx(1.0)
    assert current_deadline() is None


def test_the_deadline_ends_with_its_block_even_after_an_error(clock):
    with pytest.raises(RuntimeError), deadline(1.0, clock):
        raise RuntimeError
    assert current_deadline() is None
