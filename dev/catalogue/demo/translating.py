"""The demo shop in further languages: the same building blocks, put together by each language's own rules.

A language is a folder beside this file: `glossary.yaml` (words and the sentences that hold them),
`kinds.yaml`, `patterns.yaml`, `gallery.yaml` and `shelves.yaml`. What English chooses by a product's name, so
does every language, and so a description says the same in all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from dev.catalogue.demo.copywriting import listed
from dev.catalogue.demo.measuring import inches_of
from dev.catalogue.demo.offers import pick
from dev.catalogue.draw.palette import COLOURWAYS
from dev.catalogue.records import CatalogueText, ShelfText

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dev.catalogue.demo.tables import Kind, Pattern, Work
    from dev.catalogue.records import CatalogueProduct

LANGUAGES: Final = ("de", "ar")
_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Language:
    """One language's tables."""

    glossary: dict[str, Any]
    kinds: dict[str, Any]
    patterns: dict[str, Any]
    gallery: dict[str, Any]
    shelves: dict[str, Any]

    def label(self, word: str, kind: str) -> str:
        """What an option's or attribute's value is called; sizes get the language's units."""
        found = self.glossary["own"].get(kind, {}).get(word) or self.glossary["values"].get(word)
        if found is not None:
            return str(found)
        for unit, name in self.glossary["units"].items():
            word = re.sub(rf"(?<=\d ){unit}\b", name, word)
        return word

    def said(self, sentence: str, **words: str) -> str:
        """One of the glossary's sentences with its words put in."""
        return str(self.glossary[sentence]).format(**words)

    def colour(self, way: str) -> str:
        """What a colourway is called."""
        return self.label(COLOURWAYS[way].name, "")

    def note(self, way: str) -> str:
        """What a colourway looks like."""
        return str(self.patterns["colours"][way])


@lru_cache(maxsize=len(LANGUAGES))
def language(code: str) -> Language:
    """The tables of a language of LANGUAGES."""
    return Language(*(_load(code, n) for n in ("glossary", "kinds", "patterns", "gallery", "shelves")))


def _load(code: str, name: str) -> Any:
    return yaml.safe_load((_FOLDER / code / f"{name}.yaml").read_text(encoding="utf-8"))


def shelf(category: str) -> dict[str, ShelfText]:
    """A category's texts by language."""
    return {code: ShelfText(*language(code).shelves[category]) for code in LANGUAGES}


def patterned(
    product: CatalogueProduct, kind: Kind, pattern: Pattern, ways: Sequence[str]
) -> dict[str, CatalogueText]:
    """The texts of a product in a pattern or glaze, by language."""
    out = {}
    for code in LANGUAGES:
        tongue = language(code)
        words = tongue.kinds[kind.key]
        title = tongue.said("patterned", noun=words["noun"], pattern=pattern.name)
        shots = [tongue.said("in_colour", title=title, colour=tongue.colour(way)) for way in ways]
        shots.append(tongue.said("close_up", title=title, colour=tongue.colour(ways[0])))
        colours = _colours(tongue, ways, product.handle)
        body = _body(tongue, kind, product.handle, tongue.patterns["stories"][pattern.repeat], colours)
        out[code] = _text(
            tongue,
            kind,
            product,
            title=title,
            body=body,
            summary=_first_sentence(words["making"][0]),
            shots=shots,
        )
    return out


def print_(
    product: CatalogueProduct, kind: Kind, work: Work, frames: Sequence[str]
) -> dict[str, CatalogueText]:
    """The texts of a print, by language."""
    out = {}
    for code in LANGUAGES:
        tongue = language(code)
        title = str(tongue.gallery["titles"][work.title])
        shots = [tongue.said("unframed", title=title)]
        shots += [tongue.said("framed", title=title, frame=tongue.label(frame, "")) for frame in frames]
        out[code] = _of_work(tongue, kind, product, work, title, shots)
    return out


def card(product: CatalogueProduct, kind: Kind, work: Work) -> dict[str, CatalogueText]:
    """The texts of a greeting card, by language."""
    out = {}
    for code in LANGUAGES:
        tongue = language(code)
        title = str(tongue.gallery["titles"][work.title])
        shots = [tongue.said("card_front", title=title), tongue.said("detail", title=title)]
        out[code] = _of_work(tongue, kind, product, work, tongue.said("card", title=title), shots)
    return out


def _of_work(
    tongue: Language, kind: Kind, product: CatalogueProduct, work: Work, title: str, shots: Sequence[str]
) -> CatalogueText:
    plain = str(tongue.gallery["titles"][work.title])
    note = _note(tongue, work)
    palette = tongue.said("palette", title=plain, colour=tongue.colour(work.way), note=tongue.note(work.way))
    body = _body(tongue, kind, product.handle, note, palette)
    return _text(tongue, kind, product, title=title, body=body, summary=note, shots=shots)


def _note(tongue: Language, work: Work) -> str:
    """What is said of the series, or of a sheet of patterned paper."""
    return str(tongue.gallery["notes"].get(work.art, tongue.gallery["sheet_note"]))


def _text(
    tongue: Language,
    kind: Kind,
    product: CatalogueProduct,
    *,
    title: str,
    body: str,
    summary: str,
    shots: Sequence[str],
) -> CatalogueText:
    words = [value for _, values in product.options for value in values]
    words += [value for attribute in product.attributes for value in attribute.values]
    codes = [attribute.code for attribute in product.attributes]
    return CatalogueText(
        title=title,
        description_html=body,
        summary=summary,
        options=_known(tongue.glossary["options"], (name for name, _ in product.options)),
        values={word: tongue.label(word, kind.key) for word in dict.fromkeys(words)},
        attributes=_known(tongue.glossary["attributes"], codes),
        images=tuple(shots),
    )


def _known(labels: dict[str, str], words: Iterable[str]) -> dict[str, str]:
    return {word: labels[word] for word in words}


def _body(tongue: Language, kind: Kind, handle: str, first: str, colours: str) -> str:
    """Three paragraphs, each choice the one that English makes, and the facts that can be listed."""
    words = tongue.kinds[kind.key]
    making = words["making"][pick(handle, "making", among=len(kind.making))]
    living = words["living"][pick(handle, "living", among=len(kind.living))]
    texts = (first, making, f"{colours} {living}")
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts) + listed(_facts(tongue, kind))


def _facts(tongue: Language, kind: Kind) -> list[str]:
    """The kind's facts, and its sizes in inches where they are in centimetres."""
    measured = ((tongue.label(size.label, kind.key), inches_of(size.label)) for size in kind.sizes)
    sizes = [tongue.said("as_inches", label=label, inches=inches) for label, inches in measured if inches]
    told = [tongue.said("in_inches", sizes=tongue.glossary["series"].join(sizes))] if sizes else []
    return [*tongue.kinds[kind.key].get("details", ()), *told]


def _colours(tongue: Language, ways: Sequence[str], handle: str) -> str:
    if len(ways) == 1:
        return tongue.said("one_way", colour=tongue.colour(ways[0]), note=tongue.note(ways[0]))
    openings = tongue.glossary["openings"]
    opening = str(openings[pick(handle, "colours", among=len(openings))])
    count = str(tongue.glossary["counts"][len(ways)])
    listed = [tongue.said("way", colour=tongue.colour(way), note=tongue.note(way)) for way in ways]
    return f"{opening.format(count=count)}{tongue.glossary['between'].join(listed)}."


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?]) ", text, maxsplit=1)[0]
