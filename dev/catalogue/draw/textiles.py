"""Cloth in the studio: cushions, rugs, tea towels on a rail, folded piles of fabric, throws and napkins."""


# ruff: noqa: PLR0917  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from dev.catalogue.draw.raster import Floats, Point, Rgb, array, luminance, mix, noise, ramp, sample, tiled
from dev.catalogue.draw.studio import Stage, box, floor_set, lit, table_set, tooth, wall_set, weave

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dev.catalogue.draw.palette import Colourway


def _contrast(way: Colourway) -> Rgb:
    """The ink that edges and piping are made of: the one that stands out from the ground."""
    return max(
        (way.inks[1], way.inks[3], way.inks[4]), key=lambda ink: abs(luminance(ink) - luminance(way.inks[0]))
    )


def cushion(
    width: int, way: Colourway, tile: Image.Image, *, oblong: bool = False, seed: int = 1
) -> Image.Image:
    """A plump cushion against the wall, with piping and creases that run in from the corners."""
    stage = Stage(width, table_set(width, way.wall, 0.985))
    stage.gobo(240, 0.08)
    lean_cushion(stage, way, tile, (540, 1150), (430, 288) if oblong else (420, 412), seed)
    return stage.image()


def lean_cushion(
    stage: Stage, way: Colourway, tile: Image.Image, stand_at: Point, half: Point, seed: int
) -> None:
    """Stands a cushion of half-width and half-height `half`, the middle of its foot at `stand_at` (units)."""
    scale = stage.scale
    half_w, half_h = half[0] * scale, half[1] * scale
    cols, rows = int(half_w * 2) + 8, int(half_h * 2) + 8
    u, v = _pillow(cols, rows, half_w, half_h, seed)
    edge = np.maximum(np.abs(u), np.abs(v))
    mask = np.clip((1 - edge) * min(half_w, half_h) + 0.5, 0, 1).astype(np.float32)
    puff = (np.clip(1 - u**2, 0, 1) * np.clip(1 - v**2, 0, 1)) ** 0.4
    light = _plump(puff, u, v, half_w, seed)
    colour = _face(tile, cols, rows, u, v, puff, 430 * scale)
    colour *= (weave(cols, rows, max(1.6, 2.2 * scale), 0.03) * light)[..., None]
    pipe = np.clip(1 - np.abs(edge - 0.986) / 0.015, 0, 1)
    round_light = 0.72 + 0.4 * np.clip(-0.5 * u - 0.6 * v, -0.3, 1)
    piping = np.asarray(_contrast(way), np.float32) * round_light[..., None]
    colour += (piping - colour) * np.clip(pipe * 2.4, 0, 1)[..., None]
    middle, floor = stand_at
    top, left = floor * scale - rows + 10, middle * scale - cols / 2
    base = half[0] * 0.9
    stage.shade_under(mask, (left, top), (62, 26), 46, 0.33)
    stage.shadow(
        [
            (middle - base, floor - 34),
            (middle + base + 40, floor - 34),
            (middle + base + 70, floor + 22),
            (middle - base + 10, floor + 22),
        ],
        20,
        0.55,
    )
    stage.shadow(box(middle - base, floor - 16, middle + base, floor + 3), 6, 0.5)
    stage.put(colour.astype(np.float32), mask, int(left), int(top))


def _pillow(cols: int, rows: int, half_w: float, half_h: float, seed: int) -> tuple[Floats, Floats]:
    x = ((np.arange(cols, dtype=np.float32) - cols / 2 + 0.5) / np.float32(half_w))[None, :]
    y = ((np.arange(rows, dtype=np.float32) - rows / 2 + 0.5) / np.float32(half_h))[:, None]
    pull = 0.075
    u = x / (1 - pull * (1 - np.clip(y**2, 0, 1)) ** 1.5 - 0.012 * np.sin(y * 3 + seed))
    v = y / (1 - pull * (1 - np.clip(x**2, 0, 1)) ** 1.5 - 0.012 * np.sin(x * 3 + seed * 2))
    return u.astype(np.float32), v.astype(np.float32)


