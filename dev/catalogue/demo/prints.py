"""The two kinds of product that carry a one-off picture: prints and cards."""

from __future__ import annotations

from typing import Final

from dev.catalogue.demo.kinds import BINDERY, Kind, Size

PRINT_SIZES: Final[tuple[tuple[Size, ...], tuple[Size, ...]]] = (
    (Size("30 × 40 cm", 8900, 9900, 1900), Size("50 × 70 cm", 14_500, 16_500, 4200)),
    (Size("30 × 40 cm", 3900, 4500, 260), Size("50 × 70 cm", 5900, 6900, 420)),
)
"""Sizes of a framed print, then of an unframed one."""

PRINT: Final = Kind(
    "print", "Art Print", "art-prints", "print", "", "close:art", "Size", PRINT_SIZES[0], BINDERY, ("Cotton paper",),
    "Keep dry", "England", ("Living room", "Bedroom", "Hall", "Study"), 1, (),
    ("Printed with twelve pigment inks on 310 g cotton paper, which takes colour as plaster does: deep, and without "
     "shine. It is rated for a century out of direct sun, though nobody has yet been able to check.",
     "Each sheet is printed to order, signed in pencil by the studio, and left to cure for a day before it is rolled or "
     "framed. The margin is generous, so a framer need not steal any of the picture.",
     "The frame is solid wood, joined at the corners with splines rather than staples. Behind the glass lies an acid-free "
     "mat, cut with a bevel, which keeps the paper from ever touching it."),
    ("Hang it a little lower than you think; pictures like to be looked in the eye.",
     "It makes a pair with almost anything else from the gallery, as long as there is a hand's width between them.",
     "Unframed prints travel in a tube and want a night under heavy books. Framed ones come ready to hang, with the hook."))

CARD: Final = Kind(
    "card", "Card", "greeting-cards", "card", "", "close:art", "Pack",
    (Size("Single", 350, 400, 20), Size("Pack of six", 1650, 1900, 120)), BINDERY, ("Paper",), "Keep dry", "England",
    ("Study",), 1, (),
    ("Printed on thick cotton board that stands up by itself, even on a draughty mantelpiece, with an envelope in a colour "
     "taken from the picture.",
     "A folded card of 350 g board, blank inside, creased before it is folded so that it opens square. The envelope is "
     "lined with nothing, and better for it."),
    ("Say what you meant to say last month.",
     "Too good for bills, about right for thank-yous.",
     "It fits a standard frame, should you decide to keep it."))
