"""Draws the pictures that a media root lacks, on a bounded number of processes; sweeps old ones."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from dev.catalogue.draw.scene import Picture, draw
from dev.catalogue.media.renditions import FORMATS, paths, present, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

MAX_WORKERS: Final = 4
SAY_EVERY: Final = 10.0
"""Seconds of drawing after which the progress is told at the latest."""
SAY_PARTS: Final = 10
"""It is also told after each tenth of the pictures."""
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at what the drawing processes have finished."""
SWEPT: Final = "demo"
"""The one folder of the media root that this module owns: files in it that no recipe asks for are removed."""


@dataclass(frozen=True, slots=True)
class StudioReport:
    """What a run did; `seconds` is wall-clock time, `size` the bytes of the newly drawn files."""

    drawn: int
    cached: int
    swept: int
    seconds: float
    size: int


def formats_of(picture: Picture) -> tuple[str, ...]:
    """Social sites read JPEG; browsers get AVIF and WebP."""
    return ("jpg",) if picture.subject == "social" else FORMATS


def _silent(_line: str) -> None:
    """For callers who don't care how far it is."""


@dataclass(slots=True)
class Progress:
    """Says how far the drawing is: at its start, then every `SAY_EVERY` seconds or tenth of the pictures."""

    total: int
    say: Callable[[str], None]
    _drawn: int = 0
    _told: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Say how many there are to draw."""
        self.say(f"pictures: {self.total} to draw")

    def at(self, drawn: int) -> None:
        """Note that so many are drawn, and say so if it is time."""
        far = (drawn - self._drawn) * SAY_PARTS >= self.total
        if drawn < self.total and (far or time.monotonic() - self._told >= SAY_EVERY):
            self._drawn, self._told = drawn, time.monotonic()
            self.say(f"pictures: {drawn} of {self.total} drawn")


def run(
    wanted: Mapping[str, Picture],
    media_root: Path,
    workers: int | None = None,
    say: Callable[[str], None] = _silent,
) -> StudioReport:
    """Draws every picture of `wanted` (base URL to recipe) whose files are not all there.

    `say` is told a line now and then while it draws, and nothing when there is nothing to draw.

    Raises OSError when the media root cannot be written.
    """
    started = time.monotonic()
    missing = {base: picture for base, picture in wanted.items() if not _there(media_root, base, picture)}
    count = min(workers or os.cpu_count() or 1, MAX_WORKERS)
    size = _draw_all(missing, media_root, count, Progress(len(missing), say)) if missing else 0
    swept = _sweep(wanted, media_root)
    return StudioReport(len(missing), len(wanted) - len(missing), swept, time.monotonic() - started, size)


def _draw_all(missing: Mapping[str, Picture], media_root: Path, count: int, progress: Progress) -> int:
    progress.begin()
    batches = _batches(missing, media_root)
    if count == 1:
        done = itertools.count(1)
        return sum(_draw_batch(batch, lambda: progress.at(next(done))) for batch in batches)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        drawing = {pool.submit(_draw_batch, batch) for batch in batches}
        left, unseen = drawing, dict(missing)
        while left:
            _, left = wait(left, LOOK_EVERY)
            # A batch may take minutes; the files tell of each picture, and the processes share nothing.
            unseen = {base: one for base, one in unseen.items() if not _there(media_root, base, one)}
            progress.at(len(missing) - len(unseen))
        return sum(batch.result() for batch in drawing)


def _there(media_root: Path, base: str, picture: Picture) -> bool:
    return present(media_root, base, picture.widths, formats_of(picture))


_Job = tuple["Path", tuple[tuple[str, Picture], ...]]


def _batches(missing: Mapping[str, Picture], media_root: Path) -> list[_Job]:
    """Jobs that share a surface go together, so that a repeat is drawn once; the largest batches go first."""
    groups: dict[str, list[tuple[str, Picture]]] = {}
    for base, picture in missing.items():
        groups.setdefault(picture.surface, []).append((base, picture))
    batches = [
        (media_root, tuple(sorted(group, key=lambda job: (job[1].way, job[0])))) for group in groups.values()
    ]
    return sorted(batches, key=lambda batch: -len(batch[1]))


def _nothing() -> None:
    """For the drawing processes, which tell by their files."""


def _draw_batch(job: _Job, drawn: Callable[[], None] = _nothing) -> int:
    """Bytes written; `drawn` is called after each picture."""
    media_root, pictures = job
    size = 0
    for base, picture in pictures:
        size += write(draw(picture), media_root, base, picture.widths, formats_of(picture))
        drawn()
    return size


def _sweep(wanted: Mapping[str, Picture], media_root: Path) -> int:
    folder = media_root / SWEPT
    if not folder.is_dir():
        return 0
    keep = {
        path
        for base, picture in wanted.items()
        for path in paths(media_root, base, picture.widths, formats_of(picture))
    }
    swept = 0
    for path in folder.iterdir():
        if path.is_file() and path not in keep:
            path.unlink()
            swept += 1
    return swept


def lay_out(pictures: Iterable[tuple[str, Picture]]) -> dict[str, Picture]:
    """Base URLs (`/media/demo/{name}-{key}`) for named recipes: equal recipes get one base."""
    return {base_of(name, picture): picture for name, picture in pictures}


def base_of(name: str, picture: Picture) -> str:
    """The URL base of a recipe."""
    return f"/media/{SWEPT}/{name}-{picture.key}"
