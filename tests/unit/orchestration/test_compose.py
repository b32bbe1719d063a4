"""A page waits for what it needs, goes on without the rest, and never for longer than its budget."""

import contextvars
import logging
import multiprocessing
import os
import threading

import pytest

from storefront.core import NotFound, Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.orchestration import Composer, Missing, Why
from storefront.resilience import about_to_wait, current_deadline
from storefront.telemetry import Telemetry, current_record, request_scope

PATIENT = 30.0  # seconds: a budget that no passing test uses up


@pytest.fixture
def telemetry():
    return Telemetry()


@pytest.fixture
def composer(telemetry):
    composer = Composer(telemetry, workers=8)
    yield composer
    composer.close()


@pytest.fixture
def never():
    """Something that does not come until the test is over."""
    event = threading.Event()
    yield lambda: event.wait(PATIENT)
    event.set()


def raising(error):
    def fetch():
        raise error

    return fetch


UNAVAILABLE = UpstreamUnavailable("personalize", "get", Reason.TIMEOUT)


def test_parts_are_read_after_the_plan_ran(composer):
    with composer.page(PATIENT) as plan:
        product = plan.critical("product", lambda: "shirt")
        related = plan.deferred("related", lambda: ["trousers"])
    assert product.value == "shirt"
    assert related.or_none() == ["trousers"]
    assert related.missing is None


def test_reading_a_part_too_early_is_a_bug_and_says_so(composer):
    plan = composer.plan(PATIENT)
    product = plan.critical("product", lambda: "shirt")
    related = plan.deferred("related", lambda: 1)
    with pytest.raises(RuntimeError, match="product"):
        product.value  # noqa: B018
    with pytest.raises(RuntimeError, match="related"):
        related.or_none()


def test_parts_run_side_by_side(composer):
    meeting = threading.Barrier(4, timeout=PATIENT)
    with composer.page(PATIENT) as plan:
        parts = [plan.critical(str(number), meeting.wait) for number in range(4)]
    assert sorted(part.value for part in parts) == [0, 1, 2, 3]


def test_a_single_part_runs_in_the_callers_thread(composer):
    with composer.page(PATIENT) as plan:
        here = plan.critical("here", threading.get_ident)
    assert here.value == threading.get_ident()
    assert composer._pool is None


def test_an_empty_plan_is_fine(composer):
    composer.plan(PATIENT).run()


def test_a_failing_critical_part_raises_the_upstreams_own_error_without_waiting(composer, never):
    error = NotFound("catalog", "GET /products", status=404)
    plan = composer.plan(PATIENT)
    plan.critical("product", raising(error))
    plan.critical("slow", never)
    plan.deferred("slower", never)
    with pytest.raises(NotFound) as raised:
        plan.run()
    assert raised.value is error


def test_a_critical_part_that_is_too_late_is_unavailable(composer, never):
    plan = composer.plan(0.1)
    plan.critical("product", never)
    plan.deferred("related", lambda: 1)
    with pytest.raises(UpstreamUnavailable) as raised:
        plan.run()
    assert (raised.value.upstream, raised.value.reason) == ("product", Reason.BUDGET_EXHAUSTED)


def test_a_late_deferred_part_is_left_out_and_noted(composer, never, telemetry):
    with request_scope() as record, composer.page(0.2) as plan:
        product = plan.critical("product", lambda: "shirt")
        related = plan.deferred("related", never)
    assert product.value == "shirt"
    assert related.or_none() is None
    assert related.missing == Missing(Why.LATE)
    assert record.degraded == {"related": "late"}
    assert telemetry.degradations.value("related", "late") == 1


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (UNAVAILABLE, Why.UNAVAILABLE),
        (UpstreamInvalid("personalize", "get", "not JSON"), Why.INVALID),
        (NotFound("personalize", "get", status=404), Why.REFUSED),
    ],
)
@pytest.mark.parametrize("company", [True, False])
def test_a_failing_deferred_part_is_left_out(composer, error, why, company):
    with request_scope() as record, composer.page(PATIENT) as plan:
        related = plan.deferred("related", raising(error))
        if company:
            plan.critical("product", lambda: 1)
    assert related.missing == Missing(why)
    assert record.degraded == {"related": str(why)}


@pytest.mark.parametrize("company", [True, False])
def test_a_bug_in_a_deferred_part_is_logged_not_hidden(composer, caplog, company):
    with caplog.at_level(logging.ERROR), composer.page(PATIENT) as plan:
        related = plan.deferred("related", raising(ZeroDivisionError()))
        if company:
            plan.critical("product", lambda: 1)
    assert related.missing == Missing(Why.ERROR)
    assert "ZeroDivisionError" in caplog.text


def test_a_bug_in_a_critical_part_is_raised(composer):
    plan = composer.plan(PATIENT)
    plan.critical("product", raising(ZeroDivisionError()))
    plan.deferred("related", lambda: 1)
    with pytest.raises(ZeroDivisionError):
        plan.run()


