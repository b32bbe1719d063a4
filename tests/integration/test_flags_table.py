"""Flags on a real DynamoDB interface: editors in two processes, the audit, outages, the command."""

import itertools
import json
import multiprocessing
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dev.ports import Ports
from dev.stack.devstack import DevStack
from storefront.aws import AwsClientSettings, ClientFactory
from storefront.core import SystemClock
from storefront.flags import ATTRIBUTES, DECLARED, Context
from storefront.flags.changes import Changes
from storefront.flags.live import Live
from storefront.flags.records import FlagConflict, ProposalClosed, ProposalOpen, Who
from storefront.flags.replay import replay, whole_audit
from storefront.flags.state import WHOLE, FlagState, Serve
from storefront.telemetry import Telemetry
from tests.integration import flag_editors
from tests.unit.flags import changing
from tests.unit.flags.steps import check_history, steps, take

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 500
MIKA, OLA = Who("m", "Mika"), Who("o", "Ola")
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
        yield found


@pytest.fixture
def new_table(stack):
    """Makes an empty table with the keys of the one in infra/data-stack.yaml."""

    def make() -> str:
        name, dynamodb = f"flags-{next(_NUMBERS)}", stack.boto("dynamodb")
        kept = dynamodb.describe_table(TableName="storefront-flags")["Table"]
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=kept["KeySchema"],
            AttributeDefinitions=kept["AttributeDefinitions"],
        )
        return name

    return make


def tell(figures):
    """Figures of a run, shown by `pytest -s`."""
    sys.stdout.write(f"{figures}\n")


def all_get(variant, key="theme", **more):
    return FlagState(key=key, otherwise=Serve(weights=((variant, WHOLE),)), **more)


def raced(keys_of_editors, name, web, what=flag_editors.race):
    """Let two processes race; how many conflicts each one met, or what else each of them told."""
    context = multiprocessing.get_context("spawn")
    barrier, lost = context.Barrier(2), context.Queue()
    editors = [
        context.Process(target=what, args=(number, keys, name, web, barrier, lost))
        for number, keys in enumerate(keys_of_editors)
    ]
    for editor in editors:
        editor.start()
    conflicts = dict(lost.get(timeout=280) for _ in editors)
    for editor in editors:
        editor.join(30)
        assert editor.exitcode == 0
    return conflicts


def test_two_editors_in_two_processes_race_500_times_and_nothing_is_lost(web, new_table):
    name = new_table()
    began = time.monotonic()
    conflicts = raced([["theme"] * ROUNDS] * 2, name, web)
    table = flag_editors.flag_table(name, web)
    entries = list(whole_audit(table))
    tell(f"{len(entries)} changes in {time.monotonic() - began:.1f} s, conflicts {conflicts}")
    assert [one.revision for one in entries] == list(range(1, 2 * ROUNDS + 1))
    assert {one.reason for one in entries} == {f"{e}.{t}" for e in range(2) for t in range(ROUNDS)}
    for before, after in itertools.pairwise(entries):
        assert after.before == before.after
    assert replay(entries) == table.read()
    assert flag_editors.changes(table).check_audit() == 2 * ROUNDS
    # In each round both had seen the same version: exactly one of them has to have lost it.
    assert sum(conflicts.values()) == ROUNDS


def test_undo_import_approval_kill_and_segments_race_and_nothing_goes_wrong(web, new_table):
    name = new_table()
    raced([200, 200], name, web, flag_editors.mix)
    table = flag_editors.flag_table(name, web)
    entries = list(whole_audit(table))
    actions = Counter(one.action.value for one in entries)
    tell(f"{len(entries)} entries: {dict(actions)}")
    assert {"save", "kill", "undo", "import", "approve", "propose"} <= set(actions)
    assert [one.revision for one in entries] == list(range(1, len(entries) + 1))
    assert replay(entries) == table.read()
    check_history(changing.changes(table), entries)


def test_editors_of_different_flags_never_meet(web, new_table):
    name = new_table()
    conflicts = raced([["theme"] * 60, ["home-layout"] * 60], name, web)
    assert conflicts == {0: 0, 1: 0}
    table = flag_editors.flag_table(name, web)
    assert table.revision() == 120
    assert [state.version for state in table.read().flags] == [60, 60]
    assert len(list(flag_editors.changes(table).audit("flag#theme", limit=200))) == 60


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(steps, min_size=5, max_size=25))
def test_the_audit_of_a_real_table_replays_to_what_stands(web, new_table, done):
    table = flag_editors.flag_table(new_table(), web)
    made = changing.changes(table)
    twin = changing.changes()
    for step in done:
        take(made, step)
        take(twin, step)
    assert made.check_audit() == twin.check_audit()
    assert made.export_document() == twin.export_document()


def test_everything_works_on_a_real_table_as_it_does_in_memory(web, new_table):
    made = flag_editors.changes(flag_editors.flag_table(new_table(), web))
    assert made.state("theme").version == 0
    made.save(all_get("harbour"), 0, MIKA, "autumn")
    with pytest.raises(FlagConflict) as lost:
        made.save(all_get("meadow"), 0, OLA, "x")
    assert lost.value.standing == all_get("harbour", version=1)
    waiting = made.save(all_get("off", "checkout"), 0, MIKA, "closing").proposal
    with pytest.raises(ProposalOpen) as open_already:
        made.save(all_get("on", "checkout"), 0, OLA, "x")
    assert open_already.value.proposal == waiting
    made.approve(waiting.id, OLA)
    assert made.state("checkout") == all_get("off", "checkout", version=1)
    with pytest.raises(ProposalClosed):
        made.withdraw(waiting.id, MIKA, "x")
    made.kill("theme", OLA, "ugly")
    made.undo(made.audit("flag#theme")[0].revision, MIKA, "not that ugly")
    made.save_segment(changing.segment(), 0, MIKA, "x")
    made.delete_segment("staff", 1, MIKA, "x")
    assert [one.revision for one in made.audit(limit=3)] == [7, 6, 5]
    assert made.entry(5).undoes == 4
    assert made.check_audit() == 7


