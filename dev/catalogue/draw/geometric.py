"""Repeats made with ruler and compass: stripes, checks, scallops. Each returns a seamless index tile."""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dev.catalogue.draw.canvas import TILE, Canvas, dry_ink, hand_cut
from dev.catalogue.draw.raster import Bytes, Floats, band_noise

if TYPE_CHECKING:
    from random import Random


def _grid() -> tuple[Floats, Floats]:
    line = (np.arange(TILE, dtype=np.float32) + 0.5) / TILE
    return line[None, :], line[:, None]


def scallops(rng: Random, across: int = 5) -> Bytes:
    """Overlapping wave scallops, ring inside ring, drawn from the back row to the front."""
    canvas, rows = Canvas(1), across * 2
    step, radius = 1 / across, 0.5 / across
    rings = ((1.0, 1), (0.9, 0), (0.72, 1), (0.6, 0), (0.42, 2), (0.3, 0), (0.16, 3))
    for row in range(-2, rows + 3):
        for column in range(across):
            x = (column + (row % 2) / 2) * step
            y = (row + 1) / rows
            for share, ink in rings:
                canvas.disc(x % 1, y, radius * share, ink)
    return hand_cut(canvas.samples(), 1.6, rng.randrange(9999))


def awning(
    rng: Random, bands: tuple[tuple[int, int], ...] = ((6, 1), (5, 0), (1, 3), (5, 0), (6, 2), (6, 0)) * 2
) -> Bytes:
    """Upright stripes; `bands` gives each stripe's width share and ink."""
    total = sum(width for width, _ in bands)
    edges, inks = [], []
    position = 0.0
    for width, ink in bands:
        position += width / total * TILE
        edges.append(position)
        inks.append(ink)
    x = np.arange(TILE, dtype=np.float32)[None, :] + band_noise(TILE, 1, 6, rng.randrange(9999)) * 1.6
    return np.asarray(inks, dtype=np.uint8)[np.searchsorted(edges, x % TILE, side="right") % len(inks)]


def ticking(rng: Random) -> Bytes:
    """Fine mattress ticking: one wide stripe between pairs of thin ones, four times over."""
    band = ((5, 1), (2, 0), (1, 1), (2, 0), (1, 1), (9, 0), (1, 3), (9, 0), (1, 1), (2, 0), (1, 1), (2, 0))
    return awning(rng, band * 3)


def gingham(rng: Random, across: int = 8) -> Bytes:
    """A woven check: ground, half tone where one thread crosses, full tone where two do."""
    x, y = _grid()
    wander = band_noise(TILE, 1, 8, rng.randrange(9999)) * 0.0012
    tall = ((x + wander) * across % 1) < 0.5
    wide = ((y + wander.T) * across % 1) < 0.5
    return np.where(tall & wide, 1, np.where(tall | wide, 2, 0)).astype(np.uint8)


def windowpane(rng: Random, across: int = 4) -> Bytes:
    """A tweed windowpane: broad ground, doubled lines in the main ink, an accent line between."""
    x, y = _grid()
    wander = band_noise(TILE, 1, 8, rng.randrange(9999)) * 0.0014
    out = np.zeros((TILE, TILE), np.uint8)
    for position, half, ink in ((0.5, 0.012, 3), (0.08, 0.028, 1), (0.2, 0.028, 1)):
        out[(np.abs((x + wander) * across % 1 - position) < half).nonzero()] = ink
        out[(np.abs((y + wander.T) * across % 1 - position) < half).nonzero()] = ink
    return out


def chequer(rng: Random, across: int = 6) -> Bytes:
    """A hand-cut chequerboard with a small diamond at every crossing."""
    canvas, step = Canvas(0), 1 / across
    for i in range(across):
        for j in range(across):
            if (i + j) % 2:
                canvas.polygon(
                    [
                        (i * step, j * step),
                        ((i + 1) * step, j * step),
                        ((i + 1) * step, (j + 1) * step),
                        (i * step, (j + 1) * step),
                    ],
                    1,
                )
    for i in range(across):
        for j in range(across):
            canvas.disc(i * step, j * step, step * 0.17, 3 if (i + j) % 2 else 2)
    return dry_ink(hand_cut(canvas.samples(), 3.0, rng.randrange(9999)), 0.006, 5)


