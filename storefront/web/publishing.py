"""Brings files that browsers fetch to where the CDN finds them, and keeps those of releases that may be open.

A page lives in browsers and at the CDN longer than the release that made it, and asks for that release's
files. So new files are added beside the old ones; a record per release says which it needs, and only what no
kept release needs is taken away. Names hold a hash, so two releases that share a file share it there.
"""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

LEAST_KEPT: Final = 2
"""Releases: the one that goes out and the one before it, whose pages are still open."""
_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class Published:
    """How many files were sent, were there already, and were taken away."""

    sent: int
    there: int
    removed: int = 0


@dataclass(frozen=True, slots=True)
class _Release:
    """The record of one release. `at` is in Unix seconds."""

    name: str
    at: float
    files: frozenset[str]


class UnbuiltError(ValueError):
    """There is nothing to publish; the message says what to run first."""


def publish_static(
    built: Path, files: Storage, releases: Storage, *, release: str, at: datetime, keep: int = LEAST_KEPT
) -> Published:
    """Send what `collectstatic` has built in a folder, by its hashed names, and note it as a release.

    `keep` releases stay, this one included. Nothing is taken away before all of the new one is there. Raises
    UnbuiltError, and whatever the storage raises: then it can be run again.
    """
    if keep < LEAST_KEPT:
        raise ValueError(f"at least {LEAST_KEPT} releases have to stay")
    names = _hashed_names(built)
    sent = _each(names, lambda name: _send(files, name, built / name, changed=False))
    record = json.dumps({"at": at.timestamp(), "files": sorted(names)}).encode()
    _save(releases, f"{release}.json", ContentFile(record))
    known = sorted(_read(releases), key=lambda one: (one.name == release, one.at), reverse=True)
    removed = _forget(files, releases, known[:keep], known[keep:])
    return Published(sum(sent), len(names) - sum(sent), removed)


def publish_media(folder: Path, files: Storage) -> Published:
    """Send the pictures of a folder that are new or have changed since they were sent; takes none away."""
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]
    if not names:
        raise UnbuiltError(f"{folder} holds no pictures")
    sent = _each(names, lambda name: _send(files, name, folder / name, changed=True))
    return Published(sum(sent), len(names) - sum(sent))


def _hashed_names(built: Path) -> frozenset[str]:
    """What the manifest beside the folder says pages ask for."""
    manifest = built.with_name(f"{built.name}.json")
    try:
        paths = json.loads(manifest.read_text(encoding="utf-8"))["paths"]
    except FileNotFoundError:
        raise UnbuiltError(f"{manifest} is missing: run collectstatic with STATIC_MANIFEST=1") from None
    return frozenset(paths.values())


def _each(names: Iterable[str], send: Callable[[str], bool]) -> list[bool]:
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(send, sorted(names)))


def _send(files: Storage, name: str, source: Path, *, changed: bool) -> bool:
    """Whether the file had to be sent. Under a name with a hash it is there or not; others may change."""
    if files.exists(name):
        if not changed:
            return False
        # S3 tells whole seconds: what was written in the second in which it was sent is sent again.
        written = datetime.fromtimestamp(source.stat().st_mtime, UTC)
        if files.size(name) == source.stat().st_size and files.get_modified_time(name) > written:
            return False
    with source.open("rb") as content:
        _save(files, name, File(content))
    return True


def _save(files: Storage, name: str, content: "File[bytes]") -> None:
    """Save under exactly this name, over what is there: Django's storages may look for another one."""
    stored = files.save(name, content)
    if stored != name:
        files.delete(stored)
        raise ValueError(f"{name} was stored as {stored}: the storage has to overwrite")


def _read(releases: Storage) -> list[_Release]:
    found = []
    for name in releases.listdir("")[1]:
        with releases.open(name) as file:
            record = json.loads(file.read())
        found.append(_Release(name.removesuffix(".json"), record["at"], frozenset(record["files"])))
    return found


def _forget(files: Storage, releases: Storage, kept: list[_Release], old: list[_Release]) -> int:
    """Take away what only old releases need, then their records."""
    needed = frozenset[str]().union(*(one.files for one in kept))
    unneeded = frozenset[str]().union(*(one.files for one in old)) - needed

    def remove(name: str) -> bool:
        files.delete(name)
        return True

    _each(unneeded, remove)
    for one in old:
        releases.delete(f"{one.name}.json")
    return len(unneeded)