def _plump(puff: Floats, u: Floats, v: Floats, half: float, seed: int) -> Floats:
    rows, cols = puff.shape
    corner = np.clip(np.abs(u) * np.abs(v), 0, 1) ** 1.4
    lines = (
        np.sin(np.arctan2(np.abs(v) - 1.06, np.abs(u) - 1.06) * 17 + seed)
        * corner
        * (1 - np.clip(puff, 0, 1) * 0.4)
    )
    slow = noise(256, 2.2, seed)
    ys = (np.linspace(0, 150, rows)).astype(np.int32)[:, None] % 256
    xs = (np.linspace(0, 150, cols)).astype(np.int32)[None, :] % 256
    height = puff * half * 0.52 + lines * half * 0.017 + slow[ys, xs] * half * 0.012
    dy, dx = np.gradient(height)
    length = 1 / np.sqrt(1 + dx**2 + dy**2)
    light = lit(-dx * length, -dy * length, length, 0.56)
    result: Floats = light * (0.79 + 0.25 * np.clip(puff, 0, 1) ** 0.6) * (1.02 - 0.1 * np.clip(v, -1, 1))
    return result


def _face(
    tile: Image.Image, cols: int, rows: int, u: Floats, v: Floats, puff: Floats, repeat: float
) -> Floats:
    cloth = np.asarray(tiled(tile, cols, rows, repeat))
    bulge = 1 - 0.06 * puff
    return sample(
        cloth,
        (u * bulge * cols / 2 + cols / 2).astype(np.float32),
        (v * bulge * rows / 2 + rows / 2).astype(np.float32),
    )


def rug(
    width: int,
    way: Colourway,
    tile: Image.Image,
    *,
    runner: bool = False,
    bordered: bool = True,
    seed: int = 1,
) -> Image.Image:
    """A flat-woven rug on oak boards, from above, with a border and a fringe at both ends."""
    stage = Stage(width, floor_set(width, way.wall))
    scale = stage.scale
    wide, high = (int(430 * scale), int(1080 * scale)) if runner else (int(770 * scale), int(1000 * scale))
    field = tiled(tile, wide, high, (390 if runner else 490) * scale)
    if bordered:
        draw = ImageDraw.Draw(field)
        edge = _contrast(way)
        for inset, thick, ink in ((0, 46, way.inks[0]), (0, 12, edge), (24, 5, way.inks[3]), (44, 6, edge)):
            for step in range(max(1, round(thick * scale))):
                at = round(inset * scale) + step
                draw.rectangle((at, at, wide - 1 - at, high - 1 - at), outline=ink)
    x = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, high, dtype=np.float32)[:, None]
    light = 1.0 - 0.05 * x - 0.06 * y
    ribs = (
        1
        + 0.03
        * np.sin(np.arange(high, dtype=np.float32) * np.float32(math.pi / max(2.2 * scale, 1.25)))[:, None]
    )
    samples = array(field) * (light * ribs * tooth(wide, high, 0.018, seed % 5))[..., None]
    bevel = np.minimum(ramp(0, 0.012, 1 - np.abs(x)), ramp(0, 0.01, 1 - np.abs(y)))
    samples *= (0.86 + 0.14 * bevel)[..., None]
    left, top = int(540 * scale - wide / 2), int(675 * scale - high / 2)
    _fringe(stage, way, left, top, wide, high, seed)
    mask = np.ones((high, wide), np.float32)
    stage.shade_under(mask, (float(left), float(top)), (12, 16), 12, 0.42)
    stage.shade_under(mask, (float(left), float(top)), (3, 4), 4, 0.35)
    stage.put(samples.astype(np.float32), mask, left, top)
    stage.gobo(330, 0.1)
    return stage.image()


