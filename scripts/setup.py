"""Builds the two environments: .venv (the project and its tools) and .venv-stack (the emulators).

Also compiles the translations (scripts/messages.py), which a new checkout has as text only.

uv does the work, from hash-pinned lists; pip installs uv, also hash-pinned, into var/tools. An environment
whose list has not changed since it was built is left alone, so that this costs nothing on a warm start.

uv reads neither pip.conf nor PIP_*; a person who needs a package mirror has told pip about it. So pip is
asked for its settings and uv is told the same, unless a UV_* variable of that meaning is set already.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from dev.ports import whole_environment

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
TOOLS = ROOT / "var" / "tools"
ENVIRONMENTS = {".venv": "dev.txt", ".venv-stack": "stack.txt"}
OLDEST = (3, 11)

# pip's setting -> uv's variable, and what separates several values there.
TRANSLATION = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
}


class SetupError(Exception):
    """Setting up cannot go on; the text is for the terminal."""


def main() -> int:
    """Build what is missing or out of date; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build .venv and .venv-stack.")
    parser.add_argument("--force", action="store_true", help="install again even if nothing has changed")
    options = parser.parse_args()
    try:
        for name, requirements in ENVIRONMENTS.items():
            build(ROOT / name, REQUIREMENTS / requirements, force=options.force)
        # In the new environment: this Python need not have the library that does it.
        run([str(ROOT / ".venv/bin/python"), "-m", "scripts.messages", "compile"], whole_environment())
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def build(folder: Path, requirements: Path, *, force: bool) -> None:
    """Make the environment hold exactly what the list says."""
    stamp = folder / ".installed"
    wanted = fingerprint(requirements)
    if not force and (folder / "bin" / "python").exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    source = requirements.relative_to(ROOT)
    refuse_under_a_running_shop()
    print(f"setting up {folder.name} from {source} (the first time takes a minute)", flush=True)
    uv = str(bootstrap())
    environment = uv_environment()
    if not (folder / "bin" / "python").exists() or other_python(stamp):
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], environment)
    target = ["--python", str(folder / "bin" / "python")]
    stamp.unlink(missing_ok=True)
    how = ["--quiet", "--exact", "--require-hashes"]
    run([uv, "pip", "install", *how, *target, "-r", str(requirements)], environment)
    stamp.write_text(wanted)


def refuse_under_a_running_shop() -> None:
    """Leave environments alone while something runs from them.

    Raises:
        SetupError: a stack of this checkout holds the lock of its state folder (dev/stack/state.py).
    """
    for path in (ROOT / "var").glob("*/lock"):
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                running = path.parent.relative_to(ROOT)
                raise SetupError(
                    f"a shop runs from this checkout ({running}); stop it, then set up anew"
                ) from None


def fingerprint(requirements: Path) -> str:
    """What the environment was built from: this Python and this list."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{sys.version.split()[0]} {digest}\n"


def other_python(stamp: Path) -> bool:
    """Whether the environment was built by another version of Python than runs now."""
    return stamp.exists() and stamp.read_text().split()[:1] != [sys.version.split()[0]]


def bootstrap() -> Path:
    """The pinned uv, installed by pip into an environment of its own when it is not there yet."""
    listed = REQUIREMENTS / "bootstrap.txt"
    stamp = TOOLS / ".installed"
    wanted = fingerprint(listed)
    uv = TOOLS / "bin" / "uv"
    if not (uv.exists() and stamp.exists() and stamp.read_text() == wanted):
        create_tools()
        quiet = ["--quiet", "--disable-pip-version-check", "--require-hashes"]
        run(
            [str(TOOLS / "bin" / "python"), "-m", "pip", "install", *quiet, "-r", str(listed)],
            whole_environment(),
        )
        stamp.write_text(wanted)
    return uv


def create_tools() -> None:
    """A plain environment with pip.

    Raises:
        SetupError: this Python was packaged without the means for it, as Debian's is.
    """
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(TOOLS)
    except (ImportError, subprocess.CalledProcessError) as error:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        problem = f"{sys.executable} cannot make an environment with pip"
        raise SetupError(f"{problem} (Debian, Ubuntu: apt-get install {package})") from error


def uv_environment() -> dict[str, str]:
    """The caller's environment, with pip's settings said in uv's words."""
    environment = whole_environment()
    # uv would work on the environment that the caller has activated.
    environment.pop("VIRTUAL_ENV", None)
    settings = pip_settings()
    for setting, (variable, separator) in TRANSLATION.items():
        value = settings.get(setting)
        if value and not environment.get(variable):
            environment[variable] = separator.join(value.split()) if separator else value
    if "UV_INDEX" in environment:
        # pip looks at all its indexes alike; the hashes decide which file is right.
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def pip_settings() -> dict[str, str]:
    """Read pip's merged settings (files, then PIP_* variables, which win), less the section they stand in."""
    command = [str(TOOLS / "bin" / "python"), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    found: dict[str, tuple[bool, str]] = {}
    for line in listed.stdout.splitlines():
        key, _, value = line.partition("=")
        section, _, setting = key.rpartition(".")
        from_variable = section == ":env:"
        if section in {":env:", "global", "install"} and (
            from_variable or not found.get(setting, (False, ""))[0]
        ):
            found[setting] = (from_variable, value.strip("'\"").replace("\\n", " "))
    return {setting: value for setting, (_, value) in found.items()}


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a step of the installation.

    Raises:
        SetupError: it failed; its own words are on the terminal already.
    """
    if subprocess.run(command, env=environment, check=False, cwd=ROOT).returncode != 0:
        raise SetupError(f"{Path(command[0]).name} could not install; see the lines above")


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        sys.exit(f"error: Python {OLDEST[0]}.{OLDEST[1]} or newer is needed")
    sys.exit(main())