# -- A table that is away (R27) ----------------------------------------------------------------------------


class Line:
    """The way to the table, which a test may cut: a port that nobody listens at."""

    def __init__(self, web):
        budget = AwsClientSettings(connect_timeout=0.2, read_timeout=2.0, attempts=1, pool_size=2)
        good = ClientFactory(web["AWS_REGION"], web["AWS_ENDPOINT_URL"])
        dead = ClientFactory(web["AWS_REGION"], f"http://127.0.0.1:{Ports.free().ministack}")
        self.cut = False
        self._clients = good.dynamodb(budget), dead.dynamodb(budget)
        self.calls: list[float] = []

    def __call__(self):
        self.calls.append(time.monotonic())
        return self._clients[self.cut]


def followed(line, name, web, telemetry):
    table = flag_editors.flag_table(name, web, line, telemetry)
    return Live(table, DECLARED, ATTRIBUTES, SystemClock(), telemetry)


def until(true, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())


def theme(live):
    return live.snapshot.evaluate("theme", Context()).variant


def test_a_process_that_follows_is_up_to_date_within_five_seconds_told_or_not(web, new_table):
    name, telemetry = new_table(), Telemetry()
    made = flag_editors.changes(flag_editors.flag_table(name, web))
    live = followed(Line(web), name, web, telemetry)
    live.follow()
    late = []
    for version, variant in enumerate(("harbour", "meadow", "harbour")):
        began = time.monotonic()
        made.save(all_get(variant), version, MIKA, "nobody tells")
        assert until(lambda wanted=variant: theme(live) == wanted, 6)
        late.append(round(time.monotonic() - began, 2))
    told = []
    for version, variant in enumerate(("meadow", "harbour", "meadow"), 3):
        began = time.monotonic()
        made.save(all_get(variant), version, MIKA, "told")
        live.tell()
        assert until(lambda wanted=variant: theme(live) == wanted, 6)
        told.append(round(time.monotonic() - began, 2))
    tell(f"seconds to a process, not told {late}, told {told}")
    assert max(late) <= 5.0
    assert max(told) <= 5.0


def test_away_at_boot_the_code_decides_and_the_table_counts_when_it_comes(web, new_table):
    name, telemetry, line = new_table(), Telemetry(), Line(web)
    flag_editors.changes(flag_editors.flag_table(name, web)).save(all_get("harbour"), 0, MIKA, "x")
    line.cut = True
    live = followed(line, name, web, telemetry)
    began = time.monotonic()
    live.follow()
    assert time.monotonic() - began < 5.0
    assert (theme(live), live.away) == ("meadow", True)
    line.cut = False
    assert until(lambda: theme(live) == "harbour", 7)
    assert not live.away


def test_away_later_the_last_values_stay_and_the_table_is_asked_once_in_five_seconds(web, new_table):
    name, telemetry, line = new_table(), Telemetry(), Line(web)
    made = flag_editors.changes(flag_editors.flag_table(name, web))
    made.save(all_get("harbour"), 0, MIKA, "x")
    live = followed(line, name, web, telemetry)
    live.follow()
    line.cut = True
    live.tell()
    assert until(lambda: live.away, 6)
    line.calls.clear()
    end = time.monotonic() + 11
    while time.monotonic() < end:
        assert theme(live) == "harbour"
        live.tell()  # whoever tells of news does not make it ask more often
        time.sleep(0.05)
    assert 1 <= len(line.calls) <= 2
    assert telemetry.degradations.value("flags", "away") == 1
    line.cut = False
    made.save(all_get("meadow"), 1, MIKA, "x")
    assert until(lambda: theme(live) == "meadow", 6)


# -- The command -------------------------------------------------------------------------------------------


def test_the_command_changes_the_stacks_own_table(stack, web, tmp_path):
    def run(*words):
        given = [sys.executable, "manage.py", "flags", *words]
        done = subprocess.run(
            given,
            check=False,
            cwd=ROOT,
            env=dict(web) | {"PATH": "/usr/bin"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    who = ("--who", "Ola", "--reason", "a bad day")
    assert run("set", "theme", "--variant", "harbour", *who)[:2] == (
        0,
        "flag#theme: done, version 1, revision 1\n",
    )
    assert run("kill", "suggestions", *who)[0] == 0
    code, said, _ = run("audit", "--check")
    assert (code, said) == (0, "The audit gives what stands, at revision 2.\n")
    document = json.loads(run("export")[1])
    assert {state["key"]: state["killed"] for state in document["flags"]} == {
        "suggestions": "a bad day",
        "theme": "",
    }
    made = Changes(flag_editors.flag_table("storefront-flags", web), DECLARED, ATTRIBUTES, SystemClock())
    assert made.audit()[0].who == Who("command:Ola", "Ola")
