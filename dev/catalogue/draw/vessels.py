"""Ceramics and glass on the table: vases, mugs, bowls, tumblers, plates."""


# ruff: noqa: PLR0917  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from dev.catalogue.draw.glazes import glaze, printed
from dev.catalogue.draw.raster import Floats, Rgb, mix, ramp, tiled
from dev.catalogue.draw.studio import Stage, floor_set, table_set
from dev.catalogue.draw.turned import GLOSS, SATIN, Form, mouth, place, see, shaded, stand

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from dev.catalogue.draw.palette import Colourway
    from dev.catalogue.draw.turned import Surface

FORMS: Final[dict[str, Form]] = {
    "bud": Form(((0, 56), (0.05, 46), (0.3, 40), (0.5, 92), (0.72, 168), (0.88, 158), (1, 108)), 620),
    "bottle": Form(((0, 60), (0.04, 50), (0.3, 50), (0.45, 108), (0.62, 176), (0.9, 176), (1, 152)), 760),
    "moon": Form(((0, 92), (0.06, 86), (0.16, 138), (0.5, 282), (0.82, 204), (0.94, 112), (1, 100)), 580),
    "cylinder": Form(((0, 150), (0.1, 148), (0.5, 150), (0.9, 150), (0.97, 147), (1, 138)), 640),
    "amphora": Form(
        ((0, 108), (0.05, 94), (0.16, 90), (0.32, 190), (0.5, 214), (0.8, 124), (0.94, 88), (1, 100)), 740
    ),
    "tulip": Form(((0, 196), (0.1, 184), (0.34, 160), (0.6, 178), (0.84, 146), (0.95, 98), (1, 92)), 660),
    "planter": Form(((0, 226), (0.08, 226), (0.1, 216), (0.5, 200), (0.92, 170), (1, 160)), 400, 0.2, 12),
    "mug": Form(((0, 176), (0.1, 174), (0.5, 176), (0.86, 174), (0.96, 164), (1, 148)), 392, 0.2, 8),
    "cup": Form(((0, 190), (0.25, 188), (0.55, 172), (0.82, 134), (0.94, 104), (1, 98)), 320, 0.22, 7),
    "bowl": Form(((0, 318), (0.2, 306), (0.5, 258), (0.78, 176), (0.92, 118), (1, 112)), 300, 0.27, 8),
    "deepbowl": Form(((0, 270), (0.2, 274), (0.5, 254), (0.78, 182), (0.92, 120), (1, 114)), 350, 0.25, 9),
    "tumbler": Form(((0, 146), (0.3, 142), (0.7, 132), (0.96, 124), (1, 114)), 420, 0.19, 5),
    "wine": Form(
        (
            (0, 140),
            (0.15, 156),
            (0.32, 158),
            (0.5, 116),
            (0.585, 26),
            (0.64, 13),
            (0.88, 13),
            (0.95, 30),
            (1, 128),
        ),
        640,
        0.17,
        4,
    ),
    "carafe": Form(
        ((0, 92), (0.06, 78), (0.3, 66), (0.46, 106), (0.66, 178), (0.92, 184), (1, 164)), 700, 0.17, 5
    ),
    "candle": Form(
        ((0, 84), (0.1, 84), (0.16, 54), (0.4, 42), (0.7, 52), (0.9, 132), (1, 150)), 380, 0.2, 22
    ),
}
FOOT: Final = 1128.0
"""Where things stand, in studio units from the top."""


def _fitted(form: Form) -> Form:
    widest = max(radius for _, radius in form.outline) * 2
    return form.grown(min(840 / form.height, 690 / widest, 1.55))


def _footing(form: Form) -> float:
    return min(FOOT + 30, 690 + form.height * 0.56)


def _cover(
    tile: Image.Image | None,
    kind: str,
    way: Colourway,
    seed: int,
    form: Form,
    scale: float,
) -> Callable[[Surface], Floats]:
    if tile is None:
        return glaze(kind, way, seed)
    girth = max(r for _, r in form.outline) * scale
    return printed(tile, max(300.0, form.height * 0.5) * scale, girth, mix(way.inks[5], (250, 246, 238), 0.4))


