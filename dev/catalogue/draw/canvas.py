"""A square, seamless index canvas: shapes drawn on it wrap around the edges, so the tile has no seam."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from dev.catalogue.draw.raster import Bytes, Point, band_noise, displace, noise

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE: Final = 1200
"""Edge of an index tile in samples: divisible by the grids that repeats are built on (2 to 6, 8, 10, 12)."""


class Canvas:
    """Index samples (0 to 5, see palette) on a torus; lengths are shares of the tile's edge (0 to 1)."""

    def __init__(self, ground: int = 0) -> None:
        self._image = Image.new("L", (TILE, TILE), ground)
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Sequence[Point], ink: int) -> None:
        """A filled polygon, repeated across every edge that it crosses."""
        xs, ys = [x * TILE for x, _ in points], [y * TILE for _, y in points]
        for dx in _wraps(min(xs), max(xs)):
            for dy in _wraps(min(ys), max(ys)):
                self._draw.polygon([(x + dx, y + dy) for x, y in zip(xs, ys, strict=True)], fill=ink)

    def disc(
        self, x: float, y: float, radius: float, ink: int, *, squash: float = 1.0, turn: float = 0.0
    ) -> None:
        """A filled ellipse: `squash` is the ratio of its second axis, `turn` its rotation in radians."""
        self.polygon(ellipse(x, y, radius, radius * squash, turn), ink)

    def stroke(self, points: Sequence[Point], width: float, ink: int, *, taper: float = 1.0) -> None:
        """A line with round ends whose width runs from `width` to `width * taper`."""
        count = len(points)
        for index in range(count - 1):
            here = width * (1 + (taper - 1) * index / max(count - 1, 1)) / 2
            self._segment(points[index], points[index + 1], here, ink)
            self.disc(*points[index], here, ink)
        self.disc(*points[-1], width * taper / 2, ink)

    def _segment(self, start: Point, end: Point, half: float, ink: int) -> None:
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = math.hypot(dx, dy) or 1.0
        ox, oy = -dy / length * half, dx / length * half
        self.polygon(
            [
                (start[0] + ox, start[1] + oy),
                (end[0] + ox, end[1] + oy),
                (end[0] - ox, end[1] - oy),
                (start[0] - ox, start[1] - oy),
            ],
            ink,
        )

    def samples(self) -> Bytes:
        """The index samples as an array that may be written to."""
        return np.array(self._image, dtype=np.uint8)


def _wraps(low: float, high: float) -> list[int]:
    shifts = [0]
    if low < 0:
        shifts.append(TILE)
    if high > TILE:
        shifts.append(-TILE)
    return shifts


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0, steps: int = 40) -> list[Point]:
    """The outline of an ellipse, rotated by `turn` radians."""
    cos, sin = math.cos(turn), math.sin(turn)
    outline = []
    for step in range(steps):
        a = math.tau * step / steps
        px, py = rx * math.cos(a), ry * math.sin(a)
        outline.append((x + px * cos - py * sin, y + px * sin + py * cos))
    return outline


def leaf(x: float, y: float, length: float, width: float, turn: float, *, belly: float = 0.42) -> list[Point]:
    """The outline of a leaf that grows from `(x, y)` in direction `turn`; `belly` is where it is widest."""
    cos, sin = math.cos(turn), math.sin(turn)
    side = []
    for step in range(17):
        t = step / 16
        swell = math.sin(math.pi * t ** (math.log(0.5) / math.log(belly))) ** 0.9
        side.append((t * length, swell * width / 2))
    outline = side + [(u, -v) for u, v in reversed(side)]
    return [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in outline]


def curve(start: Point, turn: float, length: float, bend: float, steps: int = 24) -> list[Point]:
    """A path of `length` that sets off in direction `turn` and bends by `bend` radians on its way."""
    x, y = start
    path = [start]
    for step in range(steps):
        angle = turn + bend * step / steps
        x, y = x + math.cos(angle) * length / steps, y + math.sin(angle) * length / steps
        path.append((x, y))
    return path


def hand_cut(tile: Bytes, amount: float, seed: int) -> Bytes:
    """Edges as a knife in lino leaves them: every edge wanders by up to about `amount` samples."""
    dx = noise(TILE, 1.5, seed) * amount + band_noise(TILE, 30, 60, seed + 2) * amount * 0.25
    dy = noise(TILE, 1.5, seed + 1) * amount + band_noise(TILE, 30, 60, seed + 3) * amount * 0.25
    return displace(tile, dx, dy)


def dry_ink(tile: Bytes, share: float, seed: int, ground: int = 0) -> Bytes:
    """Small bare specks where the block did not take the ink."""
    speck = band_noise(TILE, 60, 200, seed) + noise(TILE, 1.2, seed + 1) * 0.9
    bare = speck > np.quantile(speck[::7, ::7], 1 - share)
    result: Bytes = np.where(bare, np.uint8(ground), tile)
    return result
