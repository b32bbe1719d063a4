"""The house's patterns: what each is called, how shoppers would look for it, its colourways and the story told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pattern:
    """A repeat of the drawing office as the shop presents it."""

    repeat: str
    name: str
    kind: str
    style: str
    collection: str
    ways: tuple[str, ...]
    story: str


def _p(repeat: str, name: str, kind: str, style: str, collection: str, ways: str, story: str) -> Pattern:
    return Pattern(repeat, name, kind, style, collection, tuple(ways.split()), story)


SHORE, HEDGE, KITCHEN, TOWN, STUDIO = "Shoreline", "Hedgerow", "Kitchen Garden", "Town House", "Studio Floor"

PATTERNS: Final[dict[str, Pattern]] = {
    pattern.repeat: pattern
    for pattern in (
        _p("scallops", "Seiche", "Geometric", "Coastal", SHORE, "ink seaglass clay plum",
           "A seiche is the slow slop of water from one end of a lake to the other. We drew it as scallops, ring inside "
           "ring, and cut the block by hand so that no two waves are quite alike."),
        _p("awning", "Promenade", "Stripe", "Coastal", SHORE, "clay sky fern blush",
           "Promenade is every seafront awning we ever sat under: two broad stripes, a pinstripe for company, and plenty "
           "of canvas-coloured air between them."),
        _p("ticking", "Ferryman", "Stripe", "Country", KITCHEN, "ink charcoal olive rosewood",
           "Mattress ticking is the most honest stripe there is. Ferryman keeps the old order of thick and thin lines and "
           "slips in one bright thread, the way a mender would."),
        _p("gingham", "Pantry", "Check", "Country", KITCHEN, "clay fern sky marigold",
           "Pantry is plain gingham, yarn-dyed rather than printed, with the half tone you only get where two colours "
           "really cross."),
        _p("windowpane", "Drover", "Check", "Classic", TOWN, "oat marigold slate olive",
           "Drover started as a scrap of tweed found in a sheep-farmer's coat. The doubled lines are his; the fine accent "
           "between them is ours."),
        _p("chequer", "Corridor", "Check", "Modern", TOWN, "rosewood charcoal fern ink",
           "Corridor takes the chequered floor of a boarding-house hall and wears it down a little: the squares wander, and "
           "a small stud sits at every corner."),
        _p("truchet", "Meander", "Geometric", "Modern", STUDIO, "seaglass plum clay slate",
           "One square tile, two quarter-circles, turned at random. From that rule comes Meander, a line that never ends "
           "and never walks the same way twice."),
        _p("half_moons", "Halfpenny", "Geometric", "Playful", STUDIO, "plum brick olive ink",
           "Halfpenny was cut from paper with kitchen scissors on a wet Sunday. The half circles still lean the way they "
           "fell on the table."),
        _p("blocks", "Quarry", "Geometric", "Classic", TOWN, "slate charcoal clay seaglass",
           "Quarry is the tumbling-block pattern of church floors and patchwork quilts. Look at it for long enough and the "
           "cubes turn themselves inside out."),
        _p("chevron", "Weir", "Geometric", "Coastal", SHORE, "sky ink slate rosewood",
           "Weir is drawn on squared paper, stitch by stitch, so that its zigzags step as they would on a loom. The "
           "broken colours come from water going over a sill."),
        _p("harlequin", "Pierrot", "Geometric", "Playful", STUDIO, "olive blush plum seaglass",
           "Tall diamonds, alternate inks, a small round button where the points meet: Pierrot has been to the theatre and "
           "has not quite come home."),
        _p("trellis", "Espalier", "Geometric", "Classic", KITCHEN, "blush fern clay sky",
           "Espalier borrows its slow curves from fruit trees trained along a wall, with a single bud left in every "
           "opening."),
        _p("herringbone", "Skerry", "Stripe", "Classic", SHORE, "midnight charcoal oat forest",
           "Skerry is a large herringbone, printed not woven, with an accent line that turns up once in eight like a light "
           "on a rock."),
        _p("arches", "Cloister", "Geometric", "Modern", TOWN, "forest clay blush ink",
           "We counted the arches along one side of a monastery garden and got a different number each time. Cloister has "
           "as many as you like."),
        _p("dashes", "Drizzle", "Abstract", "Modern", STUDIO, "brick sky oat forest",
           "Drizzle is one brush, one pot of ink and an afternoon. Each dash is a single touch; one in seven forgot itself "
           "and came out bright."),
        _p("marbling", "Slipstream", "Abstract", "Modern", STUDIO, "ink rosewood seaglass plum",
           "For Slipstream we floated ink on a tray of water, drew two slow currents through it and laid the paper down "
           "before it could change its mind."),
        _p("tide_lines", "Low Water", "Abstract", "Coastal", SHORE, "ink oat seaglass clay",
           "Low Water follows the contours of a tidal flat as a chart would show them. Every fifth line is picked out, as "
           "on the real chart, so that you can count your way home."),
        _p("terrazzo", "Vestibule", "Abstract", "Modern", TOWN, "oat clay slate blush",
           "Vestibule is terrazzo with the polish taken off: chips of five stones in a pale bed, scattered so that no "
           "corner ever looks arranged."),
        _p("ikat", "Caravan", "Woven", "Classic", STUDIO, "fern rosewood ink marigold",
           "In an ikat the pattern is dyed into the thread before a single row is woven, and the dye always creeps. "
           "Caravan keeps that feathered edge, because it is the best part."),
        _p("pebbles", "Shingle", "Abstract", "Coastal", SHORE, "clay slate seaglass oat",
           "Shingle began as a photograph of the beach under our studio, traced stone by stone until the stones began to "
           "tell us where to go."),
        _p("spots", "Genet", "Animal", "Playful", STUDIO, "marigold charcoal blush oat",
           "The genet is a small spotted hunter that nobody ever sees. Its coat, simplified to two inks, makes the "
           "friendliest spot we know."),
        _p("reeds", "Withy", "Stripe", "Country", HEDGE, "rosewood fern sky plum",
           "Withies are willow rods, cut in winter and left standing in bundles. The stripe of the same name sways as they "
           "do, thick and thin, never crossing."),
        _p("brushwork", "First Coat", "Abstract", "Modern", STUDIO, "seaglass clay ink olive",
           "First Coat is the wall behind our easels, where brushes get wiped. We looked up one day and found that it had "
           "become a pattern."),
        _p("ripple", "Echo", "Abstract", "Modern", SHORE, "plum ink forest slate",
           "Four stones dropped in a still pond: where their rings cross, something third appears. Echo is that third "
           "thing, tidied just enough to repeat."),
        _p("sprigs", "Wayside", "Botanical", "Country", HEDGE, "charcoal fern ink rosewood",
           "Wayside is printed from a pear-wood block with three pairs of leaves and a tip. The specks in the ink are where "
           "the block did not quite take, and we leave them in."),
        _p("ferns", "Understorey", "Botanical", "Modern", HEDGE, "sky fern forest clay",
           "Understorey is the green light below tall trees. The fronds lean past each other in two inks, drawn from one "
           "fern that has stood on the studio sill for nine years."),
        _p("vine", "Bindweed", "Botanical", "Classic", HEDGE, "olive midnight rosewood fern",
           "Gardeners curse bindweed; we cannot stop drawing it. The stem climbs the height of the cloth in one long wave "
           "with berries where you would not expect them."),
        _p("meadow", "June", "Botanical", "Country", HEDGE, "blush clay sky olive",
           "June is a meadow in its best week: daisies, cow parsley and grasses standing where they please. It was drawn "
           "lying down."),
        _p("tulips", "Holland Road", "Botanical", "Playful", KITCHEN, "midnight rosewood fern plum",
           "The tulips of Holland Road stand in ranks and turn about at every row, like a parade that somebody has set "
           "to music."),
        _p("citrus", "Orangery", "Botanical", "Playful", KITCHEN, "forest clay marigold ink",
           "Orangery has fruit whole and halved, cut so that the segments catch the light, among leaves with every vein "
           "in place."),
        _p("birds", "Tern", "Figurative", "Coastal", SHORE, "brick ink seaglass plum",
           "Terns arrive on our beach in the last week of April and argue until August. This is the one moment of the day "
           "when they all fly the same way."),
        _p("seedheads", "Dandelion Clock", "Botanical", "Modern", HEDGE, "slate midnight forest marigold",
           "Blow, and count the hours. Dandelion Clock holds its breath: rays from a point, a dot at the end of each, no "
           "two the same size."),
        _p("olives", "Grove", "Botanical", "Country", KITCHEN, "sky olive oat forest",
           "Grove lays slim olive branches along the diagonal, fruit on the underside, as they fall on the nets in "
           "November."),
        _p("mushrooms", "Leaf Mould", "Figurative", "Playful", HEDGE, "oat rosewood forest clay",
           "Leaf Mould is what you see when you crouch: spotted caps, slim stems, three blades of grass. None of them "
           "should be eaten."),
    )
}

COLOUR_NOTES: Final[dict[str, str]] = {
    "ink": "a writing-blue on chalk with one warm thread of terracotta",
    "oat": "undyed oat and bark, the colours of a good loaf",
    "fern": "a cool garden green, lifted by a little mustard",
    "clay": "fired-clay orange on a skin of pale plaster",
    "marigold": "an egg-yolk yellow that holds its own on a grey day",
    "rosewood": "a dark wine red with a rosy bloom",
    "seaglass": "the green of bottle glass after ten years in the sea",
    "plum": "a smoky plum, softer by lamplight",
    "charcoal": "burnt-stick grey, warm rather than blue",
    "sky": "a clear morning blue with straw yellow",
    "olive": "a dry olive, somewhere between khaki and gold",
    "blush": "a sun-faded pink with a dusting of sage",
    "midnight": "straw and slate blue on deep navy",
    "forest": "lichen and pine on the darkest green we mix",
    "brick": "limewash white on brick red",
    "slate": "roof slate and rain with a brass accent",
}