def vessel(
    width: int,
    shape: str,
    way: Colourway,
    *,
    tile: Image.Image | None = None,
    kind: str = "dip",
    seed: int = 1,
) -> Image.Image:
    """A vase, planter, bowl, cup or mug. With `tile` it is printed, otherwise glazed as `kind`."""
    form = _fitted(FORMS[shape])
    stage = Stage(width, table_set(width, way.wall))
    stage.gobo(260, 0.07)
    foot = _footing(form)
    centre = 490.0 if shape in {"mug", "cup"} else 530.0
    stand(stage, form, centre, foot)
    body = mix(way.inks[5], (250, 246, 238), 0.35)
    lead = way.inks[1] if sum(way.inks[1]) < sum(way.inks[0]) else way.inks[0]
    inside = lead if tile is None and kind in {"dip", "facet"} and shape != "mug" else body
    if shape in {"mug", "cup"}:
        _handle(stage, form, centre, foot, body if tile is not None or kind in {"speckle", "brush"} else lead)
    cover = _cover(tile, kind, way, seed, form, stage.scale)
    place(stage, form, centre, foot, cover, GLOSS if tile is not None or kind != "speckle" else SATIN, inside)
    return stage.image()


def _handle(stage: Stage, form: Form, centre: float, foot: float, colour: Rgb) -> None:
    scale = stage.scale
    rx, ry, thick = form.height * 0.265 * scale, form.height * 0.31 * scale, form.height * 0.053 * scale
    cx, cy = (centre + form.outline[2][1] - form.height * 0.035) * scale, (foot - form.height * 0.53) * scale
    pad = int(thick * 2)
    x = (np.arange(int(rx * 2) + 2 * pad, dtype=np.float32) - rx - pad)[None, :]
    y = (np.arange(int(ry * 2) + 2 * pad, dtype=np.float32) - ry - pad)[:, None]
    angle = np.arctan2(y / ry, x / rx)
    ex, ey = np.cos(angle) * (rx - thick), np.sin(angle) * (ry - thick)
    offset = np.hypot(x - ex, y - ey) / thick
    inward = np.sign(np.hypot(x / rx, y / ry) - np.hypot(ex / rx, ey / ry))
    nz = np.sqrt(np.clip(1 - offset**2, 0, 1))
    nx, ny = np.cos(angle) * offset * inward, np.sin(angle) * offset * inward
    light = 0.5 + 0.52 * np.clip(-0.52 * nx - 0.58 * ny + 0.63 * nz, 0, 1)
    shine = 70 * np.exp(-(((nx + 0.4) / 0.22) ** 2 + ((ny + 0.45) / 0.22) ** 2))
    mask = np.clip((1 - offset) * thick + 0.5, 0, 1) * ramp(-0.35, -0.15, x / rx)
    layer = np.asarray(colour, np.float32) * light[..., None] + shine[..., None]
    at = (int(cx - rx - pad), int(cy - ry - pad))
    stage.shade_under(mask, (float(at[0]), float(at[1])), (38, 60), 16, 0.3)
    stage.put(layer.astype(np.float32), mask.astype(np.float32), *at)


def glass(width: int, shape: str, way: Colourway, *, fluted: bool = False) -> Image.Image:
    """A tumbler, wine glass, carafe or vase of tinted glass: light goes through and gathers on the table."""
    pair = shape in {"tumbler", "wine"}
    form = FORMS[shape].grown(1.18) if pair else _fitted(FORMS[shape])
    stage = Stage(width, table_set(width, way.wall))
    stage.gobo(260, 0.07)
    pale = max(way.inks[1:4], key=lambda ink: max(ink) - min(ink))
    tint = np.asarray(mix(pale, (255, 255, 255), 0.34), np.float32) / 255
    groups = ((345.0, FOOT - 96), (690.0, FOOT - 4)) if pair else ((530.0, _footing(form)),)
    for centre, foot in groups:
        _caustic(stage, form, centre, foot, tint)
        seen = see(stage, form, centre, foot)
        _back_rim(stage, seen, form)
        _clear(stage, seen, form, tint, fluted=fluted)
    return stage.image()


def _caustic(stage: Stage, form: Form, centre: float, foot: float, tint: Floats) -> None:
    stand(stage, form, centre, foot, 0.5)
    base = form.outline[-1][1]
    red, green, blue = (int(v * 255) for v in tint)
    stage.glow((centre + base * 1.75, foot + 26), base * 0.85, 0.22, (red, green, blue))
    stage.glow((centre + base * 1.3, foot + 12), base * 0.34, 0.3, (255, 250, 238))


