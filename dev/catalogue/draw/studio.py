"""The photo studio: one wall, one window at the upper left, soft shadows; every mock-up is shot here.

Positions are in studio units: the picture is 1080 wide and 1350 high whatever its pixel size, so that a scene
can be drawn small or large from the same numbers.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from dev.catalogue.draw.raster import Floats, Point, Rgb, array, band_noise, mix, noise, picture, ramp

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS_WIDE: Final = 1080
UNITS_HIGH: Final = 1350
LIGHT: Final = np.array([-0.52, -0.58, 0.63], np.float32)
"""Direction to the window from the subject: left, up, towards the camera. Unit length."""
COARSE: Final = 4
"""Shadows are drawn at a quarter of the size: they are soft anyway."""


class Stage:
    """A picture being taken: `samples` is height by width by RGB, floats 0 to 255; layers go on in order."""

    def __init__(self, width: int, set_: Floats, scale: float | None = None) -> None:
        self.width, self.height = width, set_.shape[0]
        self.scale = width / UNITS_WIDE if scale is None else scale
        self.samples = set_.copy()

    def image(self) -> Image.Image:
        """The finished picture."""
        return picture(self.samples)

    def shadow(self, points: Sequence[Point], blur: float, strength: float, tint: Rgb = (58, 46, 44)) -> None:
        """Darkens the stage under a polygon (studio units) blurred by `blur` units."""
        factor = self.scale / COARSE
        canvas = Image.new("L", (-(-self.width // COARSE), -(-self.height // COARSE)))
        ImageDraw.Draw(canvas).polygon([(x * factor, y * factor) for x, y in points], fill=255)
        self._darken(canvas.filter(ImageFilter.GaussianBlur(max(blur * factor, 0.6))), strength, tint)

    def shade_under(self, mask: Floats, at: Point, offset: Point, blur: float, strength: float) -> None:
        """The shadow of a mask (pixels) that will be placed with its corner at pixel position `at`."""
        canvas = Image.new("L", (self.width, self.height))
        piece = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
        canvas.paste(piece, (round(at[0] + offset[0] * self.scale), round(at[1] + offset[1] * self.scale)))
        soft = canvas.reduce(COARSE).filter(ImageFilter.GaussianBlur(max(blur * self.scale / COARSE, 0.5)))
        self._darken(soft, strength, (58, 46, 44))

    def _darken(self, soft: Image.Image, strength: float, tint: Rgb) -> None:
        """Multiplies ink in through a coarse mask, only where the mask says anything."""
        bounds = soft.getbbox()
        if bounds is None:
            return
        left, top, right, bottom = (edge * COARSE for edge in bounds)
        small = soft.crop(bounds)
        full = small.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
        view = self.samples[top:bottom, left:right]
        mask = array(full)[: view.shape[0], : view.shape[1], None] * np.float32(strength / 255)
        view *= 1 - mask * (1 - np.asarray(tint, np.float32) / 255)

    def glow(self, centre: Point, radius: float, strength: float, tint: Rgb) -> None:
        """Lightens the stage around a lamp."""
        small_w, small_h = -(-self.width // 8), -(-self.height // 8)
        x = np.linspace(0, self.width / self.scale, small_w, dtype=np.float32)[None, :] - np.float32(
            centre[0]
        )
        y = np.linspace(0, self.height / self.scale, small_h, dtype=np.float32)[:, None] - np.float32(
            centre[1]
        )
        fall = np.exp(-((x / radius) ** 2 + (y / radius) ** 2)) * 255
        soft = Image.fromarray(fall.astype(np.uint8)).resize(
            (self.width, self.height), Image.Resampling.BICUBIC
        )
        light = (array(soft) * np.float32(strength / 255))[..., None]
        self.samples += light * (np.asarray(tint, np.float32) - self.samples * 0.55)

    def put(self, layer: Floats, mask: Floats, left: int, top: int) -> None:
        """Lays RGB samples on the stage through a 0-to-1 mask; what lies outside the picture is cut off."""
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + layer.shape[1], self.width), min(top + layer.shape[0], self.height)
        if x1 <= x0 or y1 <= y0:
            return
        view = self.samples[y0:y1, x0:x1]
        cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        view += (layer[cut] - view) * mask[cut][..., None]

    def put_image(self, image: Image.Image, left: float, top: float) -> None:
        """Lays an RGBA image with its corner at a studio position."""
        data = array(image)
        self.put(data[..., :3], data[..., 3] / 255, round(left * self.scale), round(top * self.scale))

    def gobo(self, lean: float, strength: float, start: float = -60) -> None:
        """Window light across the scene: two leaning panes, the first `start` units from the left."""
        factor = self.scale / COARSE
        canvas = Image.new("L", (-(-self.width // COARSE), -(-self.height // COARSE)))
        draw = ImageDraw.Draw(canvas)
        for left, right in ((start, start + 250), (start + 285, start + 530)):
            pane = [(left, -40), (right, -40), (right + lean, 1420), (left + lean, 1420)]
            draw.polygon([(x * factor, y * factor) for x, y in pane], fill=255)
        soft = canvas.filter(ImageFilter.GaussianBlur(26 * factor))
        light = array(soft.resize((self.width, self.height), Image.Resampling.BILINEAR)) * np.float32(
            strength / 255
        )
        self.samples *= 1 + light[..., None] * np.array([1.0, 0.94, 0.82], np.float32)


def _field(width: int) -> tuple[Floats, Floats]:
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1.25, width * 5 // 4, dtype=np.float32)[:, None]
    return x, y


@lru_cache(maxsize=6)
def wall_set(width: int, tint: Rgb) -> Floats:
    """A plain plaster wall, lit from the upper left."""
    x, y = _field(width)
    light = 1.03 - 0.16 * np.hypot(x - 0.22, (y - 0.2) * 0.8) ** 1.35
    result: Floats = (light[..., None] * np.asarray(tint, np.float32)).astype(np.float32)
    return result


@lru_cache(maxsize=6)
def table_set(width: int, tint: Rgb, horizon: float = 0.94) -> Floats:
    """A wall and the table before it. `horizon` is where they meet, in picture widths from the top."""
    x, y = _field(width)
    samples = wall_set(width, tint).copy()
    top = np.asarray(mix(tint, (255, 251, 243), 0.3), np.float32)
    depth = np.clip((y - horizon) / (1.25 - horizon), 0, 1)
    light = 0.985 + 0.05 * depth - 0.1 * np.abs(x - 0.36) ** 1.6
    share = ramp(horizon - 0.004, horizon + 0.006, y)[..., None]
    crease = 1 - 0.07 * np.exp(-(((y - horizon) / 0.03) ** 2)) * (y < horizon)
    samples *= crease[..., None]
    samples += (light[..., None] * top - samples) * share
    return samples.astype(np.float32)


@lru_cache(maxsize=4)
def floor_set(width: int, tint: Rgb) -> Floats:
    """Pale oak boards from above."""
    height = width * 5 // 4
    x, y = _field(width)
    oak = np.asarray(mix((205, 182, 150), tint, 0.35), np.float32)
    boards = 7
    board = np.floor(x * boards)
    tone = np.sin(board * 12.9898) * 0.022
    grain_tile = noise(512, 1.3, 5)
    rows = (np.linspace(0, 70, height)).astype(np.int32)[:, None] + (board * 61).astype(np.int32)
    columns = (np.linspace(0, 511, width)).astype(np.int32)[None, :]
    grain = grain_tile[rows % 512, (columns * 3) % 512] * 0.014
    seam = np.abs(x * boards - np.round(x * boards)) / boards * width
    gap = 1 - 0.34 * np.exp(-((seam / (1.1 * width / 1080)) ** 2))
    ends = np.abs((y * 0.8 + np.sin(board * 7.7) * 0.5) % 1 - 0.5) * height
    gap = gap * (1 - 0.3 * np.exp(-((ends / (1.2 * width / 1080)) ** 2)))
    light = 1.05 - 0.12 * np.hypot(x - 0.2, (y - 0.15) * 0.8) ** 1.3
    result: Floats = ((light * gap * (1 + tone + grain))[..., None] * oak).astype(np.float32)
    return result


@lru_cache(maxsize=8)
def weave(width: int, height: int, pitch: float, strength: float) -> Floats:
    """Brightness of woven cloth: threads over and under at `pitch` pixels, a little uneven. Around 1."""
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    slub = noise(256, 0.9, 3)
    wrapped = slub[(y.astype(np.int32) // 2) % 256, (x.astype(np.int32) // 9) % 256]
    cross = np.sin(x * np.float32(np.pi / pitch)) * np.sin(y * np.float32(np.pi / pitch))
    result: Floats = (1 + strength * (0.6 * cross + 0.45 * wrapped)).astype(np.float32)
    return result


@lru_cache(maxsize=8)
def tooth(width: int, height: int, strength: float, seed: int = 9) -> Floats:
    """Brightness of matt paper or wool: soft mottling around 1."""
    base = band_noise(256, 6, 60, seed)
    ys = (np.arange(height) % 256)[:, None]
    xs = (np.arange(width) % 256)[None, :]
    result: Floats = (1 + strength * base[ys, xs]).astype(np.float32)
    return result


def lit(normal_x: Floats, normal_y: Floats, normal_z: Floats, ambient: float = 0.62) -> Floats:
    """Brightness of a matt surface under the window, about 1 where it faces the light."""
    facing = normal_x * LIGHT[0] + normal_y * LIGHT[1] + normal_z * LIGHT[2]
    result: Floats = (
        ambient + (1.08 - ambient) * np.clip(facing, 0, 1) + 0.05 * np.clip(normal_y, 0, 1)
    ).astype(np.float32)
    return result


def box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """The corners of an upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
