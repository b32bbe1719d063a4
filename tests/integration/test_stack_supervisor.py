"""The supervisor starts what it is told, says plainly why it cannot, and leaves nothing behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from dev.ports import HOST, Ports, base_environment
from dev.stack import probes
from dev.stack.errors import MissingPart, NotReady, PortInUse, ServiceDied, StackError, StateBusy, TaskFailed
from dev.stack.service import PortUse, Service, Task
from dev.stack.state import lock
from dev.stack.supervisor import Stack

ROOT = Path(__file__).resolve().parents[2]

# A server with a worker of its own, as gunicorn has: both have to go.
SERVER = """
import http.server, subprocess, sys, threading
print("listening", flush=True)
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("worker", worker.pid, flush=True)
address = ("127.0.0.1", int(sys.argv[1]))
http.server.ThreadingHTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def server(folder, port, *, name="server", program=SERVER, **options):
    return Service(
        name=name,
        argv=(sys.executable, "-c", program, str(port)),
        cwd=folder,
        env=base_environment(),
        ready=probes.http_answer(port, "/"),
        ports=(PortUse(port, "SERVER_PORT"),),
        **options,
    )


def alive(pid):
    """Whether the process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def gone(*pids, within=10.0):
    deadline = time.monotonic() + within
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def worker_pid(stack, name="server"):
    return int(stack.log(name).read_text().split("worker ")[1].split()[0])


@pytest.fixture
def port():
    return Ports.free().web


@pytest.fixture
def stack(tmp_path):
    with Stack(tmp_path / "logs") as running:
        yield running


def test_a_started_service_can_serve_at_once_and_its_output_is_in_its_log(stack, tmp_path, port):
    seconds = stack.start([server(tmp_path, port)])

    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()
    assert set(seconds) == {"server"}
    assert stack.log("server").read_text().startswith("listening")


def test_leaving_the_block_ends_servers_and_their_workers(tmp_path, port):
    with Stack(tmp_path / "logs") as stack:
        stack.start([server(tmp_path, port)])
        pids = (stack.pid("server"), worker_pid(stack))
        assert all(map(alive, pids))

    assert gone(*pids, within=1)


def test_a_service_that_ignores_sigterm_is_killed_after_its_grace(tmp_path, port):
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER
    with Stack(tmp_path / "logs") as stack:
        stack.start([server(tmp_path, port, program=deaf, grace_seconds=0.5)])
        pid = stack.pid("server")
        started = time.monotonic()

    assert gone(pid, within=1)
    assert 0.4 < time.monotonic() - started < 5


def test_later_waves_end_before_earlier_ones(tmp_path):
    ports = Ports.free()
    note = """
