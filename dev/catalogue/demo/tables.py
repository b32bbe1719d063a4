"""Reads the demo shop's tables (the YAML files beside this one) into frozen records, once per process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dev.catalogue.draw.scene import WIDTHS_SMALL, Picture

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One choice of a kind's second option: its label, price in euro and dollar cents, weight in grams.

    Without a price in a currency it is not sold where that is paid. `measure` is how much it holds
    ("5.2 m2"), where it has a price by that measure. `sku_label` is what it was called when its SKUs were
    given out, if that was something else.
    """

    label: str
    eur: int = 0
    usd: int = 0
    grams: int
    measure: str = ""
    sku_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of product: sizes, materials, care, and the words about its making and its life at home.

    `surfaces` are what it comes in (`repeat:NAME`, `glaze:NAME`), `ways` how many colourways each has.
    `subject`, `shape` and `close` say how it is photographed, `second` names the option besides its colour,
    `details` are facts to be listed: what it measures, holds and takes.
    """

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
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A repeat, glaze or kind of glass as the shop presents it; `ways` are its colourways."""

    repeat: str
    name: str
    kind: str
    style: str
    collection: str
    ways: tuple[str, ...]
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A picture for the wall or a card. `art` and `seed` name the drawing, `subject` is its facet value."""

    title: str
    art: str
    way: str
    seed: int
    subject: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A category and the picture on its tile. `parent` is the id of the one above it, empty for departments.

    A shelf with `patterns` holds what its parent would hold in patterns of those kinds.
    """

    id: str
    name: str
    parent: str
    text: str
    picture: Picture
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternBook:
    """Everything that can cover a product, by its name in the drawing office; a note on each colourway."""

    repeats: dict[str, Pattern]
    glazes: dict[str, Pattern]
    glass: dict[str, Pattern]
    colours: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRoom:
    """The kinds `print` and `card`, and the sizes of a print that is not framed."""

    print_: Kind
    card: Kind
    unframed: tuple[Size, ...]


def _load(name: str) -> Any:
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))


def _kind(entry: dict[str, Any]) -> Kind:
    listed = {
        name: tuple(value) for name, value in entry.items() if isinstance(value, list) and name != "sizes"
    }
    return Kind(**{**entry, **listed, "sizes": tuple(Size(**size) for size in entry["sizes"])})


def _patterns(entries: list[dict[str, Any]]) -> dict[str, Pattern]:
    return {entry["repeat"]: Pattern(**{**entry, "ways": tuple(entry["ways"])}) for entry in entries}


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """All kinds that come in patterns and glazes, cloth first."""
    return tuple(_kind(entry) for name in ("kinds_cloth.yaml", "kinds_hard.yaml") for entry in _load(name))


@lru_cache(maxsize=1)
def print_room() -> PrintRoom:
    """The kinds that carry one-off pictures."""
    table = _load("prints.yaml")
    unframed = tuple(Size(**size) for size in table["unframed"])
    return PrintRoom(print_=_kind(table["print"]), card=_kind(table["card"]), unframed=unframed)


@lru_cache(maxsize=1)
def pattern_book() -> PatternBook:
    """Patterns, glazes, glass and colours."""
    table = _load("patterns.yaml")
    return PatternBook(
        repeats=_patterns(table["patterns"]),
        glazes=_patterns(table["glazes"]),
        glass=_patterns(table["glass"]),
        colours=table["colours"],
    )


@lru_cache(maxsize=1)
def works() -> tuple[Work, ...]:
    """Every picture of the gallery, in the order of the table."""
    table = _load("gallery.yaml")
    out = [
        Work(art=series["art"], seed=11 + 7 * index, subject=series["subject"], note=series["note"], **work)
        for series in table["series"]
        for index, work in enumerate(series["works"])
    ]
    return (*out, *(Work(note=table["sheet_note"], **sheet) for sheet in table["sheets"]))


@lru_cache(maxsize=1)
def shelves() -> tuple[Shelf, ...]:
    """Departments and categories, each department before what is below it."""
    return tuple(
        Shelf(
            **{
                **entry,
                "picture": Picture(**entry["picture"], widths=WIDTHS_SMALL),
                "patterns": tuple(entry.get("patterns", ())),
            }
        )
        for entry in _load("shelves.yaml")
    )


def ways_up(category: str) -> tuple[str, ...]:
    """A category's id, and those of all above it."""
    parents = {shelf.id: shelf.parent for shelf in shelves()}
    way = [category]
    while parents[way[-1]]:
        way.append(parents[way[-1]])
    return tuple(way)


def shelf_for(category: str, pattern: str) -> str:
    """The narrowest category for a pattern of that kind: one below `category`, else itself."""
    return next((s.id for s in shelves() if s.parent == category and pattern in s.patterns), category)
