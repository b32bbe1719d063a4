"""Things from the potter's wheel and the glass kiln: surfaces of revolution seen from slightly above."""


# ruff: noqa: PLR0917  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dev.catalogue.draw.raster import Floats, Rgb, ramp
from dev.catalogue.draw.studio import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from dev.catalogue.draw.studio import Stage

TABLE: Final = 1024
MATT, SATIN, GLOSS = 0.12, 0.45, 0.95


@dataclass(frozen=True, slots=True)
class Form:
    """A thrown form: its outline as `(height share from the top, radius)` pairs, in studio units.

    `tilt` is the squash of a ring as the camera sees it; `lip` the thickness of the wall at the rim.
    """

    outline: tuple[tuple[float, float], ...]
    height: float
    tilt: float = 0.17
    lip: float = 7.0
    open: bool = True

    def grown(self, factor: float) -> Form:
        """The same form, `factor` times as large."""
        outline = tuple((share, radius * factor) for share, radius in self.outline)
        return Form(outline, self.height * factor, self.tilt, self.lip * factor, self.open)

    def radii(self, scale: float) -> tuple[Floats, Floats]:
        """Radius in pixels, and its slope, at `TABLE` heights from top to foot: a smooth curve."""
        share = np.array([s for s, _ in self.outline])
        radius = np.array([r for _, r in self.outline])
        t = np.linspace(0, 1, TABLE)
        smooth = _hermite(share, radius, t).astype(np.float32) * np.float32(scale)
        slope = np.gradient(smooth, self.height * scale / TABLE).astype(np.float32)
        return smooth, slope


def _hermite(xs: Floats, ys: Floats, t: Floats) -> Floats:
    chord = np.diff(ys) / np.diff(xs)
    gradient = np.concatenate([chord[:1], (chord[1:] + chord[:-1]) / 2, chord[-1:]])
    turns = chord[1:] * chord[:-1] <= 0
    gradient[1:-1][turns] = 0.0
    limit = 3 * np.minimum(
        np.abs(np.concatenate([chord[:1], chord])), np.abs(np.concatenate([chord, chord[-1:]]))
    )
    gradient = np.clip(gradient, -limit, limit)
    at = np.clip(np.searchsorted(xs, t, side="right") - 1, 0, len(xs) - 2)
    width = xs[at + 1] - xs[at]
    u = (t - xs[at]) / width
    h00, h10 = 2 * u**3 - 3 * u**2 + 1, u**3 - 2 * u**2 + u
    h01, h11 = -2 * u**3 + 3 * u**2, u**3 - u**2
    result: Floats = (
        h00 * ys[at] + h10 * width * gradient[at] + h01 * ys[at + 1] + h11 * width * gradient[at + 1]
    )
    return result


@dataclass(frozen=True, slots=True)
class Surface:
    """What the camera sees of a form: per pixel its mask, angle, height share, arc in pixels and normal."""

    left: int
    top: int
    mask: Floats
    theta: Floats
    rise: Floats
    drop: Floats
    normal: tuple[Floats, Floats, Floats]
    rim_y: float
    rim_radius: float
    centre: float


def see(stage: Stage, form: Form, centre: float, foot: float) -> Surface:
    """The visible surface of `form` standing with its foot at studio height `foot`, centred at `centre`."""
    scale = stage.scale
    radii, slopes = form.radii(scale)
    height, widest = form.height * scale, float(radii.max()) + 3
    left, top = int(centre * scale - widest) - 1, int((foot - form.height) * scale - widest * form.tilt) - 3
    wide = int(2 * widest) + 4
    high = int(height + widest * form.tilt * 2) + 8
    x = (np.arange(wide, dtype=np.float32) + left + 0.5 - np.float32(centre * scale))[None, :]
    y = (np.arange(high, dtype=np.float32) + top + 0.5 - np.float32((foot - form.height) * scale))[:, None]
    drop = np.broadcast_to(y, (high, wide)).astype(np.float32)
    radius = radii[0] + 0 * drop
    for _ in range(4):
        bow = np.sqrt(np.maximum(radius**2 - x**2, 0)) * np.float32(form.tilt)
        drop = y - bow
        radius = radii[np.clip(drop * (TABLE / height), 0, TABLE - 1).astype(np.int32)]
    at = np.clip(drop * (TABLE / height), 0, TABLE - 1).astype(np.int32)
    slope = slopes[at]
    u = np.clip(x / np.maximum(radius, 1e-3), -1, 1)
    length = 1 / np.sqrt(1 + slope**2)
    forward = np.sqrt(1 - u**2)
    mask = (
        np.clip(radius - np.abs(x) + 0.5, 0, 1)
        * np.clip(height - drop + 0.5, 0, 1)
        * np.clip(drop + 0.5, 0, 1)
    )
    return Surface(
        left,
        top,
        mask.astype(np.float32),
        np.arcsin(u),
        drop / np.float32(height),
        drop,
        (u * length, -slope * length, forward * length),
        (foot - form.height) * scale,
        float(radii[0]),
        centre * scale,
    )


