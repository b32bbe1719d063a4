"""Puts a product's description together: its pattern, its making, its colours, its life at home."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from dev.catalogue.demo.measuring import inches_of
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
    """Three paragraphs about a product in a pattern or glaze, and the facts that can be listed."""
    colours = f"{_colours(ways, handle)} {_living(kind, handle)}"
    return _paragraphs(pattern.story, _making(kind, handle), colours) + listed(_facts(kind))


def print_(work: Work, handle: str) -> str:
    """Three paragraphs about a print, and its sizes in inches."""
    kind = print_room().print_
    words = _paragraphs(work.note, _making(kind, handle), f"{_palette(work)} {_living(kind, handle)}")
    return words + listed(_facts(kind))


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


def _facts(kind: Kind) -> list[str]:
    """The kind's facts, and its sizes in inches where they are in centimetres."""
    measured = {size.label: inches_of(size.label) for size in kind.sizes}
    sizes = "; ".join(f"{label} = {inches} in" for label, inches in measured.items() if inches)
    return [*kind.details, *([f"In inches: {sizes}"] if sizes else [])]


def listed(facts: Sequence[str]) -> str:
    """Facts as an HTML list; nothing where there are none."""
    return f"<ul>{''.join(f'<li>{escape(fact, quote=False)}</li>' for fact in facts)}</ul>" if facts else ""


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)
