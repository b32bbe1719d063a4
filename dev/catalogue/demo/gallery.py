"""The prints: one-off pictures with their titles, colourways, seeds and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Work:
    """A picture for the wall or a card. `art` and `seed` name the drawing, `subject` is its facet value."""

    title: str
    art: str
    way: str
    seed: int
    subject: str
    note: str


_SERIES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("hills", "Landscape",
     "Six layers of ink, each paler than the one before it, printed from the back of the valley to the front.",
     "First Light on the Tops clay|Oatfield, Late August oat|The Road to the Pass fern|Inland from the Estuary sky|"
     "Evening, Two Ridges Over plum"),
    ("sea", "Landscape",
     "The horizon was ruled once and never moved; everything below it was cut freehand, band by band.",
     "Low Tide, Evening ink|Moon over the Bar seaglass|Nobody on the Water slate|Red Sun, Flat Calm rosewood"),
    ("arches", "Architecture",
     "Doorways within doorways. The innermost is always the brightest, which is the whole idea.",
     "Cloister at Noon clay|Five Doors blush|The Way to the Garden fern|Night Porch midnight"),
    ("still_life", "Still life",
     "Pots from our own shelf, drawn flat as cut paper and arranged until they stopped quarrelling.",
     "Three Pots and a Branch ink|Kitchen Window, October clay|The Blue Bottle sky|Supper for Two olive|"
     "What the Garden Gave fern"),
    ("specimen", "Botanical",
     "One stem from the lane outside, pressed under a dictionary and drawn the size of life.",
     "Herbarium No. 3 rosewood|Herbarium No. 7 fern|Herbarium No. 12 ink|Herbarium No. 15 olive|Herbarium No. 21 clay"),
    ("cutouts", "Abstract",
     "Painted paper, blunt scissors, a pot of paste. The offcuts are as good as the fronds, so we kept those as well.",
     "Six Cuttings olive|Papers on the Floor blush|The Gardener's Alphabet seaglass|Six Cuttings, Warm clay"),
    ("orbits", "Abstract",
     "Two sets of rings, one a finger's width off centre. Where they cross, the eye draws a third that is not there.",
     "Interference I slate|Interference II ink|Interference III rosewood"),
    ("bauhaus", "Geometric",
     "Quarter circles, half circles and bars on a grid of twenty squares, dealt like cards until the hand was a good one.",
     "Twenty Squares, Amber marigold|Twenty Squares, Harbour ink|Twenty Squares, Brickfield clay|Twenty Squares, Moss olive"),
    ("moons", "Night sky",
     "Nine nights of one month, with every star put in by hand. It took rather longer than a month.",
     "Nine Nights sky|Nine Nights, Winter midnight|Nine Nights, Plum plum"),
    ("currents", "Abstract",
     "Four hundred and thirty lines laid down beside each other, each following the one slow current.",
     "Comb brick|Undertow ink|Barley oat|Where the River Turns seaglass"),
    ("stones", "Still life",
     "Six beach stones, balanced for exactly as long as it took to draw them.",
     "Cairn clay|Cairn at Dusk plum|Six Stones, Calm slate"),
)
_MOTIFS: Final[tuple[tuple[str, str, str, str, int], ...]] = (
    ("Slipstream Sheet No. 1", "motif:marbling", "ink", "Abstract", 1),
    ("Slipstream Sheet No. 4", "motif:marbling", "rosewood", "Abstract", 4),
    ("Dandelion Clocks at Dusk", "motif:seedheads", "midnight", "Botanical", 2),
    ("The Understorey", "motif:ferns", "forest", "Botanical", 3),
    ("Chart of the Flats", "motif:tide_lines", "ink", "Landscape", 5),
    ("A Wall of Oranges", "motif:citrus", "marigold", "Botanical", 6),
)


def works() -> tuple[Work, ...]:
    """Every picture in the gallery, in the order of the tables."""
    out = []
    for art, subject, note, titles in _SERIES:
        for index, entry in enumerate(titles.split("|")):
            title, _, way = entry.rpartition(" ")
            out.append(Work(title, art, way, 11 + 7 * index, subject, note))
    cut = "Cut from a full sheet of our own patterned paper and given a margin, because it deserved a frame."
    out.extend(Work(title, art, way, seed, subject, cut) for title, art, way, subject, seed in _MOTIFS)
    return tuple(out)
