"""The few raster tools every picture needs: colour, periodic noise, wrapped sampling, soft masks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.floating[Any]]"
Bytes: TypeAlias = "npt.NDArray[np.uint8]"
Rgb: TypeAlias = tuple[int, int, int]
Point: TypeAlias = tuple[float, float]

BLUR_SHRINK_FROM: Final = 6.0
"""Blurs of a larger radius (pixels) are made at quarter size: the eye cannot tell, the clock can."""


def rgb(code: str) -> Rgb:
    """`"#rrggbb"` as three bytes."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """`first` moved towards `second` by `share` (0 to 1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Perceived lightness, 0 to 1 (Rec. 709 weights, without gamma: good enough to compare inks)."""
    red, green, blue = colour
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def array(image: Image.Image) -> Floats:
    """An image's samples as 32-bit floats, 0 to 255."""
    return np.asarray(image, dtype=np.float32)


def picture(samples: Floats) -> Image.Image:
    """Float samples (0 to 255) as an RGB image."""
    return Image.fromarray(np.clip(samples + 0.5, 0, 255).astype(np.uint8))


@lru_cache(maxsize=8)
def noise(size: int, falloff: float, seed: int) -> Floats:
    """Smooth seamless noise of unit deviation: white noise whose spectrum falls by `falloff`."""
    white = np.random.default_rng(seed).standard_normal((size, size), dtype=np.float32)
    spectrum = np.fft.rfft2(white)
    radius = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :])
    radius[0, 0] = 1.0
    spectrum *= radius**-falloff
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, s=(size, size)).astype(np.float32)
    result: Floats = field / np.float32(field.std())
    return result


@lru_cache(maxsize=8)
def band_noise(size: int, low: float, high: float, seed: int) -> Floats:
    """Seamless noise whose waves number between `low` and `high` per tile: blobs of one size."""
    white = np.random.default_rng(seed).standard_normal((size, size), dtype=np.float32)
    spectrum = np.fft.rfft2(white)
    radius = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None, :]) * size
    middle, width = (low + high) / 2, max((high - low) / 2, 0.5)
    spectrum *= np.exp(-(((radius - middle) / width) ** 2))
    field = np.fft.irfft2(spectrum, s=(size, size)).astype(np.float32)
    result: Floats = field / np.float32(field.std())
    return result


def displace(tile: Bytes, dx: Floats, dy: Floats) -> Bytes:
    """A seamless index tile with every sample fetched from `(x + dx, y + dy)`, wrapped."""
    height, width = tile.shape
    rows = (np.arange(height, dtype=np.float32)[:, None] + dy).astype(np.int32) % height
    columns = (np.arange(width, dtype=np.float32)[None, :] + dx).astype(np.int32) % width
    result: Bytes = tile[rows, columns]
    return result


def sample(texture: Bytes, x: Floats, y: Floats) -> Floats:
    """Bilinear samples of a wrapped RGB texture at pixel positions `x`, `y`; shape `(*x.shape, 3)`."""
    height, width = texture.shape[:2]
    left, top = np.floor(x), np.floor(y)
    fx, fy = (x - left)[..., None], (y - top)[..., None]
    x0, y0 = left.astype(np.int32) % width, top.astype(np.int32) % height
    x1, y1 = (x0 + 1) % width, (y0 + 1) % height
    upper = texture[y0, x0] * (1 - fx) + texture[y0, x1] * fx
    lower = texture[y1, x0] * (1 - fx) + texture[y1, x1] * fx
    result: Floats = (upper * (1 - fy) + lower * fy).astype(np.float32)
    return result


def tiled(tile: Image.Image, width: int, height: int, period: float) -> Image.Image:
    """`width` by `height` pixels covered with `tile` at a repeat of `period` pixels, centred."""
    edge = max(8, round(period))
    small = tile.resize((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = Image.new("RGB", (width, height))
    start_x, start_y = (width // 2) % edge - edge, (height // 2) % edge - edge
    for y in range(start_y, height, edge):
        for x in range(start_x, width, edge):
            out.paste(small, (x, y))
    return out


def blurred(mask: Floats, radius: float) -> Floats:
    """A 0-to-1 mask under a Gaussian blur of `radius` pixels."""
    image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
    if radius > BLUR_SHRINK_FROM:
        small = image.reduce(4).filter(ImageFilter.GaussianBlur(radius / 4))
        image = small.resize(image.size, Image.Resampling.BICUBIC)
    else:
        image = image.filter(ImageFilter.GaussianBlur(radius))
    return array(image) / 255


def polygon(width: int, height: int, points: Sequence[Point]) -> Floats:
    """An antialiased 0-to-1 mask of one polygon (drawn threefold and averaged)."""
    canvas = Image.new("L", (width * 3, height * 3))
    ImageDraw.Draw(canvas).polygon([(x * 3, y * 3) for x, y in points], fill=255)
    return array(canvas.reduce(3)) / 255


def ramp(edge0: float, edge1: float, x: Floats) -> Floats:
    """The smooth step from 0 at `edge0` to 1 at `edge1`."""
    t = np.clip((x - edge0) / (edge1 - edge0), 0, 1)
    result: Floats = (t * t * (3 - 2 * t)).astype(np.float32)
    return result
