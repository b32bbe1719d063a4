"""Programs that the bench runs to their end, and the folder for what they leave."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.ports import base_environment
from dev.stack.emulators import REPOSITORY
from dev.stack.errors import TaskFailed

STATE = REPOSITORY / "var" / "bench"
_TAIL_CHARACTERS = 1_500


def scratch() -> Path:
    """A folder for files of a run."""
    STATE.mkdir(parents=True, exist_ok=True)
    return STATE


def run(argv: Sequence[str], variables: Mapping[str, str], seconds: float) -> str:
    """Run a program to its end; what it printed. Raises TaskFailed with the end of what it said."""
    try:
        done = subprocess.run(
            argv,
            check=True,
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            env={**base_environment(), **variables},
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise TaskFailed(f"{' '.join(argv)} was not done within {seconds:.0f} s") from error
    except subprocess.CalledProcessError as error:
        raise TaskFailed(f"{' '.join(argv)} failed: {error.stderr[-_TAIL_CHARACTERS:]}") from error
    return done.stdout