def test_none_is_a_value_not_a_missing_part(composer):
    with composer.page(PATIENT) as plan:
        part = plan.deferred("optional", lambda: None)
        plan.critical("product", lambda: 1)
    assert part.or_none() is None
    assert part.missing is None


def test_threads_see_the_requests_context_and_the_plans_deadline(composer):
    variable = contextvars.ContextVar("variable")
    variable.set("seen")
    with request_scope() as record, composer.page(PATIENT) as plan:
        parts = [
            plan.critical(n, lambda: (variable.get(), current_record(), current_deadline().remaining()))
            for n in "ab"
        ]
    for part in parts:
        seen, theirs, left = part.value
        assert seen == "seen"
        assert theirs is record
        assert 0 < left <= PATIENT
    assert current_deadline() is None


def test_a_plan_within_a_part_runs_in_place_and_cannot_starve(telemetry):
    composer = Composer(telemetry, workers=1)

    def nested():
        with composer.page(PATIENT) as plan:
            names = [plan.critical(n, lambda: threading.current_thread().name) for n in "ab"]
        return [part.value for part in names]

    with composer.page(PATIENT) as plan:
        parts = [plan.critical(n, nested) for n in "xy"]
    assert {name for part in parts for name in part.value} == {"compose_0"}
    composer.close()


def test_parts_that_were_not_begun_are_cancelled(telemetry):
    composer = Composer(telemetry, workers=1)
    begun = []
    plan = composer.plan(PATIENT)
    plan.critical("product", raising(UNAVAILABLE))
    release = threading.Event()
    plan.deferred("slow", lambda: release.wait(PATIENT))
    for number in range(20):
        plan.deferred(str(number), lambda number=number: begun.append(number))
    with pytest.raises(UpstreamUnavailable):
        plan.run()
    release.set()
    composer.close()
    assert len(begun) < 20


def test_a_block_that_raises_fetches_nothing(composer):
    fetched = []

    def build():
        with composer.page(PATIENT) as plan:
            plan.critical("product", lambda: fetched.append(1))
            raise KeyError

    with pytest.raises(KeyError):
        build()
    assert fetched == []


def test_a_forked_process_makes_a_pool_of_its_own(composer):
    def both():
        with composer.page(PATIENT) as plan:
            parts = [plan.critical(n, os.getpid) for n in "ab"]
        return {part.value for part in parts}

    assert both() == {os.getpid()}
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()
    child = context.Process(daemon=True, target=lambda: results.put((os.getpid(), both())))
    child.start()
    pid, pids = results.get()
    child.join(10)
    assert pids == {pid} != {os.getpid()}


class Cached:
    """A part as the cache gives it: at hand, or to be waited for."""

    def __init__(self, *, at_hand):
        self.at_hand = at_hand
        self.threads = []

    def __call__(self):
        self.threads.append(threading.current_thread())
        if not self.at_hand:
            about_to_wait()
        return "value"


def test_what_is_at_hand_needs_no_other_thread(composer):
    here, there = Cached(at_hand=True), Cached(at_hand=True)
    with composer.page(PATIENT) as plan:
        parts = [plan.critical("a", here, cached=True), plan.deferred("b", there, cached=True)]
    assert [part.value if part.name == "a" else part.or_none() for part in parts] == ["value", "value"]
    assert here.threads == there.threads == [threading.current_thread()]


def test_what_is_not_at_hand_is_fetched_beside_the_rest(composer):
    cold, warm, plain = Cached(at_hand=False), Cached(at_hand=True), Cached(at_hand=True)
    with composer.page(PATIENT) as plan:
        found = plan.critical("cold", cold, cached=True)
        plan.deferred("warm", warm, cached=True)
        plan.deferred("plain", plain)
    assert found.value == "value"
    assert cold.threads[0] is threading.current_thread()
    assert cold.threads[1] is not threading.current_thread()
    assert len(warm.threads) == 1
    assert plain.threads[0] is not threading.current_thread()


GONE = NotFound("catalog", "get", status=404)


@pytest.mark.parametrize("error", [GONE, UNAVAILABLE, RuntimeError("a bug")])
def test_a_failure_at_hand_is_judged_as_any_other(composer, error):
    plan = composer.plan(PATIENT)
    plan.critical("product", raising(error), cached=True)
    plan.deferred("related", lambda: "there", cached=True)
    with pytest.raises(type(error)):
        plan.run()


def test_a_plan_within_a_part_that_is_not_at_hand_waits_in_the_pool(composer):
    inner = Cached(at_hand=False)

    def nested():
        with composer.page(PATIENT) as plan:
            part = plan.deferred("inner", inner, cached=True)
            plan.deferred("other", lambda: "there")
        return part.or_none()

    with composer.page(PATIENT) as plan:
        part = plan.deferred("outer", nested, cached=True)
        plan.deferred("beside", lambda: "there", cached=True)
    assert part.or_none() == "value"
    assert inner.threads[-1] is not threading.current_thread()
