"""Experiments on a real DynamoDB interface and a real bus: every shopper counts once, whoever tells it."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from dev.messages import peek
from dev.stack.devstack import DevStack
from storefront.core import ManualClock, Money, SystemClock
from storefront.experiments.memory import MemoryTallies
from storefront.experiments.tallies import (
    Dealt,
    Goal,
    OrderCounted,
    person_of,
    run_of,
    with_goal,
    with_order,
)
from storefront.flags.records import Who
from tests.integration import flag_editors
from tests.integration.experiment_tellers import NOTE, tallies, tell, variant_of

ROOT = Path(__file__).resolve().parents[2]
SHOPPERS = 40
RUN = run_of(NOTE)
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    with DevStack(tmp_path_factory.mktemp("stack"), services=("ministack",)) as running:
        yield running


@pytest.fixture(scope="module")
def web(stack):
    with pytest.MonkeyPatch.context() as patch:
        found = stack.environment("web")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, found[name])
        yield dict(found)


@pytest.fixture
def name(stack) -> str:
    """An empty table with the keys of the one in infra/data-stack.yaml."""
    made, dynamodb = f"experiments-{next(_NUMBERS)}", stack.boto("dynamodb")
    kept = dynamodb.describe_table(TableName="storefront-experiments")["Table"]
    dynamodb.create_table(
        TableName=made,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=kept["KeySchema"],
        AttributeDefinitions=kept["AttributeDefinitions"],
    )
    return made


def told_by(processes: int, web, name, visitors) -> None:
    """Let several processes tell of the same shoppers at once."""
    context = multiprocessing.get_context("spawn")
    done, at = context.Queue(), (SystemClock().now() + timedelta(hours=1)).isoformat()
    tellers = [
        context.Process(target=tell, args=(web, name, visitors, 2, at, done)) for _ in range(processes)
    ]
    for teller in tellers:
        teller.start()
    assert all(done.get(timeout=200) for _ in tellers)
    for teller in tellers:
        teller.join(30)
        assert teller.exitcode == 0


def test_two_processes_that_tell_everything_twice_count_everybody_once(stack, web, name):
    visitors = [f"visitor-{number}" for number in range(SHOPPERS)]
    told_by(2, web, name, visitors)
    dealt = Counter(map(variant_of, visitors))
    (run,) = tallies(web, name).runs("delivery-note")
    assert {variant: tally.people for variant, tally in run.tallies.items()} == dict(dealt)
    for variant, tally in run.tallies.items():
        people = dealt[variant]
        assert tally.goals == {"cart": people, "order": people}
        assert tally.amounts == {"EUR": (3_000 * people, 3_000**2 * people)}
    sent = [json.loads(one["Body"]) for one in peek(stack.boto("sqs"), "storefront-events")]
    shown = [one["detail"] for one in sent if one["detail-type"] == "ExperimentShown"]
    assert sorted(one["person"] for one in shown) == sorted(map(person_of, visitors))
    assert Counter(one["variant"] for one in shown) == dealt
    goals = [one["detail"] for one in sent if one["detail-type"] == "ExperimentGoalReached"]
    assert Counter(one["goal"] for one in goals) == {
        "cart": SHOPPERS,
        "order": SHOPPERS,
        "revenue": 2 * SHOPPERS,
    }
    assert sum(one.get("amount", 0) for one in goals) == 3_000 * SHOPPERS


def test_of_twenty_who_begin_the_same_part_one_does(web, name):
    store, at = tallies(web, name), SystemClock().now()
    dealt = [Dealt("delivery-note", RUN, variant) for variant in ("control", "note") * 10]
    with ThreadPoolExecutor(20) as pool:
        began = list(pool.map(lambda one: store.begin(person_of("ana"), one, at), dealt))
    assert sum(began) == 1
    (record,) = store.records(person_of("ana"))
    (run,) = store.runs("delivery-note")
    assert {variant: tally.people for variant, tally in run.tallies.items()} == {record.dealt.variant: 1}


def test_of_ten_who_take_the_same_step_one_does(web, name):
    store, at, ana = tallies(web, name), SystemClock().now(), person_of("ana")
    store.begin(ana, Dealt("delivery-note", RUN, "note"), at)
    (record,) = store.records(ana)
    with ThreadPoolExecutor(10) as pool:
        took = list(pool.map(lambda _: store.take(ana, with_goal(record, Goal.CART)), range(10)))
    assert sum(took) == 1
    (run,) = store.runs("delivery-note")
    assert run.tallies["note"].reached(Goal.CART) == 1


def test_an_order_that_ten_shoppers_open_counts_for_one_of_them_in_each_run(web, name):
    store, at = tallies(web, name), SystemClock().now()
    people = [person_of(f"p-{number}") for number in range(10)]

    def took(person, run) -> bool:
        (record,) = (one for one in store.records(person) if one.dealt.run == run)
        step = with_order(record, "o-1", Money(2_500, "EUR"), at)
        try:
            return store.take(person, step)
        except OrderCounted:
            return False

    for run in (RUN, "another"):
        for person in people:
            store.begin(person, Dealt("delivery-note", run, "note"), at)
        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(lambda person, run=run: took(person, run), people)) == 1
    for run in store.runs("delivery-note"):
        tally = run.tallies["note"]
        assert (tally.reached(Goal.ORDER), tally.amounts) == (1, {"EUR": (2_500, 2_500**2)})


def test_the_table_does_what_the_twin_in_memory_does(web, name):
    clock = ManualClock(SystemClock().now())
    for store in (table := tallies(web, name), twin := MemoryTallies()):
        for number in range(30):
            person = person_of(f"p-{number}")
            dealt = Dealt("delivery-note", f"run-{number % 2}", ("control", "note", "~holdout")[number % 3])
            at = clock.now() + timedelta(seconds=number)
            assert store.begin(person, dealt, at)
            assert not store.begin(person, dealt, at)
            (record,) = store.records(person)
            if number & 1:
                step = with_goal(record, Goal.CART)
                assert store.take(person, step)
                assert not store.take(person, step)
                record = step.after
            if number & 2:
                value = Money(10_000_000_000, "EUR")
                assert store.take(person, with_order(record, f"o-{number}", value, at))
    assert [(one.run, one.tallies, one.first, one.last) for one in table.runs("delivery-note")] == [
        (one.run, one.tallies, one.first, one.last) for one in twin.runs("delivery-note")
    ]
    assert table.runs("another") == twin.runs("another") == ()
    for number in range(30):
        person = person_of(f"p-{number}")
        assert table.records(person) == twin.records(person)


def watch(web) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "watch_experiments", "--once"],
        cwd=ROOT,
        env=web,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_guardrail_switches_off_by_itself_and_the_audit_has_the_figures(stack, web):
    """The shop's own tables: 1,200 shoppers, of whom those with the note meet errors."""
    changes = flag_editors.changes(flag_editors.flag_table("storefront-flags", web))
    changes.save(NOTE, 0, Who("mika", "Mika"), "begin")
    dynamodb = stack.boto("dynamodb")
    now = SystemClock().now().isoformat()
    for variant, errors in (("control", 3), ("note", 90)):
        item = {
            "pk": {"S": "tally#delivery-note"},
            "sk": {"S": f"{RUN}#{variant}#0"},
            "run": {"S": RUN},
            "variant": {"S": variant},
            "people": {"N": "600"},
            "goal_error": {"N": str(errors)},
            "first": {"S": now},
            "last": {"S": now},
        }
        dynamodb.put_item(TableName="storefront-experiments", Item=item)
    done = watch(web)
    assert done.returncode == 0, done.stderr
    assert "delivery-note: switched off." in done.stdout
    entry = changes.audit()[0]
    assert (entry.who.id, entry.action.value) == ("guardrail", "kill")
    assert "15.00% of 600 met an error, control 0.50% of 600" in entry.reason
    assert changes.state("delivery-note").killed == entry.reason
    again = watch(web)
    assert (again.returncode, again.stdout) == (0, "")
    assert len(changes.audit()) == 2


def test_the_guardrail_looks_until_it_is_told_to_end(web, tmp_path):
    pulse = tmp_path / "pulse"
    command = [sys.executable, "manage.py", "watch_experiments", "--every", "0.2", "--heartbeat", str(pulse)]
    with subprocess.Popen(command, cwd=ROOT, env=web, stderr=subprocess.PIPE, text=True) as running:
        try:
            for _look in range(2):
                _wait_for(pulse, running)
            running.terminate()
            assert running.wait(20) == 0, running.stderr.read() if running.stderr else ""
        finally:
            running.kill()


def _wait_for(pulse: Path, running: subprocess.Popen[str]) -> None:
    """Wait for the next beat, and take it away."""
    until = time.monotonic() + 60
    while not pulse.exists():
        assert running.poll() is None, "it ended by itself"
        assert time.monotonic() < until, "no look went well"
        time.sleep(0.05)
    pulse.unlink()
