"""The shop's shelves: eight departments, twenty categories below them, each with a line of text and a tile picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dev.catalogue.draw.scene import WIDTHS_SMALL, Picture


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category and the picture on its tile. `parent` is the id of its department, empty for departments."""

    id: str
    name: str
    parent: str
    text: str
    picture: Picture


def _s(id_: str, name: str, parent: str, text: str, subject: str, way: str, surface: str, shape: str = "",
       seed: int = 5) -> Shelf:
    return Shelf(id_, name, parent, text, Picture(subject, way, surface, seed, shape, WIDTHS_SMALL))


SHELVES: Final[tuple[Shelf, ...]] = (
    _s("walls", "Walls", "", "Wallpaper by the roll and prints by the frame.", "wallpaper", "forest", "repeat:ferns", seed=4),
    _s("wallpaper", "Wallpaper", "walls", "Paste-the-wall papers on a matt, heavyweight stock. Order a sample first.",
       "wallpaper", "clay", "repeat:arches", seed=3),
    _s("art-prints", "Art prints", "walls", "Pigment prints on cotton paper, framed in our workshop or rolled in a tube.",
       "print", "marigold", "art:bauhaus", "walnut", 25),
    _s("cushions-and-throws", "Cushions & throws", "", "Something to lean on and something to pull over you.",
       "cushion", "clay", "repeat:birds", seed=2),
    _s("cushions", "Cushions", "cushions-and-throws", "Piped edges, hidden zips, feather pads that keep their shape.",
       "cushion", "seaglass", "repeat:truchet", seed=3),
    _s("throws", "Throws", "cushions-and-throws", "Lambswool, woven double so that both sides are the right side.",
       "throw", "rosewood", "repeat:windowpane"),
    _s("linen-and-cloth", "Linen & cloth", "", "For the table, the sink and the sewing machine.", "fabric", "ink",
       "repeat:tulips"),
    _s("tea-towels", "Tea towels", "linen-and-cloth", "Half linen, half cotton: they dry, and go on drying.", "towel",
       "clay", "repeat:gingham", seed=2),
    _s("napkins", "Napkins", "linen-and-cloth", "Stonewashed linen with a mitred hem, by fours and eights.", "napkins",
       "olive", "repeat:olives"),
    _s("fabric", "Fabric by the metre", "linen-and-cloth", "For curtains, covers and whatever you are making.", "fabric",
       "blush", "repeat:meadow"),
    _s("rugs-and-runners", "Rugs & runners", "", "Flat-woven wool, reversible, made to be walked on.", "rug", "ink",
       "repeat:chevron"),
    _s("rugs", "Rugs", "rugs-and-runners", "Hand-knotted fringes and a border drawn for each pattern.", "rug", "clay",
       "repeat:ikat"),
    _s("runners", "Runners", "rugs-and-runners", "For halls, stairs and the cold side of the bed.", "rug", "fern",
       "repeat:truchet", "runner"),
    _s("tableware", "Tableware", "", "Stoneware, porcelain and glass for every day.", "vessel", "sky", "glaze:dip", "deepbowl"),
    _s("mugs-and-cups", "Mugs & cups", "tableware", "A thick rim or a thin one; there are two schools.", "vessel", "clay",
       "repeat:scallops", "mug"),
    _s("plates-and-bowls", "Plates & bowls", "tableware", "Thrown, glazed and fired in small batches.", "plate", "ink",
       "repeat:birds"),
    _s("glassware", "Glassware", "tableware", "Mouth-blown, tinted in the melt, dishwasher-safe all the same.", "glass",
       "seaglass", "glaze:fluted", "tumbler"),
    _s("trays", "Trays", "tableware", "Birch ply under a printed, heatproof surface.", "tray", "fern", "repeat:citrus"),
    _s("vases-and-vessels", "Vases & vessels", "", "Things to put things in.", "vessel", "plum", "glaze:drift", "moon"),
    _s("vases", "Vases", "vases-and-vessels", "From one stem to an armful.", "vessel", "fern", "glaze:bands", "amphora"),
    _s("planters", "Planters", "vases-and-vessels", "With a drainage hole and a saucer, as plants prefer.", "vessel",
       "clay", "glaze:speckle", "planter"),
    _s("candlesticks", "Candlesticks", "vases-and-vessels", "In pairs of unequal height, as they should be.",
       "candlestick", "ink", "glaze:drift"),
    _s("lighting", "Lighting", "", "Shades that make a pattern of the light as well.", "lamp", "rosewood", "repeat:sprigs",
       "table", 2),
    _s("lampshades", "Lampshades", "lighting", "Drums and cones, hand-rolled in our workshop.", "lamp", "olive",
       "repeat:vine", "drum"),
    _s("table-lamps", "Table lamps", "lighting", "A thrown base, a printed shade, a fabric flex.", "lamp", "sky",
       "repeat:dashes", "table", 3),
    _s("paper-and-cards", "Paper & cards", "", "For writing in, writing on and wrapping up.", "notebook", "fern",
       "repeat:half_moons"),
    _s("notebooks", "Notebooks", "paper-and-cards", "Sewn so that they lie flat, bound in our own papers.", "notebook",
       "ink", "repeat:marbling", seed=4),
    _s("greeting-cards", "Greeting cards", "paper-and-cards", "Blank inside, on board that stands up by itself.", "card",
       "fern", "art:specimen", "", 18),
    _s("gift-wrap", "Gift wrap", "paper-and-cards", "Uncoated and unlaminated, so it can all be recycled.", "parcel",
       "rosewood", "repeat:tulips"),
)
