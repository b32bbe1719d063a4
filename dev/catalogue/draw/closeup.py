"""Close-ups: cloth, paper, glaze or shade from a hand's breadth away, with a short depth of field."""


# ruff: noqa: PLR2004  a drawing is made of proportions, told in the order x, y, width, height

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from dev.catalogue.draw.glazes import glaze, printed
from dev.catalogue.draw.raster import Floats, array, mix, picture, ramp, sample
from dev.catalogue.draw.studio import Stage, lit, table_set, tooth, weave
from dev.catalogue.draw.turned import GLOSS, SATIN, place
from dev.catalogue.draw.vessels import FORMS

if TYPE_CHECKING:
    from dev.catalogue.draw.palette import Colourway


def _grid(width: int) -> tuple[Floats, Floats]:
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1.25, width * 5 // 4, dtype=np.float32)[:, None]
    return x, y


def _focused(samples: Floats, sharp_from: float) -> Image.Image:
    image = picture(samples)
    width, height = image.size
    soft = (
        image.reduce(3)
        .filter(ImageFilter.GaussianBlur(width / 300))
        .resize(image.size, Image.Resampling.BICUBIC)
    )
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    share = 1 - ramp(sharp_from - 0.3, sharp_from, y)
    mask = Image.fromarray((share * 255).astype(np.uint8))
    return Image.composite(soft, image, mask)


def cloth(width: int, tile: Image.Image, *, coarse: bool = False) -> Image.Image:
    """Cloth lying in two soft folds, its threads to be seen; `coarse` for wool and rugs."""
    x, y = _grid(width)
    ridge = np.sin((x * 0.9 + y * 0.55) * 5.2 + 0.6) * 0.6 + np.sin((x * 0.5 - y * 0.2) * 9 + 1) * 0.16
    far = 1 + 0.5 * (1.25 - y) / 1.25
    reach = tile.width * 0.62
    cos, sin = np.cos(0.22), np.sin(0.22)
    u, v = (x - 0.5) * far + 0.012 * ridge, y * far * 1.08 + 0.02 * ridge
    colour = sample(
        np.asarray(tile),
        ((u * cos - v * sin) * reach).astype(np.float32),
        ((u * sin + v * cos) * reach).astype(np.float32),
    )
    slope_y, slope_x = np.gradient(ridge * width * 0.055)
    length = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    light = lit(-slope_x * length, -slope_y * length, length, 0.5)
    rows, cols = light.shape
    pitch = width / (95 if coarse else 190)
    colour *= (light * weave(cols, rows, pitch, 0.16 if coarse else 0.09))[..., None]
    return _focused(colour, 0.42)


def sheet(width: int, flat: Image.Image) -> Image.Image:
    """Printed paper seen along its surface, the far edge out of focus."""
    x, y = _grid(width)
    far = 1 + 0.7 * (1.25 - y) / 1.25
    reach = flat.width * 0.56
    u, v = (x - 0.5) * far + 0.5 + 0.12 * y, (y - 0.2) * far
    colour = sample(
        np.asarray(flat),
        (u * reach + flat.width * 0.2).astype(np.float32),
        (v * reach + flat.height * 0.3).astype(np.float32),
    )
    rows, cols = u.shape
    light = (1.05 - 0.1 * x - 0.06 * y) * tooth(cols, rows, 0.012)
    return _focused(colour * light[..., None], 0.45)


def rim(
    width: int, shape: str, way: Colourway, tile: Image.Image | None, kind: str, seed: int
) -> Image.Image:
    """The shoulder and rim of a pot, large in the frame."""
    stage = Stage(width, table_set(width, way.wall, 2.0))
    stage.gobo(260, 0.08)
    base = FORMS[shape]
    form = base.grown(1150 / base.height) if base.height > 500 else base.grown(2.3)
    body = mix(way.inks[5], (250, 246, 238), 0.35)
    lead = way.inks[1] if sum(way.inks[1]) < sum(way.inks[0]) else way.inks[0]
    girth = max(r for _, r in form.outline) * stage.scale
    cover = glaze(kind, way, seed) if tile is None else printed(tile, 640 * stage.scale, girth)
    inside = lead if tile is None and kind in {"dip", "facet"} else body
    top = 430
    place(
        stage,
        form,
        470,
        top + form.height,
        cover,
        GLOSS if kind != "speckle" or tile is not None else SATIN,
        inside,
    )
    return _shallow(stage.image())


def _shallow(image: Image.Image) -> Image.Image:
    data = array(image)
    return _focused(data, 0.3)
