"""Writes one picture as `{base}-{width}.{format}` files, from which the web tier builds its `srcset`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMATS: Final = ("avif", "webp")
MEDIA_URL: Final = "/media/"
_OPTIONS: Final[dict[str, dict[str, int]]] = {
    "avif": {"quality": 46, "speed": 9, "max_threads": 1},
    "webp": {"quality": 58, "method": 2},
    "jpg": {"quality": 84},
}
READABLE: Final = 0o644
"""Temporary files are for their owner only; the web server's user has to read these."""
_LARGE: Final = 1000
_LARGE_LESS: Final = 6
"""Quality taken off wide pictures: they are shown on dense screens, where the eye forgives more."""
_MOST_PER_PIXEL: Final = 0.05
"""Bytes for each pixel of an AVIF file, 32 kB for a product's large picture: a phone waits for it."""
_LESS: Final = 8
_LEAST_QUALITY: Final = 22
"""Dense patterns lose quality in steps until they fit, or down to this: they hide more than walls do."""


def paths(media_root: Path, base: str, widths: Iterable[int], formats: Iterable[str]) -> list[Path]:
    """The files of a picture. `base` is a URL path under `/media/`. Raises ValueError for one that is not."""
    if not base.startswith(MEDIA_URL) or ".." in base:
        message = f"image base {base!r} is not under {MEDIA_URL}"
        raise ValueError(message)
    stem = base.removeprefix(MEDIA_URL)
    return [media_root / f"{stem}-{width}.{form}" for width in widths for form in formats]


def present(media_root: Path, base: str, widths: Iterable[int], formats: Iterable[str]) -> bool:
    """Whether every file of a picture exists."""
    return all(path.exists() for path in paths(media_root, base, widths, formats))


def write(
    image: Image.Image,
    media_root: Path,
    base: str,
    widths: tuple[int, ...],
    formats: tuple[str, ...] = FORMATS,
) -> int:
    """Writes all renditions of `image`, each whole or not at all; returns their size in bytes."""
    total = 0
    for width in widths:
        height = max(1, round(image.height * width / image.width))
        small = (
            image
            if width == image.width
            else image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        )
        for path, form in zip(paths(media_root, base, (width,), formats), formats, strict=True):
            total += _save(small, path, form, width)
    return total


def _save(image: Image.Image, path: Path, form: str, width: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    options = dict(_OPTIONS[form])
    if width >= _LARGE:
        options["quality"] -= _LARGE_LESS
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".drawing-", delete=False) as out:
        unfinished = Path(out.name)
        try:
            size = _encode(image, out, form, options)
            unfinished.chmod(READABLE)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return size


def _encode(image: Image.Image, out: IO[bytes], form: str, options: dict[str, int]) -> int:
    """Write the picture into `out`; its size in bytes."""
    while True:
        out.seek(0)
        out.truncate()
        image.save(out, "jpeg" if form == "jpg" else form, **options)
        size = out.tell()
        fits = size <= _MOST_PER_PIXEL * image.width * image.height
        if form != "avif" or fits or options["quality"] - _LESS < _LEAST_QUALITY:
            return size
        options = {**options, "quality": options["quality"] - _LESS}
