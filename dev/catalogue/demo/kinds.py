"""What the house makes: every kind of product with its sizes, prices, materials, care and the words about its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """One choice of a kind's second option: its label, price in euro and dollar cents, weight in grams."""

    label: str
    eur: int
    usd: int
    grams: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of product. `surfaces` are what it comes in (`repeat:`, `glaze:`); `ways` how many colourways each has."""

    key: str
    noun: str
    category: str
    subject: str
    shape: str
    close: str
    second: str
    sizes: tuple[Size, ...]
    vendor: str
    materials: tuple[str, ...]
    care: str
    made_in: str
    rooms: tuple[str, ...]
    ways: int
    surfaces: tuple[str, ...]
    making: tuple[str, ...]
    living: tuple[str, ...]


def _sizes(text: str) -> tuple[Size, ...]:
    out = []
    for entry in text.split("; "):
        label, eur, usd, grams = entry.rsplit(" ", 3)
        out.append(Size(label, round(float(eur) * 100), round(float(usd) * 100), int(grams)))
    return tuple(out)


def _repeats(names: str) -> tuple[str, ...]:
    return tuple(f"repeat:{name}" for name in names.split())


HOUSE, MILL, POTTERY, GLASSWORKS, BINDERY = (
    "Tern & Tide", "Skelder Mill", "Ravenglass Pottery", "Osier Glass", "Pinmoor Press")

CLOTH: Final[tuple[Kind, ...]] = (
    Kind("wallpaper", "Wallpaper", "wallpaper", "wallpaper", "", "close:paper", "Order",
         _sizes("Roll, 10 m × 52 cm 78 89 950; Sample, A4 3.50 4 20"), BINDERY, ("Paper",), "Wipe clean", "England",
         ("Living room", "Bedroom", "Hall"), 2,
         _repeats("scallops awning truchet arches trellis tide_lines marbling pebbles sprigs ferns vine meadow tulips birds "
                  "seedheads mushrooms citrus brushwork harlequin olives spots"),
         ("Surface-printed on a 1950s machine that lays the ink on thickly enough to feel with a fingertip. The paper is a "
          "180 g non-woven stock: you paste the wall, not the roll, and it comes off in whole strips when you move on.",
          "Printed to order with water-based inks on matt, heavyweight stock from managed forests. Rolls of one order "
          "always come from one batch, so the colour matches from the first drop to the last.",
          "The pattern matches straight across, which wastes less at the ceiling and is kinder to a first-timer. The "
          "surface takes a damp cloth, though not a scrubbing brush."),
         ("Measure twice, then add a tenth for matching. If you are not sure, a sample costs less than a coffee and the "
          "light in your own room is the only light that counts.",
          "It holds a whole room, but one wall behind a bed or a bookcase is often enough to change how the rest behaves.",
          "We like it above a painted dado, with the woodwork in one of the darker colours of the print.")),
    Kind("cushion", "Cushion", "cushions", "cushion", "", "close:cloth", "Size",
         _sizes("45 × 45 cm 42 48 620; 60 × 60 cm 58 66 980"), HOUSE, ("Linen", "Cotton"), "Machine wash 30°", "Portugal",
         ("Living room", "Bedroom"), 2,
         _repeats("scallops gingham truchet half_moons blocks trellis arches marbling ikat spots sprigs ferns vine tulips "
                  "citrus birds mushrooms chequer harlequin ripple dashes seedheads tide_lines pebbles"),
         ("The cloth is a linen and cotton union with enough weight to hang well and enough give to be slept on. We print "
          "it with pigment inks, wash it once so that it will not shrink on you, and pipe the edge in the darkest colour.",
          "Cut so that the pattern sits squarely on the face, sewn with a hidden zip along the foot, and filled with a "
          "duck-feather pad one size larger than the cover. That is what keeps the corners full.",
          "Printed on both sides, so there is no back to turn to the wall. The piping is cut on the bias from the same "
          "cloth and sewn by people who have done it for thirty years."),
         ("Punch it, drop it, fall asleep on it. The cover comes off in seconds and goes into the machine at thirty "
          "degrees; dry it flat and iron the inside if you iron at all.",
          "It gets on well with stripes and plain wools, and does not mind being the only cushion on a chair.",
          "Two of these and one oblong make a sofa look considered without looking arranged.")),
    Kind("oblong", "Oblong Cushion", "cushions", "cushion", "oblong", "close:cloth", "Size",
         _sizes("30 × 50 cm 36 42 480; 40 × 60 cm 46 54 700"), HOUSE, ("Linen", "Cotton"), "Machine wash 30°", "Portugal",
         ("Living room", "Bedroom"), 2, _repeats("chevron ticking tide_lines meadow olives brushwork reeds windowpane terrazzo"),
         ("A small bolster of a cushion in our linen union, with contrast piping and a zip you will not find unless you "
          "look for it.",
          "Long enough for the small of the back and low enough to see over. The pad is feather; the cover is cut across "
          "the cloth so that the pattern runs the long way."),
         ("Meant for reading chairs, window seats and the passenger side of long drives.",
          "Set it in front of something square. The pair will look after each other.")),
    Kind("throw", "Lambswool Throw", "throws", "throw", "", "close:wool", "Size",
         _sizes("130 × 180 cm 128 145 1100; 150 × 220 cm 168 189 1600"), MILL, ("Lambswool",), "Dry clean", "Scotland",
         ("Living room", "Bedroom"), 2,
         _repeats("windowpane gingham chevron herringbone ticking blocks ikat reeds awning"),
         ("Woven double on old Hattersley looms, so that the pattern shows on both sides with its colours exchanged. The "
          "fringe is knotted by hand, eight threads at a time.",
          "Spun from the first shearing, which is the softest a sheep ever grows, then washed in soft hill water until it "
          "blooms. It is warm out of all proportion to its weight."),
         ("Keep it folded on the arm of the sofa until about four o'clock in October. After that it will be spoken for.",
          "Air it often and clean it seldom; wool looks after itself better than we do. It would like to be dry cleaned, "
          "once in a while.")),
    Kind("towel", "Tea Towel", "tea-towels", "towel", "", "close:cloth", "Set",
         _sizes("Single 14.50 16.50 110; Set of two 26 29 220"), HOUSE, ("Linen", "Cotton"), "Machine wash 60°", "Ireland",
         ("Kitchen",), 2,
         _repeats("gingham ticking awning citrus olives tulips mushrooms meadow birds sprigs half_moons dashes scallops"),
         ("Half linen for drying, half cotton for softness, woven in a mill that has made glass cloths since 1871. The hem "
          "stripe is woven in, and there is a loop in the corner, because there should be.",
          "Printed across the full width with inks that stand a boil wash. It gets better at its work for the first ten "
          "washes and then stays that way for years."),
         ("Hang it where it can be seen. It also makes a decent bread cloth, picnic napkin or present.",
          "Wash it at sixty, hotter if you must, and skip the softener, which only makes linen forget how to drink.")),
    Kind("napkins", "Linen Napkins", "napkins", "napkins", "", "close:cloth", "Set",
         _sizes("Set of four 44 49 320; Set of eight 82 92 640"), HOUSE, ("Linen",), "Machine wash 60°", "Lithuania",
         ("Kitchen", "Dining room"), 2,
         _repeats("olives sprigs gingham windowpane scallops citrus seedheads reeds ticking meadow"),
         ("Stonewashed European linen, generously cut at 45 centimetres square, with a mitred hem on every corner. The "
          "print is light enough that both sides may face up.",
          "Good linen wants washing and does not want ironing. These come to you already soft, folded by the set and tied "
          "with a strip of the selvedge."),
         ("For Sunday lunch, and then for Monday's sandwiches.",
          "Mix two patterns on one table; as long as they share a colour they will pass for a plan.")),
    Kind("fabric", "Fabric", "fabric", "fabric", "", "close:cloth", "Cloth",
         _sizes("Cotton panama, per metre 32 37 340; Linen union, per metre 46 53 420"), HOUSE, ("Linen", "Cotton"),
         "Machine wash 30°", "England", ("Living room", "Bedroom", "Dining room"), 2,
         _repeats("tulips meadow vine sprigs trellis awning scallops ikat ferns spots citrus harlequin marbling birds"),
         ("Printed in our own workshop, 137 centimetres wide, on a choice of two base cloths: a crisp cotton panama for "
          "blinds and covers, and a linen union with more drape for curtains.",
          "Woven, scoured and printed within eighty miles. Both cloths pass 25,000 rubs, which in plain words means that "
          "a dining chair will wear out before its seat does."),
         ("Order by the whole metre and it comes in one length, rolled, never folded. The repeat is square, so blinds and "
          "cushions can be cut either way.",
          "Not sure yet? Order one metre, hang it over a door for a week, and see whether you still look at it.")),
    Kind("rug", "Wool Rug", "rugs", "rug", "", "close:wool", "Size",
         _sizes("120 × 180 cm 295 329 4200; 160 × 230 cm 445 495 7100; 200 × 300 cm 690 759 11600"), MILL, ("Wool",),
         "Vacuum only", "India", ("Living room", "Bedroom"), 1,
         _repeats("ikat chevron truchet blocks chequer scallops trellis harlequin pebbles half_moons arches herringbone"),
         ("A flat weave of hand-spun wool on a cotton warp, the same on both faces, so it can be turned every spring and "
          "wears for twice as long. The border is drawn for this pattern alone.",
          "Woven on pit looms by families who are paid by the day rather than the knot. Each rug carries the weaver's "
          "initials in one corner, small enough that you will have to look."),
         ("Lay it on an underlay and walk about on it. Spills come out with cold water if you are quick and with patience "
          "if you are not.",
          "It sits happily on boards, stone or a carpet you would like to see less of.")),
    Kind("runner", "Runner", "runners", "rug", "runner", "close:wool", "Size",
         _sizes("70 × 240 cm 210 235 3300; 70 × 320 cm 275 309 4400"), MILL, ("Wool",), "Vacuum only", "India",
         ("Hall", "Kitchen", "Bedroom"), 1, _repeats("chevron truchet ikat chequer reeds gingham terrazzo"),
         ("The flat weave of our rugs in a narrow width, with a doubled border to keep its edges lying down.",
          "Tough two-ply wool, woven tightly enough for a hall with a dog in it and light enough to shake out of a window."),
         ("For halls, landings and the strip of kitchen floor where everybody stands.",
          "Ask us about longer lengths; the loom does not mind how far it goes.")),
    Kind("drum", "Drum Lampshade", "lampshades", "lamp", "drum", "close:cloth", "Size",
         _sizes("30 cm 54 62 420; 40 cm 72 82 640"), HOUSE, ("Cotton",), "Wipe clean", "England",
         ("Living room", "Bedroom"), 2, _repeats("vine tulips scallops meadow half_moons brushwork ferns terrazzo"),
         ("Printed cotton, rolled by hand onto a flame-retardant backing and finished with a neat turned edge. The fitting "
          "works for ceiling and table alike.",
          "Lit, the pattern comes forward; unlit, it settles back into the room. We tried every one of our prints on a "
          "shade and kept the ones that are good at both."),
         ("Use a warm bulb of no more than twelve watts LED. The light it throws upward is half the point.",
          "Hang it low over a table, or put it on any lamp base with a little weight to it.")),
    Kind("cone", "Cone Lampshade", "lampshades", "lamp", "cone", "close:cloth", "Size",
         _sizes("35 cm 58 66 440; 45 cm 78 89 690"), HOUSE, ("Cotton",), "Wipe clean", "England",
         ("Living room", "Bedroom", "Hall"), 2, _repeats("ticking reeds sprigs gingham spots birds"),
         ("A coolie shade with a generous slope, so that light goes where a book would be. Cotton outside, warm white "
          "within.",
          "Each cone is cut from one piece of cloth, which takes more of it but leaves a single seam to hide at the back."),
         ("Best seen from a little above or a little below, which is to say from a chair or a staircase.",
          "It takes the same fitting as our drums, so you may change your mind with the season.")),
    Kind("lamp", "Table Lamp", "table-lamps", "lamp", "table", "close:cloth", "Plug",
         _sizes("EU plug 148 165 2300; UK plug 148 165 2300"), POTTERY, ("Stoneware", "Cotton"), "Wipe clean", "England",
         ("Living room", "Bedroom"), 2,
         _repeats("dashes sprigs reeds trellis seedheads olives tide_lines gingham"),
         ("A base thrown in our pottery and a shade rolled in our workshop, wired with three metres of fabric-covered flex "
          "and a switch that clicks as a switch should.",
          "No two bases are quite alike: the glaze runs where it likes in the kiln, and we only steer it. The shade is "
          "matched to the pot, not the other way about."),
         ("It wants the corner that the ceiling light forgets.",
          "Supplied with a warm LED bulb, because there is nothing sadder than unpacking a lamp that will not light.")),
)

HARD: Final[tuple[Kind, ...]] = (
    Kind("mug", "Mug", "mugs-and-cups", "vessel", "mug", "close:rim", "Set",
         _sizes("Single 18 21 380; Pair 33 38 760"), POTTERY, ("Stoneware",), "Dishwasher safe", "England",
         ("Kitchen",), 2,
         (*_repeats("citrus scallops birds olives sprigs half_moons"), "glaze:dip", "glaze:speckle", "glaze:bands", "glaze:drift"),
         ("Three hundred and fifty millilitres, a handle for three fingers, and a foot that does not leave rings. Thrown in "
          "stoneware and fired to 1,240 degrees, so it goes through dishwashers and microwaves without comment.",
          "Turned thin at the rim and thick at the base, which is how you keep tea hot without making it hard to drink.",
          "Glazed inside in plain white, because coffee should be seen for what it is."),
         ("One for you, and one for whoever usually takes yours.",
          "It will be somebody's favourite within the week; we suggest settling early whose.",
          "Sold singly or as a pair. Chips are rare; if one finds you in the first year, we replace the mug.")),
    Kind("cup", "Cup", "mugs-and-cups", "vessel", "cup", "close:rim", "Set",
         _sizes("Single 16 18 290; Set of four 58 66 1160"), POTTERY, ("Porcelain",), "Dishwasher safe", "Portugal",
         ("Kitchen", "Dining room"), 2, ("glaze:dip", "glaze:drift", "glaze:facet", "glaze:brush"),
         ("A tea-shop cup in porcelain, small at the foot and wide at the lip, with a handle that a grown hand fits.",
          "Slip-cast, then finished at the wheel, so the walls are thin enough to let a little light through the rim."),
         ("For flat whites, strong tea and, after nine, a finger of something else.",
          "They stack two high, leaning companionably.")),
    Kind("plate", "Plate", "plates-and-bowls", "plate", "", "", "Size",
         _sizes("Side, 21 cm 22 25 520; Dinner, 27 cm 32 37 860"), POTTERY, ("Stoneware",), "Dishwasher safe", "England",
         ("Kitchen", "Dining room"), 2,
         (*_repeats("birds olives mushrooms scallops meadow tide_lines"), "glaze:bands", "glaze:drift", "glaze:dip"),
         ("Jiggered rather than cast, which keeps the foot level and the rim true. The decoration lies under the glaze, "
          "where no knife can reach it.",
          "A flat well, a shallow shoulder and a painted rim: food looks at home on it, and so does a single biscuit."),
         ("Mix the sizes and the patterns. A table laid with six different plates is a conversation before anybody has sat "
          "down.",
          "Warm them in a low oven by all means; they were born in a much hotter one.")),
    Kind("bowl", "Serving Bowl", "plates-and-bowls", "vessel", "bowl", "close:rim", "Size",
         _sizes("22 cm 46 53 1100; 29 cm 68 78 1900"), POTTERY, ("Stoneware",), "Dishwasher safe", "England",
         ("Kitchen", "Dining room"), 2, ("glaze:dip", "glaze:speckle", "glaze:drift", "glaze:facet", "glaze:bands"),
         ("Wide, on a small turned foot, and deep enough that a salad can be dressed where it is. Thrown by two people who "
          "sign the base.",
          "The glaze breaks to a lighter tone where it thins over the rim. That line is different on every bowl, and it "
          "is how you will know yours."),
         ("Fruit on weekdays, pasta on Fridays.",
          "It goes from the table to the dishwasher, and to the oven up to 180 degrees if you warm it gently.")),
    Kind("deepbowl", "Deep Bowl", "plates-and-bowls", "vessel", "deepbowl", "close:rim", "Set",
         _sizes("Single 24 27 480; Set of four 88 99 1920"), POTTERY, ("Stoneware",), "Dishwasher safe", "England",
         ("Kitchen",), 2, ("glaze:speckle", "glaze:dip", "glaze:drift", "glaze:brush"),
         ("Porridge, ramen, soup: anything that is eaten with both elbows on the table. The sides curve in slightly so "
          "that the last spoonful can be caught.",
          "Made on the wheel in one pull, trimmed the next morning, glazed by dipping. The whole takes eleven days, "
          "most of them spent waiting."),
         ("The set of four nests in the space of one and a half.",
          "It holds 650 millilitres, and its foot stays cool enough to hold.")),
    *(Kind(f"vase-{shape}", noun, "vases", "vessel", shape, "close:rim", "Size", _sizes(sizes), POTTERY, (material,),
           "Wipe clean", "England", ("Living room", "Hall", "Bedroom"), 2, surfaces, making,
           ("Good with nothing in it, which is the test of a vase.",
            "Change the water, cut the stems on the slant, and stand it out of the noon sun. The flowers will do the rest.",
            "Put it where you pass it often: a windowsill, a landing, the end of a shelf."))
      for shape, noun, sizes, material, surfaces, making in (
          ("bud", "Bud Vase", "14 cm 28 32 340; 19 cm 38 44 560", "Porcelain",
           ("glaze:dip", "glaze:drift", "glaze:speckle", "glaze:bands"),
           ("A narrow neck over a round body, for the one rose that the wind broke off.",
            "Cast thin in porcelain with a neck that grips a single stem, so that it stands rather than slumps.")),
          ("bottle", "Bottle Vase", "24 cm 52 59 900; 32 cm 74 84 1500", "Stoneware",
           ("glaze:drift", "glaze:speckle", "glaze:brush"),
           ("Thrown in two pieces and joined at the shoulder while both are leather-hard. If you know where to feel, you "
            "can find the place.",
            "The neck lets through three branches at the most, which is as many as it needs.")),
          ("moon", "Moon Jar", "18 cm 84 95 1300; 26 cm 128 145 2400", "Stoneware",
           ("glaze:speckle", "glaze:drift", "glaze:brush", "glaze:dip"),
           ("Two bowls, one upside down on the other. The form is Korean and three hundred years old, and it has never been "
            "improved on, only repeated with respect.",
            "A moon jar ought to be a little out of round. Ours are, without our having to try.")),
          ("cylinder", "Cylinder Vase", "22 cm 48 55 1000; 28 cm 64 74 1500", "Stoneware",
           (*_repeats("scallops olives ferns citrus"), "glaze:bands"),
           ("Straight sides give a pattern room to go all the way round and meet itself again. The foot is left bare, so "
            "that you can see the clay.",
            "Printed by wrapping a tissue transfer around the pot by hand, the way it was done two centuries ago. Look "
            "for the seam at the back; it is the maker's signature.")),
          ("amphora", "Shoulder Vase", "25 cm 68 78 1200; 34 cm 98 112 2100", "Stoneware",
           ("glaze:brush", "glaze:drift", "glaze:bands", "glaze:facet"),
           ("High shoulders, a short neck, a small foot: it stands like somebody with good posture.",
            "The glaze gathers under the shoulder and thins over it, and no two firings agree on where.")),
          ("tulip", "Tulip Vase", "23 cm 58 66 1000; 28 cm 76 86 1400", "Stoneware",
           ("glaze:facet", "glaze:dip", "glaze:speckle"),
           ("Flared at the lip so that a bunch falls open by itself, gathered at the waist so that it does not fall out.",
            "Made for the supermarket tulip, which leans and sprawls and is at its best on the fifth day.")))),
    Kind("planter", "Planter", "planters", "vessel", "planter", "close:rim", "Size",
         _sizes("14 cm 34 39 900; 19 cm 48 55 1600; 25 cm 72 82 2700"), POTTERY, ("Stoneware",), "Wipe clean", "England",
         ("Living room", "Kitchen", "Bathroom"), 2, ("glaze:speckle", "glaze:dip", "glaze:bands", "glaze:drift"),
         ("Frost-proof stoneware with a rolled rim to lift it by, a hole in the base and a saucer that fits.",
          "Sized for the pots that plants are sold in, so that you can drop one straight in and call it done."),
         ("Herbs on the sill, a fern in the bathroom, something trailing from the top of the bookcase.",
          "It may live outdoors all year if you stand it on feet.")),
    Kind("tumbler", "Tumblers", "glassware", "glass", "tumbler", "", "Set",
         _sizes("Pair 34 39 480; Set of six 96 109 1440"), GLASSWORKS, ("Glass",), "Dishwasher safe", "Sweden",
         ("Kitchen", "Dining room"), 3, ("glaze:fluted", "glaze:plain"),
         ("Blown into a beech-wood mould that is wetted before each glass and lasts for about four hundred of them. The "
          "colour is in the melt, so it cannot wear away.",),
         ("For water at lunch and for something longer at six. They hold 280 millilitres.",)),
    Kind("wine", "Wine Glasses", "glassware", "glass", "wine", "", "Set",
         _sizes("Pair 48 55 360; Set of six 136 155 1080"), GLASSWORKS, ("Glass",), "Hand wash", "Sweden",
         ("Dining room",), 3, ("glaze:fluted", "glaze:plain"),
         ("A drawn stem, pulled from the bowl while it is still soft, so there is no joint to break. The tint is pale "
          "enough that you can still tell what you are drinking.",),
         ("Wash them by hand and in good company, one washing and one drying.",)),
    Kind("carafe", "Carafe", "glassware", "glass", "carafe", "", "Size",
         _sizes("0.75 l 44 50 700; 1.2 l 58 66 980"), GLASSWORKS, ("Glass",), "Dishwasher safe", "Sweden",
         ("Kitchen", "Dining room", "Bedroom"), 3, ("glaze:plain", "glaze:fluted"),
         ("Free-blown, with a waist where a hand goes and a lip that pours without running back.",),
         ("On the table with a sprig of mint, by the bed with a glass upside down on top.",)),
    Kind("glassvase", "Glass Vase", "vases", "glass", "bottle", "", "Size",
         _sizes("24 cm 56 64 900; 32 cm 82 93 1500"), GLASSWORKS, ("Glass",), "Hand wash", "Sweden",
         ("Living room", "Hall"), 3, ("glaze:plain", "glaze:fluted"),
         ("One gather of tinted glass, blown and swung until its own weight has drawn out the neck.",),
         ("Stand it in a window. About four in the afternoon it will put a second vase, made of light, on the table.",)),
    Kind("candlestick", "Candlesticks", "candlesticks", "candlestick", "", "", "Set",
         _sizes("Pair 62 71 900; Pair with candles 70 79 1150"), POTTERY, ("Stoneware",), "Wipe clean", "England",
         ("Dining room", "Living room"), 2, ("glaze:drift", "glaze:dip", "glaze:bands", "glaze:speckle", "glaze:brush"),
         ("Turned from one lump of clay in two heights. The cup is deep, so a candle stands up straight the first time.",
          "Weighted at the foot and wide in the pan, which catches what drips. They fit any standard 23-millimetre candle."),
         ("Light them on an ordinary Tuesday.",
          "To clean them, an hour in the freezer: the wax jumps off.")),
    Kind("tray", "Round Tray", "trays", "tray", "", "close:paper", "Size",
         _sizes("31 cm 46 53 620; 39 cm 62 71 980"), HOUSE, ("Birch plywood",), "Wipe clean", "Sweden",
         ("Kitchen", "Living room"), 2, _repeats("birds citrus scallops ripple seedheads tulips terrazzo olives"),
         ("Seven layers of birch, pressed into shape under heat with the print sealed into the last of them. It takes hot "
          "pots, wet glasses and the dishwasher's top shelf.",
          "The rim is bare wood, sanded by hand and oiled. It darkens with use, as bread boards do."),
         ("Breakfast in bed is the classic use. Keys, post and sunglasses are the usual one.",
          "Hang it on the wall between parties; it is a picture with a job.")),
    Kind("notebook", "Notebook", "notebooks", "notebook", "", "close:paper", "Paper",
         _sizes("Plain 16.50 19 320; Ruled 16.50 19 320; Dotted 16.50 19 320"), BINDERY, ("Paper", "Cotton"), "Keep dry",
         "England", ("Study",), 2,
         _repeats("marbling half_moons truchet sprigs ferns tulips birds terrazzo blocks scallops seedheads arches dashes "
                  "brushwork ripple reeds"),
         ("Sewn in sixteens and glued with patience, so that it lies flat at the first page and at the last. One hundred "
          "and ninety-two pages of 100 g paper that takes a fountain pen without a whisper of show-through.",
          "The boards are covered in our own patterned paper, the spine in book cloth, and an elastic keeps it all shut in "
          "a bag. There is a pocket at the back for whatever you pick up."),
         ("Use it for lists, or for the novel. It will not judge.",
          "A label on the front lets you say which year, or which obsession, it contains.")),
    Kind("wrap", "Gift Wrap", "gift-wrap", "parcel", "", "close:paper", "Length",
         _sizes("Three sheets 9.50 11 180; Roll, 10 m 24 28 700"), BINDERY, ("Paper",), "Keep dry", "England",
         ("Study",), 2,
         _repeats("tulips meadow trellis citrus mushrooms spots harlequin gingham birds seedheads awning"),
         ("Uncoated paper with a dry, matt hand that creases sharply and stays creased. Printed with vegetable inks, free "
          "of foil, plastic and glitter.",
          "A heavy 110 g sheet that covers corners without tearing on them and is too good to be thrown away. Most people "
          "iron it and use it again; some have framed it."),
         ("The sheets are 50 by 70 centimetres: one will wrap a large book or two small ones.",
          "Lines drawers beautifully as well.")),
)

KINDS: Final = CLOTH + HARD
