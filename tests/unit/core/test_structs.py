"""Threads that read a type for the first time at once do not end the process.

Each case is a process of its own, because what goes wrong is SIGSEGV. Without `build_structs` nearly every
run of it ends that way with msgspec 0.22.0.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

RACE = """
import sys, threading
import msgspec
from storefront.core import build_structs

sys.setswitchinterval(1e-6)
for number in range(60):
    inner, told = str, "x"
    for depth in range(12):
        fields = [("a", inner), ("b", dict[str, int], {}), ("c", str | int | None, None)]
        made = msgspec.defstruct(f"S{number}_{depth}", fields, frozen=True)
        told = {"a": [told] if depth else told, "b": {"k": 1}, "c": 2}
        inner = tuple[made, ...]
    build_structs()
    blob, start, wrong = msgspec.json.encode(told), threading.Barrier(6), []

    def read():
        start.wait()
        try:
            for _ in range(3):
                msgspec.json.Decoder(made).decode(blob)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
print("whole")
"""


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-500:]}"
    return done.stdout.strip()


def test_threads_that_read_a_type_for_the_first_time_do_not_end_the_process():
    assert run(RACE) == "whole"


def test_a_type_that_cannot_be_read_is_told_at_start():
    program = """
import msgspec
from storefront.core import build_structs
msgspec.defstruct("Unreadable", [("either", set[int] | list[str])])
try:
    build_structs()
except TypeError as error:
    print(error)
"""
    assert "array-like" in run(program)
