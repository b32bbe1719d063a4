"""Repeats that water, stone and dye make: marbling, terrazzo, ikat. Each returns a seamless index tile."""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dev.catalogue.draw.canvas import TILE, Canvas, dry_ink, hand_cut
from dev.catalogue.draw.raster import Bytes, Floats, band_noise, noise

if TYPE_CHECKING:
    from random import Random


def _bands(field: Floats, inks: tuple[int, ...], waves: float) -> Bytes:
    phase = (field * waves) % 1
    return np.asarray(inks, np.uint8)[(phase * len(inks)).astype(np.int32) % len(inks)]


def sample_field(field: Floats, dx: Floats, dy: Floats) -> Floats:
    """A seamless field with each value fetched, bilinearly, from `(x + dx, y + dy)`."""
    y = np.arange(TILE, dtype=np.float32)[:, None] + dy
    x = np.arange(TILE, dtype=np.float32)[None, :] + dx
    top, left = np.floor(y), np.floor(x)
    fy, fx = y - top, x - left
    y0, x0 = top.astype(np.int32) % TILE, left.astype(np.int32) % TILE
    y1, x1 = (y0 + 1) % TILE, (x0 + 1) % TILE
    upper = field[y0, x0] * (1 - fx) + field[y0, x1] * fx
    result: Floats = upper * (1 - fy) + (field[y1, x0] * (1 - fx) + field[y1, x1] * fx) * fy
    return result


def marbling(rng: Random, waves: float = 2.4) -> Bytes:
    """Suminagashi: rings of ink on water, drawn out by two slow currents."""
    seed = rng.randrange(99_999)
    slow = band_noise(TILE, 1, 4, seed) + noise(TILE, 3.0, seed + 3) * 0.5
    current = band_noise(TILE, 1, 5, seed + 1) * 9_000
    dx, dy = np.gradient(current, axis=1), -np.gradient(current, axis=0)
    field = (
        sample_field(slow, dx.astype(np.float32), dy.astype(np.float32)) + noise(TILE, 2.6, seed + 2) * 0.06
    )
    return _bands(field, (0, 0, 0, 0, 1, 0, 2, 2, 0, 4, 0, 5, 5, 3, 0, 1), waves / 2.4)


def tide_lines(rng: Random) -> Bytes:
    """Contours of a shallow sea bed: fine lines, every fifth in the accent ink."""
    field = noise(TILE, 2.7, rng.randrange(99_999))
    level = field * 4.5
    slope_y, slope_x = np.gradient(level)
    width = np.hypot(slope_x, slope_y) * 4.5
    offset = np.abs(level - np.round(level))
    line = offset < np.clip(width * 0.75, 0, 0.26)
    fifth = np.round(level) % 5 == 0
    pool = np.where(field > 0.9, 5, 0)
    return np.where(line, np.where(fifth, 3, 1), pool).astype(np.uint8)


def terrazzo(rng: Random, chips: int = 210) -> Bytes:
    """Broken stone in cement: angular chips in three sizes, none of which touch by much."""
    canvas = Canvas(0)
    for index in range(chips):
        size = 0.042 if index < chips * 0.22 else 0.024 if index < chips * 0.55 else 0.011
        x, y, turn = rng.random(), rng.random(), rng.random() * math.tau
        corners = rng.randrange(4, 7)
        outline = []
        for corner in range(corners):
            angle = turn + math.tau * (corner + rng.uniform(-0.28, 0.28)) / corners
            reach = size * rng.uniform(0.62, 1.1)
            outline.append((x + math.cos(angle) * reach, y + math.sin(angle) * reach * 0.8))
        canvas.polygon(outline, rng.choice((1, 1, 2, 2, 3, 4, 5, 5)))
    return hand_cut(canvas.samples(), 1.5, rng.randrange(9999))


