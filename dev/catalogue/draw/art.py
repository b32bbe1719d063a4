"""One-off pictures for prints and cards, 4:5: landscapes, still lifes, cut paper, instruments of geometry.

Each function paints a `Sheet` from its own random stream; inks are a colourway's, mixed where light needs it.
"""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

import math
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from dev.catalogue.draw import designs
from dev.catalogue.draw.canvas import curve, ellipse, leaf
from dev.catalogue.draw.raster import Floats, Point, Rgb, mix, noise
from dev.catalogue.draw.sheet import HIGH, WIDE, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from dev.catalogue.draw.palette import Colourway


def _ridge(rng: Random, level: float, height: float, rough: float) -> list[Point]:
    waves = [(rng.uniform(0.6, 1.3) * k, rng.random() * math.tau, height / k**rough) for k in (1, 2, 3, 5, 8)]
    return [
        (k / 80, level + sum(a * math.sin(f * math.tau * k / 80 + p) for f, p, a in waves)) for k in range(81)
    ]


def hills(rng: Random, way: Colourway) -> Image.Image:
    """A low sun over folded hills, paler with distance."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(pale, ground, 0.5))
    sun = (rng.uniform(0.3, 0.7), rng.uniform(0.32, 0.46))
    sheet.disc(*sun, 0.15, accent)
    layers = (
        mix(second, pale, 0.55),
        mix(second, pale, 0.15),
        mix(main, second, 0.5),
        main,
        mix(main, deep, 0.55),
        deep,
    )
    for index, ink in enumerate(layers):
        ridge = _ridge(rng, 0.5 + index * 0.125, 0.045, 0.9)
        sheet.fill([*ridge, (1, 1.3), (0, 1.3)], ink)
    return sheet.finished(rng.randrange(9999))


def sea(rng: Random, way: Colourway) -> Image.Image:
    """The sea in bands, a moon and its road of light."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(ground, pale, 0.4))
    x = rng.uniform(0.35, 0.65)
    sheet.disc(x, 0.34, 0.125, accent)
    for index in range(15):
        y = 0.56 + index * 0.047
        ink = mix(mix(second, pale, 0.3), deep, index / 14) if index % 2 else mix(second, main, index / 14)
        wave = [
            (
                k / 60,
                y
                + 0.006
                * (1 + index * 0.25)
                * math.sin(k / 60 * math.tau * (2.2 - index * 0.05) + index * 1.7),
            )
            for k in range(61)
        ]
        sheet.fill([*wave, (1, 1.3), (0, 1.3)], ink)
    for index in range(16):
        y, half = 0.585 + index * 0.036, 0.1 * (1 - index / 22) * rng.uniform(0.5, 1)
        drift = rng.uniform(-0.03, 0.03)
        sheet.fill(ellipse(x + drift, y, half, 0.0055, 0), mix(accent, pale, 0.35))
    return sheet.finished(rng.randrange(9999))


def arches(rng: Random, way: Colourway) -> Image.Image:
    """Doorways within doorways, a sun in the last."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(pale, ground, 0.6))
    x = 0.5 + rng.uniform(-0.06, 0.06)
    order = [main, mix(second, pale, 0.4), second, deep, mix(accent, pale, 0.2), mix(pale, ground, 0.2)]
    if rng.random() < 0.5:
        order[0], order[3] = order[3], order[0]
    for index, ink in enumerate(order):
        half = 0.41 - index * 0.066
        crown = [
            (
                x + half * math.cos(math.pi + math.pi * k / 40),
                0.56 + half * math.sin(math.pi + math.pi * k / 40),
            )
            for k in range(41)
        ]
        sheet.fill([*crown, (x + half, 1.13), (x - half, 1.13)], ink)
    sheet.disc(x, 0.66, 0.052, accent if order[4] != accent else deep)
    sheet.fill([(0.04, 1.125), (0.96, 1.125), (0.96, 1.145), (0.04, 1.145)], deep)
    return sheet.finished(rng.randrange(9999))


def still_life(rng: Random, way: Colourway) -> Image.Image:
    """Three pots and some fruit on a table, flat as cut paper."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(ground, pale, 0.5))
    sheet.fill([(0, 0.92), (1, 0.88), (1, 1.25), (0, 1.25)], mix(second, ground, 0.35))
    shapes = (
        ((0, 0.05), (0.1, 0.04), (0.35, 0.04), (0.5, 0.12), (0.8, 0.135), (1, 0.08)),
        ((0, 0.12), (0.1, 0.1), (0.3, 0.15), (0.65, 0.17), (1, 0.09)),
        ((0, 0.07), (0.12, 0.06), (0.3, 0.11), (0.7, 0.1), (0.9, 0.055), (1, 0.085)),
    )
    places = [(0.25, 1.0, 0.62), (0.54, 1.06, 0.4), (0.78, 0.99, 0.5)]
    rng.shuffle(places)
    for (x, foot, height), shape, ink in zip(places, shapes, (main, deep, accent), strict=True):
        t = [k / 40 for k in range(41)]
        radius = np.interp(t, [s for s, _ in shape], [r for _, r in shape])
        right = [(x + r, foot - height * (1 - s)) for s, r in zip(t, radius, strict=True)]
        sheet.fill([*right, *[(2 * x - px, py) for px, py in reversed(right)]], ink)
        lit = [(px - 0.012, py) for px, py in right]
        sheet.fill(
            [*lit, *[(x + (px - x) * 0.55, py) for px, py in reversed(lit)]], mix(ink, (20, 16, 14), 0.14)
        )
        if height > 0.45:
            _branch(sheet, rng, (x, foot - height), mix(main, deep, 0.5) if ink != deep else main)
    for k in range(3):
        x = 0.3 + 0.16 * k + rng.uniform(-0.02, 0.02)
        sheet.disc(x, 1.085 + 0.012 * (k % 2), 0.05, accent if k != 1 else mix(accent, pale, 0.45))
        sheet.line([(x, 1.04), (x + 0.012, 1.018)], 0.006, deep)
    return sheet.finished(rng.randrange(9999))


