"""What covers a thrown form: printed repeats, dipped and speckled glazes, bands. Colours per pixel."""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dev.catalogue.draw.raster import Floats, Rgb, band_noise, mix, noise, ramp, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from dev.catalogue.draw.palette import Colourway
    from dev.catalogue.draw.turned import Surface

GLAZES = ("dip", "speckle", "bands", "drift", "brush", "facet")


def printed(
    tile: Image.Image, repeat: float, girth: float, fade: Rgb | None = None
) -> Callable[[Surface], Floats]:
    """The repeat wrapped around the form: one tile is `repeat` pixels; `girth` is the pixels of a radian.

    With `fade`, the print stops short of the foot and the bare body of that colour shows.
    """
    edge = max(16, round(repeat))
    texture = np.asarray(tile.resize((edge, edge), reducing_gap=2.0))

    def paint(seen: Surface) -> Floats:
        colour = sample(texture, seen.theta * np.float32(girth), seen.drop)
        if fade is not None:
            bare = ramp(0.9, 0.905, seen.rise)[..., None]
            colour += (np.asarray(fade, np.float32) - colour) * bare
        return colour

    return paint


def glaze(kind: str, way: Colourway, seed: int) -> Callable[[Surface], Floats]:
    """One of `GLAZES` in the inks of a colourway. Raises KeyError for another name."""
    body = np.asarray(mix(way.inks[5], (250, 246, 238), 0.35), np.float32)
    main, second, deep = (np.asarray(way.inks[i], np.float32) for i in (1, 2, 4))
    coat = main if sum(way.inks[1]) < sum(way.inks[0]) else np.asarray(way.inks[0], np.float32)
    mottle, cloud = band_noise(512, 60, 160, seed), noise(512, 1.7, seed + 1)

    def spread(field: Floats, seen: Surface, zoom: float = 1.0) -> Floats:
        u = (seen.theta * 150 * zoom).astype(np.int32) % 512
        v = (seen.rise * 300 * zoom).astype(np.int32) % 512
        return field[v, u][..., None]

    def dip(seen: Surface) -> Floats:
        wave = seen.rise + np.sin(seen.theta * 2.2 + seed) * 0.02 + np.sin(seen.theta * 5 + seed) * 0.006
        line = ramp(0.563, 0.572, wave)[..., None]
        pooled = np.exp(-(((wave - 0.55) / 0.03) ** 2))[..., None]
        upper = coat * (1 + 0.04 * spread(cloud, seen)) * (1 - 0.16 * pooled)
        result: Floats = (upper + (body * (1 - 0.05 * (spread(mottle, seen) > 1.9)) - upper) * line).astype(
            np.float32
        )
        return result

    def speckle(seen: Surface) -> Floats:
        fleck = ramp(1.7, 2.3, spread(mottle, seen))
        coarse = ramp(2.3, 2.7, spread(mottle, seen, 0.5))
        base = body * 0.35 + second * 0.65 if seed % 2 else body
        base = base * (1 + 0.02 * spread(cloud, seen))
        result: Floats = (base + (deep - base) * np.maximum(fleck * 0.75, coarse * 0.9)).astype(np.float32)
        return result

    def bands(seen: Surface) -> Floats:
        out = np.broadcast_to(body, (*seen.rise.shape, 3)).astype(np.float32).copy()
        sway = seen.rise + np.sin(seen.theta * 3 + seed) * 0.003
        for at, half, ink in (
            (0.2, 0.05, main),
            (0.31, 0.008, deep),
            (0.38, 0.008, deep),
            (0.62, 0.11, second),
            (0.8, 0.012, np.asarray(way.inks[3], np.float32)),
        ):
            line = (
                ramp(at - half - 0.003, at - half + 0.003, sway)
                * (1 - ramp(at + half - 0.003, at + half + 0.003, sway))
            )[..., None]
            streak = 1 + 0.05 * spread(cloud, seen)
            out += (ink * streak - out) * line * 0.94
        return out

    def drift(seen: Surface) -> Floats:
        level = np.clip(seen.rise[..., None] * 1.15 + 0.09 * spread(cloud, seen), 0, 1)
        low = coat * 0.55 + deep * 0.45
        out = body + (second - body) * ramp(0.02, 0.34, level)
        out = out + (coat - out) * ramp(0.28, 0.62, level)
        return (out + (low - out) * ramp(0.66, 1.0, level)).astype(np.float32)

    def brush(seen: Surface) -> Floats:
        out = np.broadcast_to(body, (*seen.rise.shape, 3)).astype(np.float32)
        for middle, swing, half, ink in (
            (0.34, 0.1, 0.075, main),
            (0.58, -0.07, 0.045, second),
            (0.76, 0.04, 0.02, deep),
        ):
            arc = np.sin(seen.theta * 1.7 + seed * 0.9) * swing + middle
            width = half * (1 + 0.2 * spread(cloud, seen)[..., 0])
            stroke = 1 - ramp(0.86, 1.0, np.abs(seen.rise - arc) / np.maximum(width, 0.006))
            bristle = 0.86 + 0.14 * np.sin((seen.rise - arc) * 330 + seen.theta * 2)
            out = out + (ink - out) * (stroke * bristle)[..., None]
        return out.astype(np.float32)

    def facet(seen: Surface) -> Floats:
        flute = np.cos(seen.theta * 22)
        rim = (1 - ramp(0.05, 0.07, seen.rise))[..., None]
        out = coat * (0.93 + 0.09 * flute)[..., None] * (1 + 0.02 * spread(cloud, seen))
        return (out + (coat * 1.04 - out) * rim).astype(np.float32)

    return {"dip": dip, "speckle": speckle, "bands": bands, "drift": drift, "brush": brush, "facet": facet}[
        kind
    ]
