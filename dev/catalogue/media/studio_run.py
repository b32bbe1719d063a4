"""Draws the pictures that a media root lacks, on a bounded number of processes; sweeps old ones."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dev.catalogue.draw.scene import Picture, draw
from dev.catalogue.media.renditions import FORMATS, paths, present, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MAX_WORKERS: Final = 4
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


def run(wanted: Mapping[str, Picture], media_root: Path, workers: int | None = None) -> StudioReport:
    """Draws every picture of `wanted` (base URL to recipe) whose files are not all there.

    Raises OSError when the media root cannot be written.
    """
    started = time.monotonic()
    missing = {
        base: picture
        for base, picture in wanted.items()
        if not present(media_root, base, picture.widths, formats_of(picture))
    }
    size = 0
    if missing:
        count = min(workers or os.cpu_count() or 1, MAX_WORKERS)
        batches = _batches(missing, media_root)
        if count == 1:
            size = sum(map(_draw_batch, batches))
        else:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(count, mp_context=context) as pool:
                size = sum(pool.map(_draw_batch, batches))
    swept = _sweep(wanted, media_root)
    return StudioReport(len(missing), len(wanted) - len(missing), swept, time.monotonic() - started, size)


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


def _draw_batch(job: _Job) -> int:
    media_root, pictures = job
    return sum(
        write(draw(picture), media_root, base, picture.widths, formats_of(picture))
        for base, picture in pictures
    )


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