def _branch(sheet: Sheet, rng: Random, at: Point, ink: Rgb) -> None:
    for side in (-0.35, 0.05, 0.4):
        stem = curve(at, -math.pi / 2 + side, rng.uniform(0.24, 0.34), side * 0.9)
        sheet.line(stem, 0.006, ink)
        for node in range(8, 25, 4):
            for way in (-1, 1):
                sheet.fill(leaf(*stem[node], 0.075, 0.026, -math.pi / 2 + side * 1.6 + way * 0.8), ink)


def specimen(rng: Random, way: Colourway) -> Image.Image:
    """A single plant, pressed: stem, leaves in pairs, a flower head, on plain paper."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(ground, (252, 249, 242), 0.3))
    kind = rng.randrange(3)
    bend = rng.uniform(-0.35, 0.35)
    stem = curve((0.5 - bend * 0.2, 1.13), -math.pi / 2, 0.86, bend, 40)
    sheet.line(stem, 0.011, deep)
    for node in range(4, 34 if kind else 40, 4):
        t = node / 40
        size = 0.3 * math.sin(math.pi * (0.2 + 0.75 * t)) + 0.05
        heading = -math.pi / 2 + bend * t
        for side in (-1, 1):
            turn = heading + side * (1.0 - 0.25 * t)
            ink = (main, second, mix(main, deep, 0.35))[(node // 4 + (side > 0)) % 3]
            sheet.fill(leaf(*stem[node], size, size * (0.3 if kind != 1 else 0.16), turn), ink)
            tip = (stem[node][0] + math.cos(turn) * size * 0.9, stem[node][1] + math.sin(turn) * size * 0.9)
            sheet.line([stem[node], tip], 0.0035, mix(ink, ground, 0.55))
    if kind:
        for petal in range(13):
            sheet.fill(
                leaf(*stem[-1], 0.16, 0.062, math.tau * petal / 13 + 0.1, belly=0.62),
                accent if petal % 2 else mix(accent, pale, 0.4),
            )
        sheet.disc(*stem[-1], 0.042, deep)
    return sheet.finished(rng.randrange(9999))


def cutouts(rng: Random, way: Colourway) -> Image.Image:
    """Cut-paper fronds and pebbles on blocks of colour."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(pale, ground, 0.3))
    inks = [main, accent, second, deep, mix(second, pale, 0.5), mix(accent, pale, 0.5)]
    rng.shuffle(inks)
    for index, (x, y) in enumerate(
        ((0.27, 0.31), (0.73, 0.31), (0.27, 0.94), (0.73, 0.94), (0.27, 0.625), (0.73, 0.625))
    ):
        sheet.fill(
            [(x - 0.215, y - 0.147), (x + 0.215, y - 0.15), (x + 0.212, y + 0.147), (x - 0.214, y + 0.15)],
            inks[index],
        )
        over = mix(pale, ground, 0.4) if index % 2 else inks[(index + 3) % 6]
        if over == inks[index]:
            over = pale
        _frond(sheet, rng, (x, y), over, index)
    return sheet.finished(rng.randrange(9999))


