"""Whether the HTML as sent is valid, by the Nu checker (the W3C's)."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from audit import tools

# What it finds in valid HTML that a newer standard than its own allows: each with the reason.
ALLOWED: dict[str, str] = {}


def faults(pages: dict[str, str]) -> list[str]:
    """Errors in pages given as name -> HTML text, one line each; warnings do not count."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for number, (name, text) in enumerate(pages.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(text, encoding="utf-8")
            files[str(path)] = name
        command = [*tools.html_checker(), "--format", "json", "--errors-only", "--exit-zero-always", *files]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    found = json.loads(done.stderr)["messages"]
    return [
        f"{files[one['url'].removeprefix('file:')]} line {one.get('lastLine', '?')}: {one['message']}"
        for one in found
        if not any(words in one["message"] for words in ALLOWED)
    ]
