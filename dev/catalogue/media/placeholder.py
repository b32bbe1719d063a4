"""A stand-in for a picture that cannot be had: a card with the product's name in a fitting colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw, ImageFont

from dev.catalogue.draw import designs
from dev.catalogue.draw.palette import COLOURWAYS, Colourway
from dev.catalogue.draw.raster import luminance, tiled
from dev.catalogue.draw.studio import Stage, box, wall_set
from dev.catalogue.naming import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTHS: Final = (360, 720)
FONT_ENDS: Final = "\u0250"
"""Pillow's own font has Latin letters up to here."""
VERSION: Final = "1"
"""Part of a placeholder's key: raise it when the drawing changes."""
REPEATS: Final = ("scallops", "trellis", "dashes", "sprigs", "terrazzo", "tide_lines", "half_moons", "reeds")
_COLOURS: Final = {
    "navy": "midnight",
    "indigo": "midnight",
    "blue": "ink",
    "denim": "ink",
    "sky": "sky",
    "aqua": "sky",
    "teal": "seaglass",
    "turquoise": "seaglass",
    "mint": "seaglass",
    "green": "fern",
    "khaki": "olive",
    "olive": "olive",
    "forest": "forest",
    "red": "rosewood",
    "burgundy": "rosewood",
    "wine": "rosewood",
    "orange": "clay",
    "terracotta": "clay",
    "rust": "clay",
    "yellow": "marigold",
    "gold": "marigold",
    "mustard": "marigold",
    "pink": "blush",
    "rose": "blush",
    "peach": "blush",
    "purple": "plum",
    "violet": "plum",
    "lilac": "plum",
    "black": "charcoal",
    "charcoal": "charcoal",
    "dark": "charcoal",
    "grey": "slate",
    "gray": "slate",
    "silver": "slate",
    "white": "oat",
    "cream": "oat",
    "beige": "oat",
    "ivory": "oat",
    "natural": "oat",
    "brown": "brick",
    "tan": "brick",
    "leather": "brick",
}


def colourway_of(texts: Iterable[str], title: str) -> Colourway:
    """The colourway that the words suggest; without such a word, one that the title always gets."""
    for text in texts:
        for word in text.lower().replace("-", " ").replace("/", " ").split():
            if word in _COLOURS:
                return COLOURWAYS[_COLOURS[word]]
    ways = list(COLOURWAYS.values())
    return ways[int(digest(title, 8), 16) % len(ways)]


def repeat_of(title: str) -> str:
    """The pattern on the card of this title."""
    return REPEATS[int(digest(title[::-1], 8), 16) % len(REPEATS)]


def draw(title: str, repeat: str, way: Colourway) -> Image.Image:
    """The card, 720 by 900 pixels. An empty title leaves its label blank."""
    stage = Stage(max(WIDTHS), wall_set(max(WIDTHS), way.wall))
    stage.gobo(300, 0.1)
    scale = stage.scale
    left, top, right, bottom = 210, 190, 870, 1120
    stage.shadow(box(left + 30, top + 44, right + 34, bottom + 52), 36, 0.34)
    stage.shadow(box(left + 3, top + 6, right + 5, bottom + 9), 6, 0.36)
    card = Image.new(
        "RGBA", (round((right - left) * scale), round((bottom - top) * scale)), (251, 248, 242, 255)
    )
    edge = round(34 * scale)
    swatch = tiled(designs.tile(repeat, 7, way), card.width - 2 * edge, round(card.height * 0.7), 300 * scale)
    card.paste(swatch, (edge, edge))
    ink = min((way.inks[1], way.inks[4], way.inks[0]), key=luminance)
    _label(card, title, edge, edge + swatch.height, ink)
    stage.put_image(card, left, top)
    return stage.image()


def _label(card: Image.Image, title: str, edge: int, top: int, ink: tuple[int, int, int]) -> None:
    draw_on = ImageDraw.Draw(card)
    draw_on.line((edge, top + edge, edge + card.width // 8, top + edge), fill=ink, width=3)
    size = 34
    font = ImageFont.load_default(size)
    lines = _wrapped(title, card.width - 2 * edge, font)
    for index, line in enumerate(lines):
        draw_on.text((edge, top + edge + 16 + index * (size + 6)), line, fill=ink, font=font)


def _wrapped(title: str, room: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> list[str]:
    """At most two lines; what does not fit ends in an ellipsis, what the font lacks is left out."""
    words = "".join(char for char in title if char.isprintable() and char < FONT_ENDS).split()
    lines: list[str] = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room:
            lines[-1] = longer
        elif len(lines) == 1:
            lines.append(word)
        else:
            lines[-1] += " …"
            break
    while font.getlength(lines[-1]) > room and len(lines[-1]) > 1:
        lines[-1] = lines[-1][:-2].rstrip() + "…"
    return lines
