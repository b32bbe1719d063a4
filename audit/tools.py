"""The tools that are not Python's: Lighthouse and the Nu HTML checker from npm, both pinned by a lock file.

They live in var/tools/node, installed without running any package's own scripts. Node 18.20 or newer and a
Java runtime have to be on the machine; Debian's are installed when that is possible, otherwise named in one
line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent / "var" / "tools" / "node"
LISTS = ("package.json", "package-lock.json")
BROWSER_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
    " --disable-sync --no-first-run"
)


class ToolMissingError(Exception):
    """Something that the audit needs is not there; the text is for the terminal."""


def ensure() -> None:
    """Install what the lock file names, unless it is there already.

    Raises:
        ToolMissingError: Node, npm or Java cannot be had, or the installation failed.
    """
    _on_the_path("npm", "npm nodejs")
    _on_the_path("java", "default-jre-headless")
    stamp = FOLDER / ".installed"
    wanted = (HERE / LISTS[1]).read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in LISTS:
        shutil.copy(HERE / name, FOLDER / name)
    print("installing Lighthouse and the HTML checker (the first time takes a minute)", flush=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=FOLDER, check=False).returncode:
        raise ToolMissingError("npm could not install the audit's tools; what it said stands above")
    stamp.write_text(wanted)


def lighthouse() -> list[str]:
    """The command that runs Lighthouse."""
    return ["node", str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js")]


def html_checker() -> list[str]:
    """The command that runs the Nu HTML checker."""
    return ["java", "-Xss1m", "-jar", str(FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar")]


def _on_the_path(program: str, debian: str) -> None:
    if shutil.which(program):
        return
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *debian.split()]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(install, check=False)
    if not shutil.which(program):
        raise ToolMissingError(f"the audit needs {program}: install it (Debian: apt-get install {debian})")
