"""The pottery's glazes and the glasshouse's finishes: their names in the shop, colourways and stories."""

from __future__ import annotations

from typing import Final

from dev.catalogue.demo.pattern_book import HEDGE, KITCHEN, SHORE, STUDIO, TOWN, Pattern

GLAZES: Final[dict[str, Pattern]] = {
    "dip": Pattern("dip", "Half-Dip", "Two-tone", "Modern", STUDIO, ("clay", "ink", "seaglass", "plum", "olive", "sky"),
                   "Half-Dip is held by the foot and lowered into the glaze once, to wherever the hand stops. The line "
                   "it leaves is a waterline, never ruled."),
    "speckle": Pattern("speckle", "Saltgrain", "Speckled", "Country", SHORE, ("oat", "slate", "fern", "blush", "charcoal"),
                       "Saltgrain owes its speckle to iron in the clay, which blooms through the glaze in the last hour "
                       "of the firing. It looks like an egg that somebody meant."),
    "bands": Pattern("bands", "Deckchair", "Stripe", "Coastal", SHORE, ("clay", "sky", "ink", "marigold", "seaglass"),
                     "Deckchair is banded on the wheel with a long-haired brush: the pot turns, the hand keeps still, and "
                     "nothing is measured."),
    "drift": Pattern("drift", "Weather", "Ombre", "Coastal", SHORE, ("sky", "seaglass", "plum", "fern", "rosewood", "olive"),
                     "Weather is three glazes poured one over another while the first is still wet. In the kiln they move "
                     "together, like rain seen from a long way off."),
    "facet": Pattern("facet", "Fluted", "Fluted", "Classic", TOWN, ("rosewood", "ink", "forest", "clay", "slate"),
                     "Fluted is cut with a loop of wire, twenty-two strokes from rim to foot, and then covered in a glaze "
                     "that thins on each ridge."),
    "brush": Pattern("brush", "Longhand", "Brushed", "Modern", STUDIO, ("fern", "ink", "clay", "plum", "olive"),
                     "Longhand is one loaded brush and three strokes round the pot, done without lifting. Some days it "
                     "comes right at once; some days we wedge the clay and start again."),
}
GLASS: Final[dict[str, Pattern]] = {
    "fluted": Pattern("fluted", "Rill", "Fluted", "Classic", KITCHEN, ("seaglass", "rosewood", "marigold", "plum", "clay"),
                      "Rill takes its fine upright ribs from an optic mould, into which the hot glass is pressed for no "
                      "longer than a breath."),
    "plain": Pattern("plain", "Stillwater", "Plain", "Modern", HEDGE, ("sky", "fern", "blush", "olive", "clay"),
                     "Stillwater is as plain as glass can be made: no rib, no cut, only a colour and a clear line."),
}
