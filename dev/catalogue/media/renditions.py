"""Writes one picture as `{base}-{width}.{format}` files, the rule that the web tier builds its `srcset` from."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMATS: Final = ("avif", "webp")
MEDIA_URL: Final = "/media/"
_OPTIONS: Final[dict[str, dict[str, int]]] = {
    "avif": {"quality": 48, "speed": 9, "max_threads": 1},
    "webp": {"quality": 62, "method": 2},
    "jpg": {"quality": 84},
}
_LARGE: Final = 1000
_LARGE_LESS: Final = 6
"""Quality taken off wide pictures: they are shown on dense screens, where the eye forgives more."""


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


def write(image: Image.Image, media_root: Path, base: str, widths: tuple[int, ...],
          formats: tuple[str, ...] = FORMATS) -> int:
    """Writes all renditions of `image` and returns their size in bytes. Each file appears whole or not at all."""
    total = 0
    for width in widths:
        height = max(1, round(image.height * width / image.width))
        small = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS,
                                                                reducing_gap=2.0)
        for path, form in zip(paths(media_root, base, (width,), formats), formats, strict=True):
            total += _save(small, path, form, width)
    return total


def _save(image: Image.Image, path: Path, form: str, width: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    options = dict(_OPTIONS[form])
    if width >= _LARGE:
        options["quality"] -= _LARGE_LESS
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".drawing-", suffix=f".{form}")
    try:
        with os.fdopen(handle, "wb") as out:
            image.save(out, "jpeg" if form == "jpg" else form, **options)
            size = out.tell()
        os.chmod(name, 0o644)  # noqa: PTH101, S103  mkstemp's 0600 would hide the picture from the web server's user
        os.replace(name, path)  # noqa: PTH105  the atomic rename is the point
    except BaseException:
        os.unlink(name)  # noqa: PTH108
        raise
    return size