def _back_rim(stage: Stage, seen: Surface, form: Form) -> None:
    tilt, radius = form.tilt, seen.rim_radius / stage.scale
    angles = np.linspace(0, np.pi * 2, 60)
    cx, cy = seen.centre / stage.scale, seen.rim_y / stage.scale
    outer = [(cx + radius * np.cos(a), cy + radius * tilt * np.sin(a)) for a in angles]
    stage.shadow(outer, 2, 0.1)


def _clear(stage: Stage, seen: Surface, form: Form, tint: Floats, *, fluted: bool) -> None:
    nx, _, nz = seen.normal
    high, wide = seen.mask.shape
    behind = np.full((high, wide, 3), 255, np.float32)
    x1, y1 = min(seen.left + wide, stage.width), min(seen.top + high, stage.height)
    behind[: y1 - seen.top, : x1 - seen.left] = stage.samples[seen.top : y1, seen.left : x1]
    flute = np.cos(seen.theta * 26) if fluted else np.zeros_like(nx)
    path = 0.3 + 1.3 * (1 - nz) ** 1.6 + 0.5 * ramp(0.93, 0.965, seen.rise) + 0.12 * flute
    path += 0.2 * np.clip(nx, -1, 1) * -0.5
    colour = behind * tint ** path[..., None]
    glassy = np.concatenate([colour], axis=2)
    seen_mask = seen.mask
    out = shaded(glassy, seen, 0.8) * 0.45 + glassy * 0.6
    edge = np.exp(-(((1 - np.abs(np.sin(seen.theta))) / 0.012) ** 2))
    out = out * (1 - 0.22 * edge)[..., None]
    stage.put(out.astype(np.float32), seen_mask, seen.left, seen.top)
    _rim_line(stage, seen, form, tint)


def _rim_line(stage: Stage, seen: Surface, form: Form, tint: Floats) -> None:
    radius = seen.rim_radius
    minor = radius * form.tilt
    left, top = int(seen.centre - radius) - 3, int(seen.rim_y - minor) - 3
    x = (np.arange(int(radius * 2) + 7, dtype=np.float32) + left + 0.5 - np.float32(seen.centre))[
        None, :
    ] / radius
    y = (np.arange(int(minor * 2) + 7, dtype=np.float32) + top + 0.5 - np.float32(seen.rim_y))[
        :, None
    ] / minor
    distance = np.hypot(x, y)
    slope = np.sqrt((x / radius) ** 2 + (y / minor) ** 2) / np.maximum(distance, 1e-3)
    away = np.abs(distance - 1) / np.maximum(slope, 1e-6)
    line = np.clip(form.lip * 0.42 * stage.scale - away + 0.5, 0, 1)
    inner = np.clip((1 - distance) / np.maximum(slope, 1e-6), 0, 1)
    shape = (*distance.shape, 3)
    base = np.broadcast_to(np.float32(248) * tint**0.7, shape).astype(np.float32)
    stage.put(base, (inner * 0.16).astype(np.float32), left, top)
    bright = base * (0.82 + 0.26 * np.clip(-x + 0 * y, 0, 1) + 0.1 * np.clip(y + 0 * x, 0, 1))[..., None]
    stage.put(bright.astype(np.float32), (line * 0.85).astype(np.float32), left, top)


def plate(
    width: int,
    way: Colourway,
    tile: Image.Image | None,
    *,
    kind: str = "dip",
    seed: int = 1,
    tray: bool = False,
) -> Image.Image:
    """A plate from above on oak boards; with `tray`, a deeper round tray with a wooden rim."""
    stage = Stage(width, floor_set(width, way.wall) if not tray else table_set(width, way.wall, -1.0))
    stage.gobo(300, 0.07)
    scale = stage.scale
    outer, centre = 432 * scale, (540 * scale, 660 * scale)
    size = int(outer * 2) + 6
    line = np.arange(size, dtype=np.float32) - size / 2 + 0.5
    x, y = line[None, :], line[:, None]
    radius = np.hypot(x, y) / outer
    mask = np.clip((1 - radius) * outer + 0.5, 0, 1).astype(np.float32)
    at = (int(centre[0] - size / 2), int(centre[1] - size / 2))
    stage.shade_under(mask, (float(at[0]), float(at[1])), (26, 40), 30, 0.5)
    stage.shade_under(mask, (float(at[0]), float(at[1])), (6, 10), 7, 0.4)
    colour = _face(way, tile, radius, x, y, size, scale, kind, seed)
    stage.put(_plate_light(colour, radius, x, y, outer, way, tray=tray), mask, *at)
    return stage.image()


