"""Puts a product's description together: its pattern, its making, its colours, its life at home."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from dev.catalogue.demo.offers import pick
from dev.catalogue.demo.tables import pattern_book, print_room
from dev.catalogue.draw.palette import COLOURWAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dev.catalogue.demo.tables import Kind, Pattern, Work

_COUNTS: Final = {2: "two", 3: "three"}
_OPENINGS: Final = (
    "There are {count} colourways. ",
    "Choose between {count} colourways: ",
    "We mix it in {count} colourways. ",
)


def patterned(kind: Kind, pattern: Pattern, ways: Sequence[str], handle: str) -> str:
    """Three paragraphs about a product in a pattern or glaze."""
    return _paragraphs(
        pattern.story, _making(kind, handle), f"{_colours(ways, handle)} {_living(kind, handle)}"
    )


def print_(work: Work, handle: str) -> str:
    """Three paragraphs about a print."""
    kind = print_room().print_
    return _paragraphs(work.note, _making(kind, handle), f"{_palette(work)} {_living(kind, handle)}")


def card(work: Work, handle: str) -> str:
    """Three short paragraphs about a card."""
    kind = print_room().card
    return _paragraphs(work.note, _making(kind, handle), f"{_palette(work)} {_living(kind, handle)}")


def _palette(work: Work) -> str:
    return f"“{work.title}” is printed in {COLOURWAYS[work.way].name}: {pattern_book().colours[work.way]}."


def _making(kind: Kind, handle: str) -> str:
    return kind.making[pick(handle, "making", among=len(kind.making))]


def _living(kind: Kind, handle: str) -> str:
    return kind.living[pick(handle, "living", among=len(kind.living))]


def _colours(ways: Sequence[str], handle: str) -> str:
    notes = pattern_book().colours
    if len(ways) == 1:
        return f"It comes in one colourway: {COLOURWAYS[ways[0]].name}, {notes[ways[0]]}."
    opening = _OPENINGS[pick(handle, "colours", among=len(_OPENINGS))]
    listed = "; ".join(f"{COLOURWAYS[way].name} is {notes[way]}" for way in ways)
    return f"{opening.format(count=_COUNTS.get(len(ways), str(len(ways))))}{listed}."


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)
