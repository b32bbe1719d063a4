"""What covers a thrown form: printed repeats, dipped and speckled glazes, bands. Colours per pixel."""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from dev.catalogue.draw.raster import Floats, Rgb, band_noise, mix, noise, ramp, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from dev.catalogue.draw.palette import Colourway
    from dev.catalogue.draw.turned import Surface

NOISE_EDGE: Final = 512


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


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """A batch of glaze: its inks as RGB samples, `coat` the darker of ground and main, two noise fields."""

    seed: int
    body: Floats
    main: Floats
    second: Floats
    accent: Floats
    deep: Floats
    coat: Floats
    mottle: Floats
    cloud: Floats

    def spread(self, field: Floats, seen: Surface, zoom: float = 1.0) -> Floats:
        """A field of noise laid around the form."""
        u = (seen.theta * 150 * zoom).astype(np.int32) % NOISE_EDGE
        v = (seen.rise * 300 * zoom).astype(np.int32) % NOISE_EDGE
        return field[v, u][..., None]


def glaze(kind: str, way: Colourway, seed: int) -> Callable[[Surface], Floats]:
    """One of `GLAZES` in the inks of a colourway. Raises KeyError for another name."""
    ground, main, second, accent, deep, _ = (np.asarray(ink, np.float32) for ink in way.inks)
    batch = Batch(
        seed=seed,
        body=np.asarray(mix(way.inks[5], (250, 246, 238), 0.35), np.float32),
        main=main,
        second=second,
        accent=accent,
        deep=deep,
        coat=main if sum(way.inks[1]) < sum(way.inks[0]) else ground,
        mottle=band_noise(NOISE_EDGE, 60, 160, seed),
        cloud=noise(NOISE_EDGE, 1.7, seed + 1),
    )
    return partial(GLAZES[kind], batch)


def dip(batch: Batch, seen: Surface) -> Floats:
    """Held by the foot and lowered into the glaze once: a wavering waterline."""
    wave = (
        seen.rise + np.sin(seen.theta * 2.2 + batch.seed) * 0.02 + np.sin(seen.theta * 5 + batch.seed) * 0.006
    )
    line = ramp(0.563, 0.572, wave)[..., None]
    pooled = np.exp(-(((wave - 0.55) / 0.03) ** 2))[..., None]
    upper = batch.coat * (1 + 0.04 * batch.spread(batch.cloud, seen)) * (1 - 0.16 * pooled)
    result: Floats = (
        upper + (batch.body * (1 - 0.05 * (batch.spread(batch.mottle, seen) > 1.9)) - upper) * line
    ).astype(np.float32)
    return result


def speckle(batch: Batch, seen: Surface) -> Floats:
    """Iron in the clay, blooming through a pale glaze."""
    fleck = ramp(1.7, 2.3, batch.spread(batch.mottle, seen))
    coarse = ramp(2.3, 2.7, batch.spread(batch.mottle, seen, 0.5))
    base = batch.body * 0.35 + batch.second * 0.65 if batch.seed % 2 else batch.body
    base = base * (1 + 0.02 * batch.spread(batch.cloud, seen))
    result: Floats = (base + (batch.deep - base) * np.maximum(fleck * 0.75, coarse * 0.9)).astype(np.float32)
    return result


def bands(batch: Batch, seen: Surface) -> Floats:
    """Bands painted while the wheel turns."""
    out = np.broadcast_to(batch.body, (*seen.rise.shape, 3)).astype(np.float32).copy()
    sway = seen.rise + np.sin(seen.theta * 3 + batch.seed) * 0.003
    for at, half, ink in (
        (0.2, 0.05, batch.main),
        (0.31, 0.008, batch.deep),
        (0.38, 0.008, batch.deep),
        (0.62, 0.11, batch.second),
        (0.8, 0.012, batch.accent),
    ):
        line = (
            ramp(at - half - 0.003, at - half + 0.003, sway)
            * (1 - ramp(at + half - 0.003, at + half + 0.003, sway))
        )[..., None]
        streak = 1 + 0.05 * batch.spread(batch.cloud, seen)
        out += (ink * streak - out) * line * 0.94
    return out


def drift(batch: Batch, seen: Surface) -> Floats:
    """Three glazes poured one over another, running together."""
    level = np.clip(seen.rise[..., None] * 1.15 + 0.09 * batch.spread(batch.cloud, seen), 0, 1)
    low = batch.coat * 0.55 + batch.deep * 0.45
    out = batch.body + (batch.second - batch.body) * ramp(0.02, 0.34, level)
    out = out + (batch.coat - out) * ramp(0.28, 0.62, level)
    return (out + (low - out) * ramp(0.66, 1.0, level)).astype(np.float32)


def brush(batch: Batch, seen: Surface) -> Floats:
    """Three strokes of a loaded brush around the pot."""
    out = np.broadcast_to(batch.body, (*seen.rise.shape, 3)).astype(np.float32)
    for middle, swing, half, ink in (
        (0.34, 0.1, 0.075, batch.main),
        (0.58, -0.07, 0.045, batch.second),
        (0.76, 0.04, 0.02, batch.deep),
    ):
        arc = np.sin(seen.theta * 1.7 + batch.seed * 0.9) * swing + middle
        width = half * (1 + 0.2 * batch.spread(batch.cloud, seen)[..., 0])
        stroke = 1 - ramp(0.86, 1.0, np.abs(seen.rise - arc) / np.maximum(width, 0.006))
        bristle = 0.86 + 0.14 * np.sin((seen.rise - arc) * 330 + seen.theta * 2)
        out = out + (ink - out) * (stroke * bristle)[..., None]
    return out.astype(np.float32)


def facet(batch: Batch, seen: Surface) -> Floats:
    """Upright flutes, on whose ridges the glaze thins."""
    flute = np.cos(seen.theta * 22)
    rim = (1 - ramp(0.05, 0.07, seen.rise))[..., None]
    out = batch.coat * (0.93 + 0.09 * flute)[..., None] * (1 + 0.02 * batch.spread(batch.cloud, seen))
    return (out + (batch.coat * 1.04 - out) * rim).astype(np.float32)


GLAZES: Final[dict[str, Callable[[Batch, Surface], Floats]]] = {
    function.__name__: function for function in (dip, speckle, bands, drift, brush, facet)
}