def _fringe(stage: Stage, way: Colourway, left: int, top: int, wide: int, high: int, seed: int) -> None:
    scale = stage.scale
    length = int(50 * scale)
    image = Image.new("RGBA", (wide * 2, length * 2 + 8))
    draw = ImageDraw.Draw(image)
    pale = mix(way.inks[5], (246, 238, 222), 0.5)
    rng = np.random.default_rng(seed)
    step = 11 * scale * 2
    for index in range(int(wide * 2 / step)):
        at = (index + 0.5) * step
        bend, reach = rng.uniform(-5, 5) * scale * 2, length * 2 * rng.uniform(0.78, 1.0)
        for strand in (-0.3, 0.0, 0.3):
            ink = mix(pale, (92, 76, 58), 0.12 + 0.16 * abs(strand) + rng.uniform(0, 0.1))
            draw.line(
                [
                    (at + strand * step * 0.4, 0),
                    (at + strand * step * 0.9 + bend * 0.4, reach * 0.5),
                    (at + strand * step * 1.2 + bend, reach),
                ],
                fill=ink,
                width=max(2, round(3.6 * scale)),
            )
    small = image.reduce(2)
    data = array(small)
    for samples, y in ((data, top + high - 2), (data[::-1], top - small.height + 2)):
        mask = samples[..., 3] / 255
        stage.shade_under(mask, (float(left), float(y)), (4, 6), 3, 0.4)
        stage.put(samples[..., :3], mask, left, y)


def towel(width: int, way: Colourway, tile: Image.Image, *, seed: int = 1) -> Image.Image:
    """A tea towel over a brass rail: folds that deepen towards the hem, the back panel behind."""
    stage = Stage(width, wall_set(width, way.wall))
    stage.gobo(250, 0.1)
    scale = stage.scale
    rail = 208.0
    back, _ = _drape(tile, way, scale, 560, 760, seed + 3)
    front, mask = _drape(tile, way, scale, 600, 900, seed)
    height_back = back.shape[0]
    hidden = mask[:height_back, : back.shape[1]]
    at_back = (int((540 - 262) * scale), int(rail * scale))
    stage.shade_under(mask, (at_back[0], at_back[1]), (70, 40), 40, 0.25)
    stage.put(back * 0.72, np.clip(hidden, 0, 1), *at_back)
    left, top = int((540 - 310) * scale), int((rail - 12) * scale)
    stage.shadow(box(96, rail + 22, 1008, rail + 34), 9, 0.4)
    _rail(stage, rail, 84, 996)
    stage.shade_under(mask, (float(left), float(top)), (26, 26), 24, 0.34)
    stage.put(front, mask, left, top)
    return stage.image()


def _drape(
    tile: Image.Image, way: Colourway, scale: float, wide: int, high: int, seed: int
) -> tuple[Floats, Floats]:
    cols, rows = int((wide + 20) * scale), int((high + 40) * scale)
    x = np.linspace(-1, 1, cols, dtype=np.float32)[None, :] * np.float32((wide + 20) / wide)
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None] * np.float32((high + 40) / high)
    deep = ramp(-0.05, 0.9, y) * 0.85 + 0.12
    wave = sum(
        np.sin(x * f + p + 0.5 * y) * a
        for f, p, a in ((4.4, seed, 0.55), (8.3, seed * 1.7, 0.3), (13, 2.0, 0.14))
    )
    fold = wave * deep
    side = x / (1 - 0.035 * deep + 0.012 * np.sin(y * 5 + seed))
    hem = y - 0.011 * fold - 0.012 * (1 - x**2) * 0.4
    mask = np.clip((1 - np.abs(side)) * wide * scale / 2 + 0.5, 0, 1) * np.clip(
        (1 - hem) * high * scale + 0.5, 0, 1
    )
    u = (side + 0.03 * fold) * wide * scale / 2 + cols / 2
    v = hem * high * scale + 0 * u
    cloth = np.asarray(tiled(tile, cols, rows, 410 * scale))
    colour = sample(cloth, u.astype(np.float32), v.astype(np.float32))
    for at, half, ink in ((0.94, 0.009, _contrast(way)), (0.965, 0.004, _contrast(way))):
        line = (1 - ramp(half - 0.001, half + 0.001, np.abs(hem - at)))[..., None]
        colour += (np.asarray(ink, np.float32) - colour) * line * 0.9
    slope = np.gradient(fold * 30 * scale, axis=1)
    length = 1 / np.sqrt(1 + slope**2)
    light = lit(-slope * length, 0 * slope, length, 0.5) * 1.04
    light *= 1 - 0.28 * np.exp(-((y / 0.018) ** 2)) + 0.1 * np.exp(-(((y - 0.02) / 0.014) ** 2))
    light *= 1 - 0.12 * ramp(0.988, 1.0, hem)
    colour *= (light * weave(cols, rows, max(1.5, 2.0 * scale), 0.04))[..., None]
    return colour.astype(np.float32), mask.astype(np.float32)