def truchet(rng: Random, across: int = 6) -> Bytes:
    """Quarter-circle tiles laid at random: a line that never ends and never repeats itself."""
    x, y = _grid()
    u, v = (x * across) % 1, (y * across) % 1
    flips = np.array([[rng.random() < 0.5 for _ in range(across)] for _ in range(across)])
    flip = np.kron(flips, np.ones((TILE // across, TILE // across), bool))
    u = np.where(flip, 1 - u, u + 0 * v)
    near = np.hypot(u, v)
    far = np.hypot(1 - u, 1 - v)
    out = np.zeros((TILE, TILE), np.uint8)
    for distance in (near, far):
        out[np.abs(distance - 0.5) < 0.21] = 1
        out[np.abs(distance - 0.5) < 0.125] = 5
        out[np.abs(distance - 0.5) < 0.055] = 3
    return hand_cut(out, 1.4, rng.randrange(9999))


def half_moons(rng: Random, across: int = 5) -> Bytes:
    """Half circles turned four ways, each in an ink of its own."""
    canvas, step = Canvas(0), 1 / across
    for i in range(across):
        for j in range(across):
            turn = rng.randrange(4) * math.pi / 2
            x, y = (i + 0.5) * step, (j + 0.5) * step
            arc = [
                (
                    x + math.cos(turn + math.pi * k / 24) * step * 0.43,
                    y + math.sin(turn + math.pi * k / 24) * step * 0.43,
                )
                for k in range(25)
            ]
            canvas.polygon(arc, rng.choice((1, 1, 1, 2, 2, 3, 4)))
    return dry_ink(hand_cut(canvas.samples(), 3.5, rng.randrange(9999)), 0.008, 11)


def blocks(rng: Random, across: int = 4) -> Bytes:
    """Tumbling blocks: three rhombi to a cube, seen from the corner."""
    canvas, step = Canvas(0), 1 / across
    half, rise, rows = step / 2, 1 / (across * 2), across * 2
    for row in range(-1, rows + 1):
        for column in range(across + 1):
            x, y = (column + (row % 2) / 2) * step, row * rise
            lift = rise / 2
            canvas.polygon([(x, y), (x + half, y + lift), (x, y + rise), (x - half, y + lift)], 2)
            canvas.polygon(
                [(x - half, y + lift), (x, y + rise), (x, y + 2 * rise), (x - half, y + lift + rise)], 1
            )
            canvas.polygon(
                [(x + half, y + lift), (x, y + rise), (x, y + 2 * rise), (x + half, y + lift + rise)], 0
            )
    return hand_cut(canvas.samples(), 2.0, rng.randrange(9999))


def chevron(rng: Random, across: int = 5) -> Bytes:
    """Zigzags in five inks, as a flat-weave loom makes them: with stepped edges."""
    x, y = _grid()
    zig = np.abs((np.floor(x * 120) / 120 * across) % 1 - 0.5)
    position = (np.floor(y * 240) / 240 * across + zig * 0.9 + rng.random()) % 1
    cuts = np.array([0.28, 0.36, 0.58, 0.66, 0.86, 0.92, 1.0])
    return np.array([0, 1, 2, 3, 0, 4, 0, 0], np.uint8)[np.searchsorted(cuts, position)]


def harlequin(rng: Random, across: int = 5) -> Bytes:
    """Tall diamonds in turning inks with a dot where they meet."""
    canvas, step = Canvas(0), 1 / across
    tall = 1 / (across - 1)
    inks = (1, 0, 2, 0)
    for row in range(2 * (across - 1)):
        for column in range(across):
            x, y = (column + (row % 2) / 2) * step, row * tall / 2
            canvas.polygon(
                [(x, y - tall / 2), (x + step / 2, y), (x, y + tall / 2), (x - step / 2, y)], inks[row % 4]
            )
    for row in range(2 * (across - 1)):
        for column in range(across):
            x, y = (column + (row % 2) / 2) * step, row * tall / 2 - tall / 2
            canvas.disc(x, y % 1, step * 0.1, 3)
    return hand_cut(canvas.samples(), 2.6, rng.randrange(9999))


def trellis(rng: Random, across: int = 4) -> Bytes:
    """An ogee trellis: slow curves that meet and part, with a bud in each opening."""
    x, y = _grid()
    sway = np.sin(y * math.tau * across / 2) * 0.25 + 0.5
    out = np.zeros((TILE, TILE), np.uint8)
    for phase in (0.0, 0.5):
        left = np.abs((x * across + phase) % 1 - sway)
        right = np.abs((x * across + phase) % 1 - (1 - sway))
        near = np.minimum(left, right)
        out[near < 0.085] = 2
        out[near < 0.05] = 1
    canvas = Canvas(0)
    for row in range(across):
        for column in range(across * 2):
            canvas.disc(
                (column + 0.5 * (row % 2)) / (across * 2), (row + 0.5) * 2 / across / 2, 0.03, 3, squash=1.6
            )
    bud = canvas.samples()
    out = np.where((out == 0) & (bud > 0), bud, out).astype(np.uint8)
    return hand_cut(out, 2.0, rng.randrange(9999))


def herringbone(rng: Random, across: int = 8) -> Bytes:
    """Short slanted bars, row against row, as twill is woven."""
    x, y = _grid()
    column = np.floor(x * across)
    u = (x * across) % 1
    slant = np.where(column % 2 == 0, u, 1 - u)
    bar = (y * across * 2 + slant) % 1
    out = np.where(bar < 0.5, 1, np.where(bar < 0.58, 2, 0))
    out = np.where((np.floor(y * across * 2 + slant) % 8 == 0) & (bar < 0.5), 3, out)
    return hand_cut(out.astype(np.uint8), 1.5, rng.randrange(9999))


def arches(rng: Random, across: int = 4) -> Bytes:
    """Rows of nested arches, brick-laid, each with a different heart."""
    canvas, step = Canvas(0), 1 / across
    for row in range(-1, across + 1):
        for column in range(across):
            x, base = (column + (row % 2) / 2 + 0.5) * step % 1, (row + 1) * step
            inks = rng.choice(((1, 0, 2, 0, 3), (2, 0, 1, 0, 4), (4, 0, 3, 0, 1), (3, 0, 1, 0, 2)))
            for ring, ink in zip((0.46, 0.37, 0.28, 0.19, 0.1), inks, strict=True):
                r = ring * step
                crown = [
                    (
                        x + math.cos(math.pi + math.pi * k / 20) * r,
                        base - step * 0.48 + math.sin(math.pi + math.pi * k / 20) * r,
                    )
                    for k in range(21)
                ]
                if row in range(across):
                    canvas.polygon([*crown, (x + r, base - step * 0.04), (x - r, base - step * 0.04)], ink)
    return dry_ink(hand_cut(canvas.samples(), 2.4, rng.randrange(9999)), 0.006, 3)


def dashes(rng: Random, across: int = 10) -> Bytes:
    """Small brush dashes in a loose grid, one in seven in the accent ink."""
    canvas, step = Canvas(0), 1 / across
    for i in range(across):
        for j in range(across):
            x, y = (i + 0.5 * (j % 2) + rng.uniform(-0.08, 0.08)) * step, (j + 0.5) * step
            turn = math.pi / 2 + rng.uniform(-0.35, 0.35)
            reach = step * rng.uniform(0.24, 0.34)
            points = [
                (x + math.cos(turn) * reach * t, y + math.sin(turn) * reach * t) for t in (-1, -0.4, 0.3, 1)
            ]
            canvas.stroke(points, step * 0.2, rng.choice((1, 1, 1, 1, 2, 2, 3)), taper=0.55)
    return dry_ink(hand_cut(canvas.samples(), 3.0, rng.randrange(9999)), 0.01, 8)