def ikat(rng: Random, across: int = 3) -> Bytes:
    """Lozenges dyed into the warp: sharp left to right, feathered up and down where the dye crept."""
    line = (np.arange(TILE, dtype=np.float32) + 0.5) / TILE
    thread = np.repeat(np.random.default_rng(rng.randrange(9999)).standard_normal(TILE // 5), 5).astype(
        np.float32
    )
    soft = band_noise(TILE, 2, 14, rng.randrange(9999))[0]
    x, y = line[None, :], line[:, None] + (thread * 0.0075 + soft * 0.004)[None, :]
    u, v = np.abs(x * across % 1 - 0.5) * 2, np.abs(y * across * 0.66666 * 1.5 % 1 - 0.5) * 2
    lozenge = u * 0.95 + v
    out = np.select(
        [
            lozenge < 0.2,
            lozenge < 0.36,
            lozenge < 0.58,
            lozenge < 0.68,
            lozenge < 0.92,
            lozenge > 1.72,
            lozenge > 1.5,
            lozenge > 1.3,
        ],
        [3, 0, 4, 5, 1, 3, 2, 0],
        0,
    )
    return out.astype(np.uint8)


def pebbles(rng: Random, count: int = 150) -> Bytes:
    """Voronoi cells shrunk to rounded stones, in runs of related inks."""
    points = _relaxed(rng, count)
    line = (np.arange(TILE // 2, dtype=np.float32) + 0.5) / (TILE // 2)
    nearest = np.full((TILE // 2, TILE // 2), 9.0, np.float32)
    second = nearest.copy()
    owner = np.zeros((TILE // 2, TILE // 2), np.int32)
    for index, (px, py) in enumerate(points):
        dx, dy = np.abs(line - px), np.abs(line - py)
        distance = np.hypot(np.minimum(dx, 1 - dx)[None, :], np.minimum(dy, 1 - dy)[:, None])
        closer = distance < nearest
        second = np.where(closer, nearest, np.minimum(second, distance))
        owner[closer] = index
        np.minimum(nearest, distance, out=nearest)
    inks = np.array([rng.choice((1, 1, 2, 2, 2, 5, 3, 4)) for _ in points], np.uint8)
    stones = np.where(second - nearest > 0.016, inks[owner], 0).astype(np.uint8)
    return hand_cut(np.kron(stones, np.ones((2, 2), np.uint8)), 3.0, rng.randrange(9999))


def _relaxed(rng: Random, count: int) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    reach = 0.82 / math.sqrt(count)
    for _ in range(count * 60):
        x, y = rng.random(), rng.random()
        if all(
            min(abs(x - a), 1 - abs(x - a)) ** 2 + min(abs(y - b), 1 - abs(y - b)) ** 2 > reach**2
            for a, b in kept
        ):
            kept.append((x, y))
        if len(kept) == count:
            break
    return kept


def spots(rng: Random) -> Bytes:
    """An animal's coat, simplified: soft spots of one size with a second ink at the heart of some."""
    field = band_noise(TILE, 7, 12, rng.randrange(99_999))
    heart = band_noise(TILE, 2, 5, rng.randrange(99_999))
    out = np.where(field > 0.75, 1, 0)
    return np.where((field > 1.35) & (heart > -0.1), 3, out).astype(np.uint8)


def reeds(rng: Random) -> Bytes:
    """Flowing lines, combed through wet paint: stripes bent by a slow current."""
    seed = rng.randrange(99_999)
    x = (np.arange(TILE, dtype=np.float32) / TILE)[None, :]
    bend = noise(TILE, 3.3, seed) * 0.06 + noise(TILE, 2.4, seed + 1) * 0.004
    return _bands((x + bend).astype(np.float32), (0, 0, 1, 1, 0, 0, 2, 0, 0, 1, 0, 5, 5, 0, 0, 3, 0, 0), 3.0)


def brushwork(rng: Random, count: int = 46) -> Bytes:
    """Broad dry-brush sweeps laid side by side, each ragged at its ends."""
    canvas = Canvas(0)
    for index in range(count):
        x, y = (index * 0.381966) % 1, (index + rng.uniform(-0.3, 0.3)) / count
        turn = rng.uniform(-0.5, 0.5)
        ink = (1, 2, 1, 5, 3, 1, 2, 4)[index % 8]
        reach, width = rng.uniform(0.07, 0.13), rng.uniform(0.035, 0.06)
        for bristle in range(9):
            shift = (bristle / 8 - 0.5) * width
            start = (x - math.sin(turn) * shift + rng.uniform(-0.02, 0), y + math.cos(turn) * shift)
            end = (
                start[0] + math.cos(turn) * (reach + rng.uniform(-0.025, 0.025)),
                start[1] + math.sin(turn) * reach,
            )
            canvas.stroke([start, end], width / 6.5, ink)
    return dry_ink(hand_cut(canvas.samples(), 4.0, rng.randrange(9999)), 0.02, 17)


def ripple(rng: Random) -> Bytes:
    """Moiré: rings from a grid of stones dropped in a pond, crossing."""
    line = (np.arange(TILE, dtype=np.float32) + 0.5) / TILE
    shift = rng.uniform(0.2, 0.3)
    total = np.zeros((TILE, TILE), np.float32)
    for cx, cy in ((0.25, 0.25), (0.75, 0.25 + shift), (0.25, 0.75), (0.75, 0.75 + shift)):
        dx = np.minimum(np.abs(line - cx), 1 - np.abs(line - cx))
        dy = np.minimum(np.abs(line - cy % 1), 1 - np.abs(line - cy % 1))
        total += np.cos(np.hypot(dx[None, :], dy[:, None]) * math.tau * 13)
    return np.select([total > 1.7, total > 0.25, total < -1.9], [3, 1, 2], 0).astype(np.uint8)
