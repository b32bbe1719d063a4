"""The wide pictures: the home page's hero and the card that social sites show. Many things on one table."""

from __future__ import annotations

import numpy as np
from PIL import Image

from dev.catalogue.draw import designs
from dev.catalogue.draw.art import art
from dev.catalogue.draw.glazes import glaze, printed
from dev.catalogue.draw.palette import COLOURWAYS
from dev.catalogue.draw.paper import hang
from dev.catalogue.draw.raster import Rgb, mix, ramp
from dev.catalogue.draw.studio import Stage, wall_set
from dev.catalogue.draw.textiles import lean_cushion, stack
from dev.catalogue.draw.turned import GLOSS, SATIN, place, stand
from dev.catalogue.draw.vessels import FORMS

WALL: Rgb = (222, 196, 172)
TABLE_Y = 850.0
"""Where the wall ends and the table begins, in units of a 1920 by 1080 picture."""


def hero(width: int) -> Image.Image:
    """The hero, 16:9. Its left third is left calm, for words."""
    height, scale = width * 9 // 16, width / 1920
    samples = wall_set(width, WALL)[:height].copy()
    y = np.linspace(0, 1080, height, dtype=np.float32)[:, None]
    top = np.asarray(mix(WALL, (255, 248, 238), 0.45), np.float32)
    share = ramp(TABLE_Y - 4, TABLE_Y + 5, y)[..., None]
    samples *= (1 - 0.08 * np.exp(-(((y - TABLE_Y) / 30) ** 2)))[..., None]
    samples += (top - samples) * share
    stage = Stage(width, samples, scale)
    stage.gobo(420, 0.12, 120)
    stage.gobo(420, 0.05, 1100)
    _walls(stage)
    _table(stage)
    return stage.image()


def _tile(repeat: str, way: str) -> Image.Image:
    return designs.tile(repeat, 7, COLOURWAYS[way])


def _walls(stage: Stage) -> None:
    hang(stage, art("hills", 4, COLOURWAYS["clay"]), "oak", (800, 96), 400)
    hang(stage, art("cutouts", 8, COLOURWAYS["fern"]), "black", (1255, 150), 270)


def _table(stage: Stage) -> None:
    lean_cushion(stage, COLOURWAYS["ink"], _tile("scallops", "ink"), (1655, 925), (235, 228), 2)
    lean_cushion(stage, COLOURWAYS["marigold"], _tile("citrus", "marigold"), (1478, 975), (200, 148), 5)
    tiles = [
        _tile(*pair)
        for pair in (("ikat", "rosewood"), ("ticking", "ink"), ("meadow", "clay"), ("gingham", "fern"))
    ]
    stack(stage, tiles, (1000, 985), 400, 52, 3)
    pots = (
        ("amphora", 0.58, 640, 930, "drift", "seaglass"),
        ("bud", 0.5, 770, 985, "dip", "clay"),
        ("deepbowl", 0.44, 1310, 1015, "speckle", "oat"),
    )
    for shape, size, centre, foot, kind, way in pots:
        form = FORMS[shape].grown(size)
        stand(stage, form, centre, foot)
        place(
            stage,
            form,
            centre,
            foot,
            glaze(kind, COLOURWAYS[way], 2),
            SATIN if kind == "speckle" else GLOSS,
            COLOURWAYS[way].inks[1 if kind == "dip" else 5],
        )
    vase = FORMS["cylinder"].grown(0.42)
    stand(stage, vase, 1015, 985 - 215)
    cover = printed(_tile("olives", "olive"), 150 * stage.scale, 63 * stage.scale, (246, 240, 226))
    place(stage, vase, 1015, 985 - 215, cover, GLOSS, (246, 240, 226))


def social(width: int) -> Image.Image:
    """The Open Graph card, 1200 by 630 in proportion: the busy two thirds of the hero."""
    wide = hero(1920)
    cut = wide.crop((480, 60, 1920, 60 + 756))
    return cut.resize((width, width * 630 // 1200), Image.Resampling.LANCZOS)
