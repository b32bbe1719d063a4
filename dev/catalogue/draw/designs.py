"""The drawing office: every repeat by name, drawn once per process and coloured as often as needed."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from dev.catalogue.draw import botanical, geometric, organic

if TYPE_CHECKING:
    from collections.abc import Callable

    from dev.catalogue.draw.palette import Colourway
    from dev.catalogue.draw.raster import Bytes

REPEATS: Final[dict[str, Callable[[Random], Bytes]]] = {
    function.__name__: function
    for function in (
        geometric.scallops,
        geometric.awning,
        geometric.ticking,
        geometric.gingham,
        geometric.windowpane,
        geometric.chequer,
        geometric.truchet,
        geometric.half_moons,
        geometric.blocks,
        geometric.chevron,
        geometric.harlequin,
        geometric.trellis,
        geometric.herringbone,
        geometric.arches,
        geometric.dashes,
        organic.marbling,
        organic.tide_lines,
        organic.terrazzo,
        organic.ikat,
        organic.pebbles,
        organic.spots,
        organic.reeds,
        organic.brushwork,
        organic.ripple,
        botanical.sprigs,
        botanical.ferns,
        botanical.vine,
        botanical.meadow,
        botanical.tulips,
        botanical.citrus,
        botanical.birds,
        botanical.seedheads,
        botanical.olives,
        botanical.mushrooms,
    )
}


@lru_cache(maxsize=4)
def index_tile(repeat: str, seed: int) -> Bytes:
    """The seamless index tile of a repeat. Raises KeyError for a repeat that does not exist."""
    return REPEATS[repeat](Random(seed))


@lru_cache(maxsize=6)
def tile(repeat: str, seed: int, way: Colourway) -> Image.Image:
    """The repeat in one colourway, antialiased: half the index tile's edge."""
    return coloured(index_tile(repeat, seed), way)


def coloured(index: Bytes, way: Colourway) -> Image.Image:
    """Index samples as RGB at half their size, by averaging two by two."""
    image = Image.fromarray(index)
    image.putpalette([sample for ink in way.inks for sample in ink])
    return image.convert("RGB").reduce(2)


def plain(way: Colourway, ink: int) -> Image.Image:
    """A tile of one ink only."""
    return Image.fromarray(np.full((8, 8, 3), way.inks[ink], np.uint8))