import atexit, http.server, signal, sys, pathlib
def end(*_):
    with open("ends", "a") as ends: ends.write(sys.argv[1] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
    with Stack(tmp_path / "logs") as stack:
        stack.start([server(tmp_path, ports.web, name="first", program=note)])
        stack.start([server(tmp_path, ports.backend, name="second", program=note)])

    assert (tmp_path / "ends").read_text().split() == [str(ports.backend), str(ports.web)]


def test_a_taken_port_is_one_line_with_port_service_variable_and_holder(stack, tmp_path):
    with socket.create_server((HOST, 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(PortInUse) as refused:
            stack.start([server(tmp_path, taken)])

    message = str(refused.value)
    assert f"port {taken}, wanted by server, is in use" in message
    assert "SERVER_PORT=" in message
    assert "\n" not in message
    if Path("/proc/net/tcp").exists():
        assert f"by process {os.getpid()} " in message


def test_a_wildcard_listener_counts_as_taken(stack, tmp_path):
    with socket.create_server(("", 0)) as other, pytest.raises(PortInUse):
        stack.start([server(tmp_path, other.getsockname()[1])])


def test_a_missing_program_is_named(stack, tmp_path):
    absent = Service(name="ghost", argv=("/nowhere/ghostd",), cwd=tmp_path, ready=lambda: True)

    with pytest.raises(MissingPart, match="ghost: the program /nowhere/ghostd is missing"):
        stack.start([absent])


def test_a_service_that_dies_while_starting_shows_its_last_words(stack, tmp_path, port):
    broken = "import sys\nprint('no such database')\nsys.exit(3)"

    with pytest.raises(
        ServiceDied, match=r"server stopped while starting \(status 3\)[\s\S]*no such database"
    ):
        stack.start([server(tmp_path, port, program=broken)])


def test_one_that_fails_ends_the_wait_for_the_others(stack, tmp_path):
    ports = Ports.free()
    asleep = server(tmp_path, ports.web, name="asleep", program="import time; time.sleep(600)")
    broken = server(tmp_path, ports.backend, name="broken", program="raise SystemExit(1)")
    started = time.monotonic()

    with pytest.raises(ServiceDied, match="broken"):
        stack.start([asleep, broken])
    assert time.monotonic() - started < 5


def test_a_service_that_never_answers_is_given_up(stack, tmp_path, port):
    with pytest.raises(NotReady, match="server did not answer within"):
        stack.start([server(tmp_path, port, program="import time; time.sleep(600)", start_seconds=0.3)])


def test_a_service_that_dies_later_ends_the_watch_with_its_name(stack, tmp_path, port):
    stack.start([server(tmp_path, port)])
    stack.check()
    os.kill(stack.pid("server"), signal.SIGKILL)

    with pytest.raises(ServiceDied, match=r"server has stopped \(by signal SIGKILL\)"):
        stack.watch()


def test_one_service_is_stopped_and_restarted_alone(stack, tmp_path):
    ports = Ports.free()
    stack.start([server(tmp_path, ports.web, name="one"), server(tmp_path, ports.backend, name="two")])
    one, two, worker = stack.pid("one"), stack.pid("two"), worker_pid(stack, "one")

    stack.restart("one")
    assert stack.pid("one") != one
    assert stack.pid("two") == two
    assert gone(one, worker, within=1)
    stack.stop("one")
    stack.check()
    with pytest.raises(StackError, match="one is not running; running: two"):
        stack.pid("one")


def test_a_paused_service_accepts_and_does_not_answer_until_resumed(stack, tmp_path, port):
    stack.start([server(tmp_path, port)])

    stack.pause("server")
    assert not probes.http_answer(port, "/")()
    assert probes.tcp(port)()
    stack.resume("server")
    assert probes.http_answer(port, "/")()


def test_a_paused_service_can_still_be_stopped_politely(tmp_path, port):
    with Stack(tmp_path / "logs") as stack:
        stack.start([server(tmp_path, port)])
        pids = (stack.pid("server"), worker_pid(stack))
        stack.pause("server")
        started = time.monotonic()

    assert gone(*pids, within=1)
    assert time.monotonic() - started < 5


def test_a_task_returns_what_it_printed_and_a_failed_one_shows_it(stack, tmp_path):
    def task(program):
        return Task(name="seed", argv=(sys.executable, "-c", program), cwd=tmp_path, env=base_environment())

    assert stack.run(task("print('20 products')")) == "20 products\n"
    with pytest.raises(TaskFailed, match=r"seed failed \(status 2\)[\s\S]*line 7: no price"):
        stack.run(task("print('line 7: no price'); raise SystemExit(2)"))


def test_two_stacks_do_not_share_a_state_folder(tmp_path):
    held = lock(tmp_path)
    try:
        with pytest.raises(StateBusy, match=f"process {os.getpid()}"):
            lock(tmp_path)
    finally:
        os.close(held)
    os.close(lock(tmp_path))


def supervised(tmp_path, port, body):
    """A supervisor in a process of its own, which prints the process ids it started."""
    program = textwrap.dedent(
        f"""
        import sys
        sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
        from pathlib import Path
        from test_stack_supervisor import *
        # Whoever starts the tests behind a shell's & lets them ignore it (POSIX, 2.11).
        signal.signal(signal.SIGINT, signal.default_int_handler)
        folder = Path({str(tmp_path)!r})
        with Stack(folder / "logs") as stack:
            stack.start([server(folder, {port})])
            print(stack.pid("server"), worker_pid(stack), stack._guardian.pid, flush=True)
            {body}
        """
    )
    return subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_however_the_supervisor_ends_nothing_is_left(tmp_path, port, number):
    supervisor = supervised(tmp_path, port, "stack.watch()")
    pids = [int(word) for word in supervisor.stdout.readline().split()]
    assert len(pids) == 3
    assert all(map(alive, pids))

    supervisor.send_signal(number)
    supervisor.communicate(timeout=20)

    assert gone(*pids)


def test_an_interrupt_while_starting_leaves_nothing(tmp_path, port):
    program = textwrap.dedent(
        f"""
        import sys
        sys.path[:0] = [{str(ROOT)!r}, {str(Path(__file__).parent)!r}]
        from pathlib import Path
        from test_stack_supervisor import *
        # Whoever starts the tests behind a shell's & lets them ignore it (POSIX, 2.11).
        signal.signal(signal.SIGINT, signal.default_int_handler)
        folder = Path({str(tmp_path)!r})
        slow = "import os, time; open('pid', 'w').write(str(os.getpid())); print(flush=True); time.sleep(600)"
        with Stack(folder / "logs") as stack:
            stack.start([server(folder, {port}, program=slow)])
        """
    )
    supervisor = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    written = tmp_path / "pid"
    deadline = time.monotonic() + 20
    while not (written.exists() and written.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    pid = int(written.read_text())

    supervisor.send_signal(signal.SIGINT)
    supervisor.communicate(timeout=20)

    assert gone(pid)