def _frond(sheet: Sheet, rng: Random, at: Point, ink: Rgb, index: int) -> None:
    turn = rng.choice((-math.pi / 2, -math.pi / 2 + 0.5, -math.pi / 2 - 0.5))
    if index % 3 == 2:
        outline = []
        lobes = rng.randrange(5, 8)
        for k in range(90):
            a = math.tau * k / 90
            reach = 0.095 + 0.032 * math.sin(lobes * a)
            outline.append((at[0] + math.cos(a) * reach, at[1] + math.sin(a) * reach))
        sheet.fill(outline, ink)
        return
    start = (at[0] - math.cos(turn) * 0.12, at[1] - math.sin(turn) * 0.12)
    stem = curve(start, turn, 0.24, rng.uniform(-0.4, 0.4))
    sheet.line(stem, 0.016, ink)
    for node in range(3, 25, 4):
        for side in (-1, 1):
            sheet.fill(leaf(*stem[node], 0.095 - 0.0018 * node, 0.034, turn + side * 1.0, belly=0.6), ink)


def orbits(rng: Random, way: Colourway) -> Image.Image:
    """Moiré: two sets of rings, one a shade off centre; where they cross, something third appears."""
    ground, main, second, accent, _, pale = way.inks
    sheet = Sheet(mix(ground, pale, 0.35))
    shift = rng.uniform(0.05, 0.1)
    turn = rng.random() * math.tau
    for dx, ink, width in ((-shift, main, 0.0042), (shift, mix(accent, second, 0.2), 0.0042)):
        x, y = 0.5 + dx * math.cos(turn), 0.625 + dx * math.sin(turn)
        for ring in range(2, 31):
            sheet.line(
                [*ellipse(x, y, ring * 0.0128, ring * 0.0128, 0, 120), (x + ring * 0.0128, y)], width, ink
            )
    return sheet.finished(rng.randrange(9999), 4)


def bauhaus(rng: Random, way: Colourway) -> Image.Image:
    """Quarter circles, half circles and bars on a four-by-five grid."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(pale, ground, 0.6))
    step, margin = 0.2, 0.1
    inks = (main, main, second, accent, deep, mix(second, pale, 0.55))
    for column in range(4):
        for row in range(5):
            x, y = margin + column * step, 0.125 + row * step
            back, front = rng.sample(inks, 2)
            kind = rng.randrange(5)
            if kind != 4:
                sheet.fill([(x, y), (x + step, y), (x + step, y + step), (x, y + step)], mix(back, pale, 0.1))
            corner = rng.choice(((x, y, 0), (x + step, y, 1), (x + step, y + step, 2), (x, y + step, 3)))
            if kind in {0, 1, 4}:
                arc = [
                    (
                        corner[0] + step * math.cos(corner[2] * math.pi / 2 + math.pi / 2 * k / 24),
                        corner[1] + step * math.sin(corner[2] * math.pi / 2 + math.pi / 2 * k / 24),
                    )
                    for k in range(25)
                ]
                sheet.fill([(corner[0], corner[1]), *arc], front)
            elif kind == 2:
                sheet.disc(x + step / 2, y + step / 2, step * 0.36, front)
            else:
                for bar in range(3):
                    sheet.fill(
                        [
                            (x, y + step * (bar * 0.34 + 0.06)),
                            (x + step, y + step * (bar * 0.34 + 0.06)),
                            (x + step, y + step * (bar * 0.34 + 0.24)),
                            (x, y + step * (bar * 0.34 + 0.24)),
                        ],
                        front,
                    )
    return sheet.finished(rng.randrange(9999))


def moons(rng: Random, way: Colourway) -> Image.Image:
    """The phases of the moon over a field of stars."""
    _, main, second, accent, deep, pale = way.inks
    night = mix(deep, main, 0.25)
    sheet = Sheet(night)
    for _ in range(150):
        sheet.disc(
            rng.random(),
            rng.random() * 1.25,
            rng.uniform(0.001, 0.0034),
            mix(pale, night, rng.uniform(0, 0.5)),
        )
    glow = mix(pale, accent, 0.22)
    for index in range(9):
        column, row = index % 3, index // 3
        x, y, radius = 0.22 + column * 0.28, 0.32 + row * 0.305, 0.1
        sheet.disc(x, y, radius, mix(night, second, 0.35))
        share = index / 4 - 1
        outline = []
        for k in range(61):
            a = -math.pi / 2 + math.pi * k / 60
            outline.append((x + radius * math.cos(a) * (1 if share <= 0 else -1), y + radius * math.sin(a)))
        for k in range(60, -1, -1):
            a = -math.pi / 2 + math.pi * k / 60
            inner = -1 - 2 * share if share <= 0 else 1 - 2 * share
            outline.append((x + radius * math.cos(a) * -inner, y + radius * math.sin(a)))
        sheet.fill(outline, glow)
    return sheet.finished(rng.randrange(9999))


def currents(rng: Random, way: Colourway) -> Image.Image:
    """Lines of a slow current, drawn one beside the other."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(ground, pale, 0.3))
    field: Floats = noise(256, 2.7, rng.randrange(99_999)) * 1.1
    for index in range(430):
        x, y = rng.uniform(-0.05, 1.05), rng.uniform(-0.05, 1.3)
        path = [(x, y)]
        for _ in range(34):
            angle = float(field[int(y * 190) % 256, int(x * 190) % 256])
            x, y = x + math.cos(angle) * 0.011, y + math.sin(angle) * 0.011
            path.append((x, y))
        sheet.line(
            path,
            rng.choice((0.003, 0.005, 0.009)),
            (main, main, second, deep, accent, mix(second, pale, 0.4))[index % 6],
        )
    margin = mix(ground, (252, 249, 242), 0.5)
    for edge in (
        [(0, 0), (1, 0), (1, 0.06), (0, 0.06)],
        [(0, 1.19), (1, 1.19), (1, 1.25), (0, 1.25)],
        [(0, 0), (0.06, 0), (0.06, 1.25), (0, 1.25)],
        [(0.94, 0), (1, 0), (1, 1.25), (0.94, 1.25)],
    ):
        sheet.fill(edge, margin)
    return sheet.finished(rng.randrange(9999), 4)


