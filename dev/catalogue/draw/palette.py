"""Sixteen colourways: six inks each, the tint of the studio wall behind them, and a facet colour.

Inks by position: 0 ground, 1 main, 2 second, 3 accent, 4 deep, 5 pale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dev.catalogue.draw.raster import Rgb, rgb


@dataclass(frozen=True, slots=True)
class Colourway:
    """One way to colour a design; `family` is the value of the colour facet."""

    slug: str
    name: str
    family: str
    inks: tuple[Rgb, Rgb, Rgb, Rgb, Rgb, Rgb]
    wall: Rgb


def _way(slug: str, name: str, family: str, inks: str, wall: str) -> Colourway:
    ground, main, second, accent, deep, pale = (rgb(code) for code in inks.split())
    return Colourway(slug, name, family, (ground, main, second, accent, deep, pale), rgb(wall))


COLOURWAYS: Final[dict[str, Colourway]] = {
    way.slug: way
    for way in (
        _way("ink", "Ink", "Blue", "#f1ebdf #24375c #6f8bb0 #c9764f #16223d #dcd6c9", "#d3dae1"),
        _way("oat", "Oat", "Neutral", "#efe6d6 #b79c78 #d3bf9f #8a6f52 #5f4b38 #f8f3e8", "#e3d8c8"),
        _way("fern", "Fern", "Green", "#f0ecdc #4f6f4a #9bae80 #d8a24a #2c4230 #dfe3c8", "#d3dbc8"),
        _way("clay", "Clay", "Terracotta", "#f5e7d8 #b9583a #dc9a74 #3f5a5c #6e2f22 #f0cdb2", "#ecd4c0"),
        _way("marigold", "Marigold", "Yellow", "#f8eccb #dc9a26 #edc469 #a8482f #6b4a16 #fff7e2", "#efdfb8"),
        _way("rosewood", "Rosewood", "Red", "#f3e2d9 #8c2f3c #c9737a #d9a15c #521b27 #e9c3bb", "#e8d0c8"),
        _way("seaglass", "Seaglass", "Green", "#eaf0e8 #5f9c92 #a8cfc2 #e0a184 #2b5a58 #f7f4ea", "#cfe0d9"),
        _way("plum", "Plum", "Purple", "#efe6e6 #5f3658 #a57f9f #d99a6b #38203a #d9c6d2", "#dcd0da"),
        _way("charcoal", "Charcoal", "Black", "#ece8e1 #33363a #84868a #c6903f #1c1e21 #cfccc5", "#d8d6d0"),
        _way("sky", "Sky", "Blue", "#f5f1e6 #6fa3c4 #b6d3e0 #e7b04e #2f5f80 #e4eef0", "#cfdfe8"),
        _way("olive", "Olive", "Green", "#f1ebd6 #7a7a3a #b5b172 #b9603a #45461f #e2dcb6", "#dedbbf"),
        _way("blush", "Blush", "Pink", "#fbeee6 #dd9a92 #efc5b8 #7d8f6a #9c5450 #fff8f2", "#f0d8cc"),
        _way("midnight", "Midnight", "Blue", "#1d2a44 #d9c9a3 #56759c #c98a4e #0f1830 #f2e8cf", "#c9d0db"),
        _way("forest", "Forest", "Green", "#22382f #c7cf9f #6f9a78 #d7935a #14241e #efe9cc", "#c8d2c4"),
        _way("brick", "Brick", "Terracotta", "#a8482f #f3dfc4 #e0a074 #f0c873 #5f2418 #fbf0df", "#eccfb9"),
        _way("slate", "Slate", "Grey", "#e6e8e8 #56666f #9caab0 #d3a06a #2f3a41 #f5f5f1", "#d2d8da"),
    )
}