def _rail(stage: Stage, y: float, left: float, right: float) -> None:
    scale = stage.scale
    rows, cols = int(17 * scale), int((right - left) * scale)
    t = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
    light = 0.62 + 0.5 * np.exp(-(((t + 0.4) / 0.28) ** 2)) - 0.16 * ramp(0.2, 1, t)
    brass = np.array([186, 148, 88], np.float32) * light[..., None]
    stage.put(
        np.broadcast_to(brass, (rows, cols, 3)).astype(np.float32),
        np.ones((rows, cols), np.float32),
        int(left * scale),
        int((y - 8) * scale),
    )


def pile(
    width: int,
    way: Colourway,
    tile: Image.Image,
    *,
    layers: int = 4,
    thick: float = 92,
    fringe: bool = False,
    seed: int = 1,
) -> Image.Image:
    """Folded cloth: a stack of rounded folds from the front, the top face running back in perspective."""
    stage = Stage(width, table_set(width, way.wall, 0.86))
    stage.gobo(260, 0.07)
    stack(stage, [tile] * layers, (540, 1110), 780, thick, seed)
    if fringe:
        _tassels(stage, way, 195, 1110 - thick * 0.98, 690, seed)
    return stage.image()


def stack(
    stage: Stage, tiles: Sequence[Image.Image], foot_at: Point, wide: float, thick: float, seed: int
) -> None:
    """Piles folds, `tiles` from the bottom up, with the middle of the pile's foot at `foot_at` (units)."""
    middle, foot = foot_at
    left, total = middle - wide / 2, len(tiles) * thick
    stage.shadow(
        [
            (left + 10, foot - 26),
            (left + wide + 130, foot - 26),
            (left + wide + 60, foot + 16),
            (left, foot + 16),
        ],
        28,
        0.42,
    )
    stage.shadow(box(left + 8, foot - 12, left + wide - 4, foot + 4), 6, 0.6)
    _top_face(stage, tiles[-1], left, foot - total, wide, wide * 0.29, stage.scale)
    rng = np.random.default_rng(seed)
    for index, tile in enumerate(tiles):
        shift, grow = rng.uniform(-9, 9), rng.uniform(-10, 8)
        _fold(
            stage, tile, left + shift - grow / 2, foot - (index + 1) * thick, wide + grow, thick, index + seed
        )


