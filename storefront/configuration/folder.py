"""Keeps the templates of the folder at hand, and notices when a file there has changed.

    templates/home.json             the home page
    templates/landing/<slug>.json   the page /l/<slug>/

Files are looked at when a page asks for them and the last look is a few seconds old: no thread, no watcher
(network file systems such as EFS have no events). A file that has become invalid is told once in the log, and
its last good copy goes on serving; so does everything while the folder itself is away (unmounted, or between
the two steps of a swapped symlink). A file is gone only when two looks in a row have missed it, because many
editors replace a file by deleting it first.
"""

import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from storefront.configuration.blocks import Template
from storefront.configuration.checking import Problem, check_template
from storefront.core import Clock, SystemClock

CHECK_SECONDS = 2.0
HOME = "templates/home.json"
LANDING = re.compile(r"templates/landing/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.json")
MOST_FILES = 200
MOST_BYTES = 256 * 1024
_LONGEST_SLUG = 120

_LOG = logging.getLogger("storefront.configuration")

Mark = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file as last read: mark, last good template, what is wrong with it now, looks that missed it."""

    mark: Mark
    template: Template | None
    problems: tuple[Problem, ...] = ()
    missed: int = 0


class Configuration:
    """The templates of one folder; a folder of None, or one that is not there, holds none. Thread-safe."""

    def __init__(
        self, folder: Path | None, clock: Clock | None = None, *, check_seconds: float = CHECK_SECONDS
    ) -> None:
        self._folder = folder
        self._clock = clock or SystemClock()
        self._check_seconds = check_seconds
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._was_there = True
        self._kept: Mapping[str, _Kept] = MappingProxyType({})

    def home(self) -> Template | None:
        """The home page's template, None when there is none that can be used."""
        return self._template(HOME)

    def landing(self, slug: str) -> Template | None:
        """The template of a landing page."""
        return self._template(f"templates/landing/{slug}.json")

    def landings(self) -> Mapping[str, Template]:
        """Every landing page by slug, in alphabetical order."""
        self._refresh()
        found = ((LANDING.fullmatch(file), kept.template) for file, kept in sorted(self._kept.items()))
        return {match["slug"]: template for match, template in found if match and template is not None}

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files as they are now, and with files that nothing reads."""
        self._refresh()
        if self._folder is None or not self._folder.is_dir():
            return ()
        stray = (Problem(file, "", _STRAY) for file in _files(self._folder) if not _is_template(file))
        wrong = (problem for kept in self._kept.values() for problem in kept.problems)
        return tuple(sorted((*wrong, *stray), key=lambda problem: (problem.file, problem.place)))

    def _template(self, file: str) -> Template | None:
        self._refresh()
        kept = self._kept.get(file)
        return kept.template if kept else None

    def _refresh(self) -> None:
        """Look at the folder unless that was done shortly ago; whoever comes meanwhile gets what is known."""
        if self._folder is None or not self._is_due():
            return
        first = self._looked_at is None
        if not self._lock.acquire(blocking=first):
            return
        try:
            if self._is_due():
                try:
                    self._look(self._folder)
                except OSError as error:
                    # A file system that fails halfway through: what is known goes on serving.
                    _LOG.error("configuration_folder_unreadable", extra={"reason": str(error)})
                self._looked_at = self._clock.monotonic()
        finally:
            self._lock.release()

    def _is_due(self) -> bool:
        looked = self._looked_at
        return looked is None or self._clock.monotonic() - looked >= self._check_seconds

    def _look(self, folder: Path) -> None:
        if not folder.is_dir():
            if self._was_there and self._looked_at is not None:
                _LOG.error("configuration_folder_away", extra={"folder": str(folder)})
            self._was_there = False
            return
        self._was_there = True
        there = {file: path for file, path in _files(folder).items() if _is_template(file)}
        kept = {file: self._read(file, path) for file, path in there.items()}
        for file, old in self._kept.items():
            if file not in there and old.missed == 0:
                kept[file] = _Kept(old.mark, old.template, old.problems, missed=1)
        self._kept = MappingProxyType({file: one for file, one in kept.items() if one is not None})

    def _read(self, file: str, path: Path) -> _Kept | None:
        """The file as kept, or read again because its mark is another one."""
        old = self._kept.get(file)
        try:
            with path.open("rb") as opened:
                mark = _mark(os.fstat(opened.fileno()))
                if old is not None and old.mark == mark:
                    return old if not old.missed else _Kept(mark, old.template, old.problems)
                data = opened.read(MOST_BYTES + 1)
        except OSError as error:
            return self._judged(
                file, old, (0, 0, 0, 0, 0), None, (Problem(file, "", f"cannot be read: {error.strerror}"),)
            )
        if len(data) > MOST_BYTES:
            too_much = Problem(file, "", f"is larger than {MOST_BYTES // 1024} kB")
            return self._judged(file, old, mark, None, (too_much,))
        template, problems = check_template(file, data)
        return self._judged(file, old, mark, template, problems)

    def _judged(
        self,
        file: str,
        old: _Kept | None,
        mark: Mark,
        template: Template | None,
        problems: tuple[Problem, ...],
    ) -> _Kept:
        last_good = old.template if old is not None else None
        if problems and (old is None or old.mark != mark or old.problems != problems):
            told = {"file": file, "problem": str(problems[0]), "problems": len(problems)}
            _LOG.error("configuration_invalid", extra=told | {"last_good_copy": last_good is not None})
        return _Kept(mark, template if template is not None else last_good, problems)


_STRAY = "nothing reads this file; templates are templates/home.json and templates/landing/<slug>.json"


def _is_template(file: str) -> bool:
    found = LANDING.fullmatch(file)
    return file == HOME or (found is not None and len(found["slug"]) <= _LONGEST_SLUG)


def _mark(stat: os.stat_result) -> Mark:
    """What changes with a file's content: another file in its place, or another time."""
    return (stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)


def _files(folder: Path) -> dict[str, Path]:
    """The JSON files below templates/ by their path in the folder; hidden ones are an editor's own."""
    return dict(_walk(folder / "templates", "templates", 2))


def _walk(folder: Path, name: str, levels: int) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)[:MOST_FILES]
    except OSError:
        return  # no such folder, or none any more: it holds nothing
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if path.is_dir() and levels > 1:
            yield from _walk(path, f"{name}/{entry.name}", levels - 1)
        elif entry.name.endswith(".json"):
            yield f"{name}/{entry.name}", path