def _face(
    way: Colourway,
    tile: Image.Image | None,
    radius: Floats,
    x: Floats,
    y: Floats,
    size: int,
    scale: float,
    kind: str,
    seed: int,
) -> Floats:
    body = np.asarray(mix(way.inks[5], (250, 246, 238), 0.4), np.float32)
    main = np.asarray(way.inks[1], np.float32)
    wobble = 0.006 * np.sin(np.arctan2(y, x) * 5 + seed)
    if tile is not None:
        printed_face = np.asarray(tiled(tile, size, size, 330 * scale), np.float32)
        rim = ramp(0.935, 0.945, radius + wobble)[..., None]
        return printed_face + (main - printed_face) * rim
    if kind == "bands":
        out: Floats = np.broadcast_to(body, (*radius.shape, 3))
        for low, high, ink in (
            (0.9, 0.965, main),
            (0.84, 0.855, np.asarray(way.inks[3], np.float32)),
            (0.3, 0.32, main),
            (0.0, 0.2, np.asarray(way.inks[2], np.float32)),
        ):
            line = (
                ramp(low - 0.004, low + 0.004, radius + wobble)
                * (1 - ramp(high - 0.004, high + 0.004, radius + wobble))
            )[..., None]
            out = out + (ink - out) * line * 0.95
        return out.astype(np.float32)
    rings = 0.03 * np.sin(radius * 70 + 2 * np.arctan2(y, x))
    pool = ramp(0.1, 0.75, radius + rings)[..., None]
    inner = np.asarray(way.inks[2], np.float32) if kind == "drift" else body
    out = inner + (main - inner) * pool
    edge = ramp(0.955, 0.975, radius + wobble)[..., None]
    result: Floats = (out + (body * 0.86 - out) * edge).astype(np.float32)
    return result


def _plate_light(
    colour: Floats, radius: Floats, x: Floats, y: Floats, outer: float, way: Colourway, *, tray: bool
) -> Floats:
    wall = np.exp(-(((radius - 0.70) / 0.035) ** 2)) * 0.55 - np.exp(-(((radius - 0.985) / 0.015) ** 2)) * 0.6
    if tray:
        wood = np.asarray(mix((176, 132, 88), way.wall, 0.12), np.float32)
        rim = ramp(0.905, 0.912, radius)[..., None]
        colour = colour + (wood - colour) * rim
        wall = (
            np.exp(-(((radius - 0.905) / 0.014) ** 2)) * 0.9 - np.exp(-(((radius - 0.99) / 0.016) ** 2)) * 0.8
        )
    away = np.maximum(np.hypot(x, y), 1)
    nx, ny = -x / away * wall, -y / away * wall
    light = 1.0 + (-0.52 * nx - 0.58 * ny) * 0.42 - 0.05 * (x + y) / outer
    hollow = 1 - 0.05 * ramp(0.5, 0.7, radius) * (1 - ramp(0.7, 0.8, radius))
    gloss = np.exp(-(((x / outer + 0.36) / 0.2) ** 2 + ((y / outer + 0.42) / 0.13) ** 2)) * (
        4 if tray else 26
    )
    result: Floats = (colour * (light * hollow)[..., None] + gloss[..., None]).astype(np.float32)
    return result


SHADES: Final[dict[str, tuple[float, float, float]]] = {
    "drum": (262.0, 300.0, 400.0),
    "cone": (150.0, 318.0, 400.0),
    "table": (186.0, 290.0, 390.0),
}
"""Lampshades: radius at the top, radius at the foot, height, in studio units."""


