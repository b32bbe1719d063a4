"""Paper goods and walls: framed prints, papered rooms, notebooks, cards, wrapped parcels."""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw

from dev.catalogue.draw.canvas import ellipse
from dev.catalogue.draw.glazes import glaze, printed
from dev.catalogue.draw.raster import Floats, Point, Rgb, array, luminance, mix, ramp, tiled
from dev.catalogue.draw.studio import Stage, box, table_set, tooth, wall_set
from dev.catalogue.draw.turned import GLOSS, Form, place, see, shaded, stand
from dev.catalogue.draw.vessels import FORMS

if TYPE_CHECKING:
    from dev.catalogue.draw.palette import Colourway

FRAMES: Final[dict[str, Rgb]] = {
    "oak": (196, 158, 112),
    "black": (42, 40, 39),
    "white": (240, 237, 231),
    "walnut": (110, 74, 52),
}


DARK_GROUND: Final = 0.35
"""Papers darker than this get a pale vase, so that it stands out."""


def framed(width: int, way: Colourway, art: Image.Image, frame: str = "oak") -> Image.Image:
    """A print behind a mat in a slim frame, hung where the window light reaches it. `art` is 4:5."""
    stage = Stage(width, wall_set(width, way.wall))
    stage.gobo(300, 0.1)
    hang(stage, art, frame, (148, 150), 784)
    return stage.image()


def hang(stage: Stage, art: Image.Image, frame: str, corner: Point, wide: float) -> None:
    """Hangs a framed print, `wide` units across, with its upper left corner at `corner`."""
    left, top, high = *corner, wide * 1.25
    stage.shadow(box(left + 34, top + 44, left + wide + 40, top + high + 56), 38, 0.36)
    stage.shadow(box(left + 5, top + 8, left + wide + 9, top + high + 13), 8, 0.42)
    scale = stage.scale
    cols, rows = round(wide * scale), round(high * scale)
    image = Image.new("RGB", (cols, rows), FRAMES[frame])
    data = array(image)
    edge = wide * 0.034 * scale
    x = np.minimum(np.arange(cols), np.arange(cols)[::-1])[None, :].astype(np.float32)
    y = np.minimum(np.arange(rows), np.arange(rows)[::-1])[:, None].astype(np.float32)
    grain = tooth(cols, rows, 0.03)
    lying = np.where(y < x, 1.0, 0.93)
    lower = np.where((y < x) & (np.arange(rows)[:, None] > rows / 2), 0.86, 1.0)
    data *= (grain * lying * lower)[..., None]
    data *= (1 + 0.16 * np.exp(-((np.minimum(x, y) / (2.2 * scale)) ** 2)))[..., None]
    mat = np.minimum(x, y) >= edge
    inner = np.asarray((250, 247, 240), np.float32) * tooth(cols, rows, 0.006)[..., None]
    data = np.where(mat[..., None], inner, data)
    _print_in(data, art, wide * 0.118 * scale)
    _recess(data, edge, wide * 0.016 * scale)
    stage.put(
        data.astype(np.float32), np.ones((rows, cols), np.float32), round(left * scale), round(top * scale)
    )
    rim = wide * 0.034
    _glazing(stage, left + rim, top + rim, wide - 2 * rim, high - 2 * rim)


