"""What measured servers run on: the quickest Python of this version, with packages of the bench's own.

The image's Python is compiled with optimisations, as Debian's is. One that was compiled on the machine, by
pyenv say, is mostly not, and takes half as long again over a page; which it is, sysconfig does not tell for
all. So those that are there are tried, and every measured server runs on the quickest: shop, reference and
peer alike. The report tells which it was. Environments lie in the bench's state and may be deleted.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench import tasks
from dev.ports import whole_environment
from dev.stack.emulators import REPOSITORY
from scripts.setup import bootstrap, uv_environment

INSTALL_SECONDS = 300
TRIAL_SECONDS = 20
IMAGE = REPOSITORY / "requirements" / "web.txt"
FOLDERS = ("/usr/local/bin", "/usr/bin")
# The best of some tries at what pages are made of: calls, attributes, dicts, text. Seconds of processor time.
_TRIAL = """
import platform, time
class Card:
    def __init__(self, name): self.name = name
def shown(cards): return "".join([f"<a>{card.name.upper()}</a>" for card in cards if {"a": card}["a"].name])
cards, best = [Card(str(number)) for number in range(20_000)], 9.0
for _ in range(9):
    began = time.process_time(); shown(cards); best = min(best, time.process_time() - began)
print(platform.python_version(), best)
"""
_CLEARLY = 0.9  # of the time; a difference that is less may be chance


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python without packages. `pace` is what a trial took, in seconds of processor time."""

    path: str
    version: str
    pace: float


@cache
def interpreter() -> Interpreter:
    """The quickest Python of this one's minor version; this one itself where no other is clearly quicker."""
    own = own_interpreter()
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    others = [_tried(str(path)) for folder in FOLDERS if (path := Path(folder) / name).exists()]
    best = min([own, *others], key=lambda each: each.pace)
    return best if best.pace < _CLEARLY * own.pace else own


@cache
def own_interpreter() -> Interpreter:
    """The Python that runs the bench, the load, and all that the servers lean on."""
    return _tried(os.path.realpath(sys.executable))


def told() -> str:
    """What servers run on, for the report."""
    chosen, own = interpreter(), own_interpreter()
    if chosen == own:
        return f"Python {own.version}, the bench's own"
    times = own.pace / chosen.pace
    return f"Python {chosen.version}, {times:.1f} times as quick as the bench's own {own.version}"


def built(name: str, wanted: Sequence[str], note: str) -> Path:
    """The Python of an environment with `wanted`, built anew when `note` or the interpreter is another one.

    `wanted` are arguments of `uv pip install`. Raises TaskFailed when it can't be built.
    """
    base = interpreter()
    note = f"{base.path}\n{base.version}\n{note}"
    folder = tasks.scratch() / name
    python, noted = folder / "bin" / "python", folder / "wanted.txt"
    if noted.exists() and noted.read_text(encoding="utf-8") == note:
        return python
    print(f"  installing {name} into an environment of its own", flush=True)
    uv(("venv", "--quiet", "--clear", "--python", base.path, str(folder)))
    uv(("pip", "install", "--quiet", "--python", str(python), *wanted))
    noted.write_text(note, encoding="utf-8")
    return python


def image() -> Path:
    """What the Dockerfile installs: the web tier's packages, without those for tests and checks."""
    wanted = ("--require-hashes", "--only-binary", ":all:", "-r", str(IMAGE))
    return built("web-venv", wanted, IMAGE.read_text(encoding="utf-8"))


def uv(words: Sequence[str]) -> None:
    """Run the project's uv. Raises TaskFailed when it fails."""
    tasks.run((str(bootstrap()), *words), uv_environment(), INSTALL_SECONDS)


def _tried(path: str) -> Interpreter:
    version, _, pace = tasks.run((path, "-c", _TRIAL), whole_environment(), TRIAL_SECONDS).partition(" ")
    return Interpreter(path, version, float(pace))