def lamp(width: int, way: Colourway, tile: Image.Image, shape: str, seed: int) -> Image.Image:
    """A lamp shade that is switched on: `drum`, `cone` (hanging), or `table` (on a glazed base)."""
    stage = Stage(width, table_set(width, way.wall))
    stage.samples *= np.float32(0.95)
    top, bottom, high = SHADES[shape]
    form = Form(((0, top), (0.5, (top + bottom) / 2), (1, bottom)), high, 0.1, 4)
    if shape == "table":
        foot = _lamp_base(stage, way, seed)
    else:
        foot = 690.0
        stage.shadow([(527, -20), (533, -20), (533, foot - high), (527, foot - high)], 1.0, 0.9)
    stage.glow((530, foot - high * 0.3), 560, 0.3, (255, 229, 186))
    seen = see(stage, form, 530, foot)
    _hollow(stage, form, foot)
    texture = printed(tile, 300 * stage.scale, bottom * stage.scale)(seen)
    nz = seen.normal[2]
    core = np.exp(-(((seen.rise - 0.58) / 0.5) ** 2)) * (0.62 + 0.38 * nz)
    warm = texture * (0.62 + 0.42 * core)[..., None] + np.array([62, 44, 16], np.float32) * core[..., None]
    trim = np.exp(-(((seen.rise - 0.012) / 0.012) ** 2)) + np.exp(-(((seen.rise - 0.988) / 0.012) ** 2))
    warm = warm * (1 - 0.16 * np.clip(trim, 0, 1))[..., None]
    stage.put(warm.astype(np.float32), seen.mask, seen.left, seen.top)
    return stage.image()


def _lamp_base(stage: Stage, way: Colourway, seed: int) -> float:
    """Stands a glazed base on the table; returns the height at which its shade ends."""
    thrown, grow = (FORMS["moon"], 0.82) if seed % 2 else (FORMS["bottle"], 0.66)
    base = Form(
        tuple((share, radius * 0.62) for share, radius in thrown.outline), thrown.height * grow, 0.15, 6
    )
    stand(stage, base, 530, FOOT)
    stage.shadow([(522, 600), (538, 600), (538, 760), (522, 760)], 2, 0.7)
    cover = glaze(("drift", "speckle", "dip", "facet")[seed % 4], way, seed)
    place(stage, base, 530, FOOT, cover, GLOSS, way.inks[4])
    stage.glow((530, FOOT - base.height * 0.4), 420, 0.16, (255, 226, 178))
    return FOOT - base.height - 36


def _hollow(stage: Stage, form: Form, foot: float) -> None:
    radius, tilt = form.outline[0][1], form.tilt
    angles = np.linspace(0, np.pi * 2, 60)
    top = foot - form.height
    ring = [(530 + radius * np.cos(a), top + radius * tilt * np.sin(a)) for a in angles]
    stage.shadow(ring, 1.0, 0.25, (120, 80, 40))
    stage.glow((530, top + 4), radius * 0.75, 0.55, (255, 240, 205))


def candlestick(width: int, way: Colourway, kind: str, seed: int) -> Image.Image:
    """A pair of candlesticks with their candles in."""
    stage = Stage(width, table_set(width, way.wall))
    stage.gobo(260, 0.05)
    wax = mix(way.inks[3], (252, 244, 230), 0.35)
    for centre, foot, grow in ((390.0, FOOT - 70, 1.25), (660.0, FOOT - 6, 0.86)):
        base = FORMS["candle"]
        form = Form(base.outline, base.height * grow, base.tilt, base.lip)
        stand(stage, form, centre, foot)
        place(stage, form, centre, foot, glaze(kind, way, seed), GLOSS, way.inks[1])
        taper = Form(((0, 20), (0.02, 24), (1, 28)), 390, 0.2, 3)
        place(
            stage,
            taper,
            centre,
            foot - form.height + 8,
            lambda seen: np.broadcast_to(np.asarray(wax, np.float32), (*seen.rise.shape, 3)).astype(
                np.float32
            ),
            0.15,
            wax,
        )
        stage.shadow(
            [
                (centre - 1.5, foot - form.height - 412),
                (centre + 2, foot - form.height - 412),
                (centre + 1.5, foot - form.height - 378),
                (centre - 1.5, foot - form.height - 378),
            ],
            0.8,
            0.9,
        )
    return stage.image()


__all__ = ["FORMS", "candlestick", "glass", "lamp", "mouth", "plate", "vessel"]