def _print_in(data: Floats, art: Image.Image, margin: float) -> None:
    rows, cols = data.shape[:2]
    at = round(margin)
    size = (cols - 2 * at, rows - 2 * at)
    ink = (
        array(art.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
        * tooth(size[0], size[1], 0.012)[..., None]
    )
    bevel = max(2, round(at * 0.05))
    data[at - bevel : rows - at + bevel, at - bevel : cols - at + bevel] = (228, 223, 213)
    data[at : rows - at, at : cols - at] = ink


def _recess(data: Floats, edge: float, soft: float) -> None:
    rows, cols = data.shape[:2]
    x = np.arange(cols, dtype=np.float32)[None, :] - edge
    y = np.arange(rows, dtype=np.float32)[:, None] - edge
    inside = (x >= 0) & (y >= 0) & (x < cols - 2 * edge) & (y < rows - 2 * edge)
    dark = 1 - 0.3 * np.exp(-np.maximum(np.minimum(x, y * 1.2), 0) / soft)
    data *= np.where(inside, dark, 1.0)[..., None]


def _glazing(stage: Stage, left: float, top: float, wide: float, high: float) -> None:
    scale = stage.scale
    cols, rows = round(wide * scale), round(high * scale)
    x = np.linspace(0, 1, cols, dtype=np.float32)[None, :]
    y = np.linspace(0, 1.25, rows, dtype=np.float32)[:, None]
    lean = x * 0.8 + y * 0.55
    sheen = 0.075 * ramp(0.18, 0.2, lean) * (1 - ramp(0.52, 0.54, lean)) + 0.04 * ramp(0.6, 0.62, lean) * (
        1 - ramp(0.7, 0.72, lean)
    )
    white = np.full((rows, cols, 3), 255, np.float32)
    stage.put(white, sheen.astype(np.float32), round(left * scale), round(top * scale))


def papered(width: int, way: Colourway, tile: Image.Image, *, seed: int = 1) -> Image.Image:
    """A papered wall above a painted dado; on its ledge a roll of the paper and a vase in the same inks."""
    stage = Stage(width, np.zeros((width * 5 // 4, width, 3), np.float32))
    scale = stage.scale
    ledge = 1064.0
    wall = array(tiled(tile, stage.width, stage.height, 432 * scale))
    light = wall_set(width, (240, 240, 240))[..., :1] / 240
    stage.samples[:] = wall * light
    _dado(stage, way, ledge)
    stage.gobo(280, 0.14)
    stage.shadow(box(0, ledge + 26, 1080, ledge + 50), 12, 0.45)
    form = FORMS["tulip" if seed % 2 else "moon"]
    small = form.grown(0.62 if seed % 2 else 0.6)
    stand(stage, small, 800, ledge + 6, 0.8)
    dark = luminance(way.inks[0]) < DARK_GROUND
    kind = ("bands", "speckle")[seed % 2] if dark else ("drift", "dip", "facet")[seed % 3]
    stage.shadow(ellipse(825, ledge - small.height * 0.48, 165, small.height * 0.5), 30, 0.42)
    stage.shadow(ellipse(322, ledge - 225, 72, 240), 22, 0.42)
    place(stage, small, 800, ledge + 6, glaze(kind, way, seed), GLOSS, way.inks[1])
    _roll(stage, way, tile, 300, ledge + 8)
    return stage.image()


def _dado(stage: Stage, way: Colourway, ledge: float) -> None:
    scale = stage.scale
    paint = np.asarray(
        mix(way.inks[1], (236, 230, 218), 0.28 if luminance(way.inks[1]) < 0.45 else 0.1), np.float32
    )
    top = round((ledge - 14) * scale)
    y = (np.arange(top, stage.height, dtype=np.float32) / scale - ledge)[:, None]
    x = np.linspace(0, 1, stage.width, dtype=np.float32)[None, :]
    light = 0.9 + 0.22 * np.exp(-(((y + 9) / 7) ** 2)) - 0.24 * np.exp(-(((y - 30) / 5) ** 2))
    light += 0.13 * np.exp(-(((y - 12) / 9) ** 2)) - 0.12 * ramp(40, 60, y) * (1 - ramp(60, 110, y))
    board = np.abs((x * 9) % 1 - 0.5) * 120
    groove = 1 - 0.2 * np.exp(-((board / 2.0) ** 2)) + 0.06 * np.exp(-(((board - 3) / 2.0) ** 2))
    panel = np.where(y > 40, groove, 1.0)
    stage.samples[top:] = paint * (light * panel * (1.03 - 0.1 * x))[..., None]


def _roll(stage: Stage, way: Colourway, tile: Image.Image, centre: float, foot: float) -> None:
    form = Form(((0, 62), (0.5, 62), (1, 62)), 470, 0.2, 40)
    stand(stage, form, centre, foot, 0.9)
    seen = see(stage, form, centre, foot)
    paint = printed(tile, 330 * stage.scale, 62 * stage.scale * 1.3)
    colour = paint(seen) * 0.97
    wrapper = (ramp(0.4, 0.404, seen.rise) * (1 - ramp(0.62, 0.624, seen.rise)))[..., None]
    colour += (np.asarray((246, 240, 228), np.float32) - colour) * wrapper
    rule = np.exp(-(((np.abs(seen.rise - 0.512) - 0.085) / 0.005) ** 2))[..., None]
    colour += (np.asarray(way.inks[4], np.float32) - colour) * rule
    stage.put(shaded(colour, seen, 0.1), seen.mask, seen.left, seen.top)
    steps = np.linspace(0, math.tau, 50)
    cx, cy = centre, foot - form.height
    for radius, tone in ((62, 1.0), (56, 0.86), (50, 0.97), (43, 0.82), (36, 0.94), (28, 0.4)):
        ring: list[Point] = [(cx + radius * math.cos(a), cy + radius * 0.2 * math.sin(a)) for a in steps]
        red, green, blue = (int(v * tone) for v in mix(way.inks[5], (250, 246, 238), 0.5))
        _flat(stage, ring, (red, green, blue))


def _flat(stage: Stage, points: list[Point], ink: Rgb) -> None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = math.floor(min(xs) * stage.scale) - 1, math.floor(min(ys) * stage.scale) - 1
    cols = math.ceil(max(xs) * stage.scale) - left + 2
    rows = math.ceil(max(ys) * stage.scale) - top + 2
    canvas = Image.new("L", (cols * 3, rows * 3))
    ImageDraw.Draw(canvas).polygon(
        [((x * stage.scale - left) * 3, (y * stage.scale - top) * 3) for x, y in points], fill=255
    )
    mask = array(canvas.reduce(3)) / 255
    stage.put(np.broadcast_to(np.asarray(ink, np.float32), (rows, cols, 3)), mask, left, top)


def _lay(stage: Stage, sheet: Image.Image, centre: Point, turn: float, lift: float) -> None:
    """Lays a flat sheet (RGB, pixels) on the table, rotated by `turn` degrees, `lift` units above it."""
    rgba = sheet.convert("RGBA")
    padded = Image.new("RGBA", (rgba.width + 4, rgba.height + 4))
    padded.paste(rgba, (2, 2))
    turned = padded.rotate(turn, Image.Resampling.BICUBIC, expand=True)
    data = array(turned)
    alpha = data[..., 3:] / 255
    colour = data[..., :3]
    left = centre[0] * stage.scale - turned.width / 2
    top = centre[1] * stage.scale - turned.height / 2
    stage.shade_under(alpha[..., 0], (left, top), (lift * 1.0, lift * 1.4), lift * 1.2 + 3, 0.4)
    stage.shade_under(alpha[..., 0], (left, top), (3, 5), 4, 0.4)
    stage.put(colour, alpha[..., 0], round(left), round(top))


def notebook(width: int, way: Colourway, tile: Image.Image, *, seed: int = 1) -> Image.Image:
    """Two notebooks from above, one in the print, one plain beneath it: cloth spine, elastic, label."""
    stage = Stage(width, wall_set(width, way.wall))
    stage.gobo(330, 0.1)
    scale = stage.scale
    cols, rows = int(600 * scale), int(830 * scale)
    spine = way.inks[4] if luminance(way.inks[0]) > 0.5 else way.inks[3]
    under = Image.new("RGB", (cols, rows), way.inks[3] if seed % 2 else way.inks[2])
    _binding(under, spine, scale, label=False)
    _lay(stage, under, (585, 690), -9, 16)
    cover = tiled(tile, cols, rows, 420 * scale)
    _binding(cover, spine, scale, label=True)
    _lay(stage, cover, (505, 655), 4, 22)
    return stage.image()


def _binding(cover: Image.Image, spine: Rgb, scale: float, *, label: bool) -> None:
    cols, rows = cover.size
    draw = ImageDraw.Draw(cover)
    draw.rectangle((0, 0, int(86 * scale), rows), fill=spine)
    if label:
        left, top, right, bottom = (round(v * scale) for v in (210, 150, 470, 300))
        inset = round(7 * scale)
        draw.rectangle((left, top, right, bottom), fill=(249, 245, 236))
        draw.rectangle(
            (left + inset, top + inset, right - inset, bottom - inset),
            outline=spine,
            width=max(1, round(2 * scale)),
        )
        for line in (205, 238, 271):
            draw.line(
                (left + 30 * scale, (line - 6) * scale, right - 30 * scale, (line - 6) * scale),
                fill=(196, 188, 176),
                width=max(1, round(1.6 * scale)),
            )
    x = np.arange(cols, dtype=np.float32)[None, :] / scale
    y = np.arange(rows, dtype=np.float32)[:, None] / scale
    light = 1.03 - 0.06 * x / 600 - 0.05 * y / 830
    light = light * (1 - 0.2 * np.exp(-(((x - 88) / 4) ** 2)) + 0.1 * np.exp(-(((x - 20) / 16) ** 2)))
    light *= 1 - 0.12 * np.exp(-((np.minimum(600 - x, 830 - y) / 5) ** 2))
    band = np.clip(10 - np.abs(x - 534), 0, 1)
    light = light * tooth(cols, rows, 0.014)
    data = array(cover) * light[..., None]
    rubber = np.asarray(spine, np.float32) * (0.9 + 0.25 * np.exp(-(((x - 530) / 4) ** 2)))[..., None]
    data += (rubber - data) * (band + 0 * y)[..., None]
    cover.paste(Image.fromarray(np.clip(data, 0, 255).astype(np.uint8)))


def card(width: int, way: Colourway, art: Image.Image) -> Image.Image:
    """A greeting card on its envelope, from above. `art` is 4:5."""
    stage = Stage(width, wall_set(width, way.wall))
    stage.gobo(320, 0.1)
    scale = stage.scale
    cols, rows = int(800 * scale), int(600 * scale)
    kraft = mix(way.inks[3], (232, 220, 200), 0.45)
    envelope = Image.new("RGB", (cols, rows), kraft)
    draw = ImageDraw.Draw(envelope)
    shade = mix(kraft, (60, 44, 34), 0.16)
    draw.polygon([(0, 0), (cols, 0), (cols / 2, rows * 0.56)], fill=mix(kraft, (255, 250, 240), 0.18))
    draw.line([(0, 0), (cols / 2, rows * 0.56), (cols, 0)], fill=shade, width=max(2, round(3 * scale)))
    _lay(stage, envelope.rotate(90, expand=True), (610, 700), -14, 10)
    edge = round(30 * scale)
    face = Image.new("RGB", (int(640 * scale), int(800 * scale)), (251, 248, 242))
    face.paste(
        art.resize(
            (face.width - 2 * edge, face.height - 2 * edge), Image.Resampling.LANCZOS, reducing_gap=2.0
        ),
        (edge, edge),
    )
    _lay(stage, face, (500, 640), 5, 20)
    return stage.image()


def parcel(width: int, way: Colourway, tile: Image.Image) -> Image.Image:
    """A parcel wrapped in the paper and tied with a ribbon and a bow, its lid seen from a little above."""
    stage = Stage(width, table_set(width, way.wall, 0.9))
    stage.gobo(260, 0.08)
    scale = stage.scale
    left, top, wide, high, deep = 196.0, 560.0, 690.0, 570.0, 150.0
    stage.shadow(
        [
            (left + 20, top + high - 40),
            (left + wide + 190, top + high - 40),
            (left + wide + 80, top + high + 26),
            (left, top + high + 18),
        ],
        30,
        0.45,
    )
    stage.shadow(box(left + 4, top + high - 8, left + wide, top + high + 4), 5, 0.55)
    cols, rows = round(wide * scale), round(high * scale)
    paper = array(tiled(tile, cols, rows, 400 * scale))
    x = np.linspace(0, 1, cols, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    light = (0.97 - 0.07 * x - 0.13 * y) * tooth(cols, rows, 0.012)
    stage.put(
        (paper * light[..., None]).astype(np.float32),
        np.ones((rows, cols), np.float32),
        round(left * scale),
        round(top * scale),
    )
    _lid(stage, tile, left, top, wide, deep)
    ribbon = max((way.inks[3], way.inks[4], way.inks[1]), key=lambda ink: max(ink) - min(ink))
    middle = left + wide * 0.5
    _flat(stage, box(middle - 23, top, middle + 23, top + high), mix(ribbon, (30, 20, 20), 0.06))
    _flat(stage, box(middle - 23, top, middle - 16, top + high), mix(ribbon, (255, 250, 240), 0.18))
    _flat(
        stage,
        [(middle - 23, top), (middle + 23, top), (middle + 20, top - deep), (middle - 20, top - deep)],
        mix(ribbon, (255, 250, 240), 0.12),
    )
    _bow(stage, middle, top - deep * 0.42, ribbon)
    return stage.image()


def _lid(stage: Stage, tile: Image.Image, left: float, top: float, wide: float, deep: float) -> None:
    scale = stage.scale
    cols, rows = round(wide * scale), round(deep * scale)
    inset = 70 * scale
    sheet = tiled(tile, round(cols + 2 * inset), rows * 3, 400 * scale)
    quad = (0, 0, inset, rows * 3, inset + cols, rows * 3, cols + 2 * inset, 0)
    flat = sheet.transform((cols, rows), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = np.linspace(0, cols, cols, dtype=np.float32)[None, :]
    cut = inset * (1 - y) * 0.78
    mask = np.clip(np.minimum(x - cut, cols - cut - x) + 0.5, 0, 1)
    stage.put(
        array(flat) * np.float32(1.07),
        mask.astype(np.float32),
        round(left * scale),
        round((top - deep) * scale),
    )


def _bow(stage: Stage, x: float, y: float, ink: Rgb) -> None:
    dark, light = mix(ink, (30, 20, 20), 0.28), mix(ink, (255, 250, 240), 0.2)
    stage.shadow([(x - 170, y + 24), (x + 190, y + 24), (x + 150, y + 62), (x - 130, y + 62)], 16, 0.4)
    for side in (-1, 1):
        tail = [
            (x, y),
            (x + side * 60, y + 40),
            (x + side * 120, y + 150),
            (x + side * 92, y + 142),
            (x + side * 74, y + 164),
            (x + side * 30, y + 60),
        ]
        _flat(stage, tail, dark if side > 0 else mix(ink, (30, 20, 20), 0.14))
        loop: list[Point] = []
        for step in range(40):
            a = math.tau * step / 40
            reach = 96 * (1 - math.cos(a))
            loop.append((x + side * reach, y - 66 * math.sin(a) * (0.35 + 0.65 * reach / 192) - reach * 0.26))
        _flat(stage, loop, ink if side < 0 else mix(ink, (30, 20, 20), 0.1))
        hollow = [(x + side * (30 + (px - x) * side * 0.72), y + (py - y) * 0.52 - 14) for px, py in loop]
        _flat(stage, hollow, dark)
        lower = [(x + side * (24 + (px - x) * side * 0.78), y + (py - y) * 0.56 + 3) for px, py in loop]
        _flat(stage, lower, light if side < 0 else mix(ink, (255, 250, 240), 0.06))
    _flat(stage, box(x - 30, y - 32, x + 30, y + 26), ink)
    _flat(stage, box(x - 30, y - 32, x - 14, y + 26), light)