def stones(rng: Random, way: Colourway) -> Image.Image:
    """A cairn: stones balanced one on another, largest below."""
    ground, main, second, accent, deep, pale = way.inks
    sheet = Sheet(mix(pale, ground, 0.5))
    sheet.disc(0.5 + rng.uniform(-0.12, 0.12), 0.4, 0.24, mix(accent, pale, 0.62))
    y, inks = 1.08, [deep, main, second, mix(main, pale, 0.35), accent, mix(deep, second, 0.5)]
    for index, ink in enumerate(inks):
        half_w, half_h = 0.27 - index * 0.036, 0.078 - index * 0.006
        y -= half_h
        sheet.fill(
            ellipse(0.5 + rng.uniform(-0.035, 0.035), y, half_w, half_h, rng.uniform(-0.07, 0.07), 70), ink
        )
        y -= half_h * 0.93
    sheet.fill([(0.1, 1.078), (0.9, 1.078), (0.9, 1.084), (0.1, 1.084)], deep)
    return sheet.finished(rng.randrange(9999))


def motif(repeat: str) -> Callable[[Random, Colourway], Image.Image]:
    """A sheet cut from one of the repeats, with a paper margin."""

    def draw(rng: Random, way: Colourway) -> Image.Image:
        tile = designs.tile(repeat, 7, way)
        sheet = Image.new("RGB", (WIDE // 2, HIGH // 2), mix(way.inks[5], (252, 249, 242), 0.6))
        edge = 44
        shift = rng.randrange(200)
        wide, high = sheet.width - 2 * edge, sheet.height - 2 * edge
        big = Image.new("RGB", (wide + 200, high + 200))
        for y in range(0, big.height, tile.height):
            for x in range(0, big.width, tile.width):
                big.paste(tile, (x, y))
        sheet.paste(big.crop((shift, shift // 2, shift + wide, shift // 2 + high)), (edge, edge))
        return sheet

    return draw


ARTS: Final[dict[str, Callable[[Random, Colourway], Image.Image]]] = {
    "hills": hills,
    "sea": sea,
    "arches": arches,
    "still_life": still_life,
    "specimen": specimen,
    "cutouts": cutouts,
    "orbits": orbits,
    "bauhaus": bauhaus,
    "moons": moons,
    "currents": currents,
    "stones": stones,
    **{
        f"motif:{name}": motif(name)
        for name in ("marbling", "seedheads", "ferns", "tide_lines", "ripple", "citrus")
    },
}


@lru_cache(maxsize=4)
def art(name: str, seed: int, way: Colourway) -> Image.Image:
    """The named picture, 640 by 800. Raises KeyError for a name that is not in `ARTS`."""
    return ARTS[name](Random(seed), way)