def shaded(colour: Floats, seen: Surface, gloss: float) -> Floats:
    """`colour` (per pixel) under the studio's window: diffuse light, a bounce from the table, reflections."""
    nx, ny, nz = seen.normal
    facing = nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]
    wrap = np.clip(facing * 0.72 + 0.28, 0, 1) ** 1.15
    bounce = 0.13 * ramp(0.62, 1.0, seen.rise) + 0.09 * np.clip(nx, 0, 1) ** 3
    light = 0.46 + 0.66 * wrap + bounce
    light *= 1 - 0.24 * ramp(0.955, 1.0, seen.rise)
    rx, ry = 2 * nz * nx, 2 * nz * ny
    window = (
        (ramp(-0.93, -0.84, rx) * (1 - ramp(-0.66, -0.56, rx)))
        * ramp(-0.85, -0.7, ry)
        * (1 - ramp(0.1, 0.3, ry))
    )
    bar = 1 - 0.75 * np.exp(-(((ry + 0.28) / 0.035) ** 2))
    strip = ramp(0.8, 0.9, rx) * (1 - ramp(0.93, 0.985, rx)) * (1 - ramp(0.3, 0.6, np.abs(ry)))
    sheen = gloss * (0.5 * window * bar + 0.16 * strip) + 0.05 * gloss * (1 - nz) ** 3
    result: Floats = colour * light[..., None] + 255 * sheen[..., None]
    return result


def stand(stage: Stage, form: Form, centre: float, foot: float, strength: float = 1.0) -> None:
    """The shadow of a standing form: a long soft one to the right, a dark line of contact at the foot."""
    base = form.outline[-1][1]
    widest = max(r for _, r in form.outline)
    tilt, reach = form.tilt, min(form.height * 0.62, 330)
    steps = np.linspace(0, np.pi * 2, 40)
    foot_y = foot + base * tilt * 0.15
    cast = [
        (
            centre + widest * 0.9 * np.cos(a) + reach * (0.5 + 0.5 * np.cos(a)) * 0.9,
            foot_y + widest * tilt * 1.05 * np.sin(a) + 6,
        )
        for a in steps
    ]
    stage.shadow(cast, 34, 0.26 * strength)
    close = [
        (centre + base * 1.1 * np.cos(a) + 16, foot_y + base * tilt * 1.15 * np.sin(a) + 3) for a in steps
    ]
    stage.shadow(close, 13, 0.5 * strength)
    line = [
        (centre + base * 1.01 * np.cos(a) + 2, foot + base * tilt * 1.02 * np.sin(a) + 1.5) for a in steps
    ]
    stage.shadow(line, 3.2, 0.55 * strength)


def place(
    stage: Stage,
    form: Form,
    centre: float,
    foot: float,
    paint: Callable[[Surface], Floats],
    gloss: float,
    inside: Rgb,
) -> None:
    """Throws, glazes and photographs one vessel: `paint` gives each pixel of its surface a colour."""
    seen = see(stage, form, centre, foot)
    stage.put(shaded(paint(seen), seen, gloss), seen.mask, seen.left, seen.top)
    if form.open:
        mouth(stage, seen, form, inside, gloss)


def _ring(seen: Surface, form: Form, shrink: float, shift: float) -> tuple[Floats, Floats, Floats, int, int]:
    radius = seen.rim_radius - shrink
    minor = max(radius * form.tilt, 0.5)
    left, top = int(seen.centre - radius) - 3, int(seen.rim_y - minor) - 3
    x = (np.arange(int(radius * 2) + 7, dtype=np.float32) + left + 0.5 - np.float32(seen.centre))[
        None, :
    ] / radius
    y = (np.arange(int(minor * 2) + 7, dtype=np.float32) + top + 0.5 - np.float32(seen.rim_y + shift))[
        :, None
    ] / minor
    distance = np.hypot(x, y)
    slope = np.sqrt((x / radius) ** 2 + (y / minor) ** 2) / np.maximum(distance, 1e-3)
    mask = np.clip((1 - distance) / np.maximum(slope, 1e-6) + 0.5, 0, 1).astype(np.float32)
    x, y = np.broadcast_to(x, mask.shape), np.broadcast_to(y, mask.shape)
    return mask, x.astype(np.float32), y.astype(np.float32), left, top


def mouth(stage: Stage, seen: Surface, form: Form, inside: Rgb, gloss: float) -> None:
    """The opening: a lit lip, and the inner wall, which is bright where the window reaches and dark below."""
    colour = np.asarray(inside, np.float32)
    mask, x, y, left, top = _ring(seen, form, 0, 0)
    lip = colour * (0.98 + 0.14 * np.clip(-x * 0.6 - y * 0.8, -1, 1))[..., None] + 18 * gloss
    stage.put(lip.astype(np.float32), mask, left, top)
    thick = form.lip * stage.scale
    mask, x, y, left, top = _ring(seen, form, thick, thick * form.tilt * 0.4)
    depth = np.clip((y + 1) / 2, 0, 1)
    light = 0.42 + 0.3 * depth + 0.24 * x
    light += 0.25 * np.exp(-(((x - 0.55) / 0.3) ** 2 + ((y + 0.1) / 0.5) ** 2)) * gloss
    inner = colour * np.clip(light, 0.22, 1.05)[..., None]
    stage.put(inner.astype(np.float32), mask, left, top)
