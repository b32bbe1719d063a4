"""Files of others are whole, listed, licensed, and small enough to send."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[3] / "static/vendor"
LISTED = tomllib.loads((VENDOR / "VENDORED.toml").read_text(encoding="utf-8"))["file"]
FONT_BYTES = 35_000


def test_every_file_is_the_one_that_was_taken() -> None:
    assert LISTED
    for one in LISTED:
        assert hashlib.sha256((VENDOR / one["path"]).read_bytes()).hexdigest() == one["sha256"], one["path"]


def test_no_file_is_unlisted_and_each_keeps_its_licence() -> None:
    known = {"VENDORED.toml"} | {one[key] for one in LISTED for key in ("path", "licence_file")}
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()} == known
    for one in LISTED:
        assert one["name"]
        assert one["version"] in one["path"]
        assert one["licence"] in {"OFL-1.1", "MIT", "Apache-2.0", "BSD-3-Clause", "0BSD", "ISC"}


def test_fonts_are_small() -> None:
    fonts = [one for one in LISTED if one["path"].endswith(".woff2")]
    assert sum((VENDOR / one["path"]).stat().st_size for one in fonts) <= FONT_BYTES