def _fold(
    stage: Stage, tile: Image.Image, left: float, top: float, wide: float, thick: float, seed: int
) -> None:
    scale = stage.scale
    cols, rows = int(wide * scale), int((thick + 3) * scale)
    x = np.linspace(-1, 1, cols, dtype=np.float32)[None, :]
    sag = 0.035 * np.sin(x * 2.4 + seed) + 0.02 * np.sin(x * 6.1 + seed * 2)
    t = np.linspace(-1, 1, rows, dtype=np.float32)[:, None] + sag
    bend = np.arcsin(np.clip(t, -1, 1))
    reach = np.maximum(1 - np.abs(x), 0) * wide / 2
    round_end = np.sqrt(np.clip(1 - np.clip((thick * 0.42 - reach) / (thick * 0.42), 0, 1) ** 2, 0, 1))
    mask = np.clip((round_end - np.abs(t)) * thick * scale / 2 + 0.5, 0, 1).astype(np.float32)
    period = 380 * scale
    edge = max(16, round(period))
    texture = np.asarray(tile.resize((edge, edge), reducing_gap=2.0))
    u = np.broadcast_to((x + 1) * wide * scale / 2, (rows, cols)).astype(np.float32)
    v = (bend * thick * scale * 0.62 + seed * 97).astype(np.float32)
    colour = sample(texture, u, v)
    light = lit(0.12 * x + 0 * t, np.clip(t, -1, 1), np.cos(bend), 0.42)
    crease = 1 - 0.55 * np.exp(-(((1 - np.abs(t)) / 0.1) ** 2))
    light = light * crease * (1 - 0.22 * ramp(0.8, 1.0, np.abs(x)))
    colour *= (light * weave(cols, rows, max(1.5, 2 * scale), 0.05))[..., None]
    stage.put(colour.astype(np.float32), mask, int(left * scale), int(top * scale))


def _top_face(
    stage: Stage, tile: Image.Image, left: float, front: float, wide: float, deep: float, scale: float
) -> None:
    cols, rows = int(wide * scale), int((deep + 20) * scale)
    v = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    inset = 0.13 * (1 - v)
    x = np.linspace(0, 1, cols, dtype=np.float32)[None, :]
    u = (x - inset) / (1 - 2 * inset)
    mask = np.clip(np.minimum(u, 1 - u) * cols + 0.5, 0, 1) * np.clip(v * rows / 1.5, 0, 1)
    far = (1 / (0.42 + 0.58 * v)) * 330 * scale
    texture = np.asarray(tile.resize((max(16, round(380 * scale)),) * 2, reducing_gap=2.0))
    colour = sample(texture, (u * wide * scale).astype(np.float32), (far + 0 * u).astype(np.float32))
    light = 1.05 - 0.08 * x - 0.05 * (1 - v)
    colour *= (light * weave(cols, rows, max(1.5, 2 * scale), 0.03))[..., None]
    stage.put(
        colour.astype(np.float32), mask.astype(np.float32), int(left * scale), int((front - deep) * scale)
    )


def _tassels(stage: Stage, way: Colourway, left: float, top: float, wide: float, seed: int) -> None:
    scale = stage.scale
    cols, rows = int(wide * scale), int(126 * scale)
    image = Image.new("RGBA", (cols * 2, rows * 2))
    draw = ImageDraw.Draw(image)
    rng = np.random.default_rng(seed)
    step = 30 * scale * 2
    for index in range(int(cols * 2 / step)):
        at = (index + 0.5) * step
        for _ in range(8):
            ink = mix(mix(way.inks[5], way.inks[0], 0.4), (70, 55, 44), float(rng.uniform(0.02, 0.3)))
            spread = rng.uniform(-0.34, 0.34) * step
            draw.line(
                [
                    (at + spread * 0.25, 8),
                    (at + spread * 0.7, rows * 0.7),
                    (at + spread, rows * 2 * rng.uniform(0.8, 0.97)),
                ],
                fill=ink,
                width=max(2, round(4 * scale)),
            )
        draw.ellipse(
            (at - step * 0.14, 0, at + step * 0.14, step * 0.32), fill=mix(way.inks[5], way.inks[0], 0.5)
        )
    small = array(image.reduce(2))
    at_px = (left * scale, top * scale)
    stage.shade_under(small[..., 3] / 255, at_px, (8, 8), 5, 0.4)
    stage.put(small[..., :3], small[..., 3] / 255, int(at_px[0]), int(at_px[1]))
