"""Environments of the bench's own, beside the project's: a peer's packages, and the image's.

They lie in the bench's state and may be deleted at any time.
"""

import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.lab import Lab, scratch
from dev.ports import whole_environment
from dev.stack.emulators import REPOSITORY

INSTALL_SECONDS = 300
IMAGE = REPOSITORY / "requirements" / "web.txt"


def built(lab: Lab, name: str, wanted: Sequence[str], note: str) -> Path:
    """The Python of an environment with what pip makes of `wanted`, built anew when `note` is another one.

    Raises TaskFailed when it can't be built.
    """
    note = f"{platform.python_version()}\n{note}"
    folder = scratch() / name
    python, noted = folder / "bin" / "python", folder / "wanted.txt"
    if noted.exists() and noted.read_text(encoding="utf-8") == note:
        return python
    print(f"  installing {name} into an environment of its own", flush=True)
    shell = whole_environment()
    lab.task((sys.executable, "-m", "venv", "--clear", str(folder)), shell, INSTALL_SECONDS)
    lab.task((str(python), "-m", "pip", "install", "-q", *wanted), shell, INSTALL_SECONDS)
    noted.write_text(note, encoding="utf-8")
    return python


def image(lab: Lab) -> Path:
    """What the Dockerfile installs: the web tier's packages, without those for tests and checks."""
    wanted = ("--require-hashes", "--only-binary", ":all:", "-r", str(IMAGE))
    return built(lab, "web-venv", wanted, IMAGE.read_text(encoding="utf-8"))
