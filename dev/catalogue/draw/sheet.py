"""Paper for one-off pictures, 4:5: shapes go on at twice the size, and come off as a screen print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from dev.catalogue.draw.raster import Point, Rgb, array, noise, picture

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDE, HIGH = 1280, 1600
"""Drawn at this size and halved: the finished sheet is 640 by 800 pixels."""


class Sheet:
    """Paper to paint on; positions are shares of its width (0 to 1 across, 0 to 1.25 down)."""

    def __init__(self, ground: Rgb) -> None:
        self.image = Image.new("RGB", (WIDE, HIGH), ground)
        self._draw = ImageDraw.Draw(self.image)

    def fill(self, points: Sequence[Point], ink: Rgb) -> None:
        """A filled shape."""
        self._draw.polygon([(x * WIDE, y * WIDE) for x, y in points], fill=ink)

    def line(self, points: Sequence[Point], width: float, ink: Rgb) -> None:
        """A stroke of even width with round joints."""
        self._draw.line(
            [(x * WIDE, y * WIDE) for x, y in points],
            fill=ink,
            width=max(1, round(width * WIDE)),
            joint="curve",
        )

    def disc(self, x: float, y: float, radius: float, ink: Rgb) -> None:
        """A filled circle."""
        r = radius * WIDE
        self._draw.ellipse((x * WIDE - r, y * WIDE - r, x * WIDE + r, y * WIDE + r), fill=ink)

    def finished(self, seed: int, grain: float = 7.0) -> Image.Image:
        """The sheet at half size with its edges hand-cut and the ink mottled as a screen print's is."""
        wobble = noise(512, 1.5, seed)
        rows, columns = np.arange(HIGH), np.arange(WIDE)
        shift_x = np.tile(wobble, (4, 3))[:HIGH, :WIDE] * 1.6
        shift_y = np.tile(wobble.T, (4, 3))[:HIGH, :WIDE] * 1.6
        y = np.clip(rows[:, None] + shift_y, 0, HIGH - 1).astype(np.int32)
        x = np.clip(columns[None, :] + shift_x, 0, WIDE - 1).astype(np.int32)
        small = array(Image.fromarray(np.asarray(self.image)[y, x]).reduce(2))
        mottle = np.tile(noise(400, 0.8, seed + 1), (2, 2))[: HIGH // 2, : WIDE // 2]
        return picture(small + mottle[..., None] * np.float32(grain * 0.35))
