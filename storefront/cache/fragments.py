"""Rendered pieces of pages, kept by what they show: looked for together, and only missing ones are made.

A piece is named by all that its markup depends on. So what is found under its name is never wrong: a changed
price is another name, the moment the price is known, and whatever purge was lost. That is why nobody asks for
stamps of tags here, which for the cards of a list costs more than rendering them (ADR 0019).
"""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from storefront.cache.entry import Entry
from storefront.cache.layers import Layers
from storefront.cache.manifest import Family
from storefront.cache.told import told_of_pieces
from storefront.telemetry import Telemetry


class Piece(Protocol):
    """Something that is rendered by itself."""

    @property
    def name(self) -> str:
        """A digest of what its markup depends on, beside the template, release, market and language."""


P = TypeVar("P", bound=Piece)


class Fragments:
    """The pieces of one market and language, in memory and in the store. Thread-safe."""

    def __init__(self, layers: Layers, telemetry: Telemetry) -> None:
        self._layers = layers
        self._telemetry = telemetry

    def rendered(
        self, family: Family, place: str, pieces: Sequence[P], render: Callable[[P], str]
    ) -> list[str]:
        """The markup of every piece, in order; `place` names the template that `render` stands for.

        At most one round trip to find them and one to keep those that had to be rendered, whatever their
        number and whether or not the store is a cluster. While the store is away they are rendered.
        """
        prefix = f"{self._layers.keys.key(family, {})}{place}:"
        keys = [prefix + piece.name for piece in pieces]
        found = self._layers.texts(keys)
        made: dict[str, str] = {}
        texts: list[str] = []
        for key, piece, kept in zip(keys, pieces, found, strict=True):
            text = made.get(key) if kept is None else kept
            if text is None:
                text = made[key] = render(piece)
            texts.append(text)
        if made:
            self._keep(family, made)
        self._telemetry.cache_lookups.add(family.name, "fresh", by=len(pieces) - len(made))
        self._telemetry.cache_lookups.add(family.name, "miss", by=len(made))
        told_of_pieces(family.name, len(pieces), len(made))
        return texts

    def _keep(self, family: Family, made: dict[str, str]) -> None:
        now = self._layers.now()
        entries = ((key, Entry(now, now, now, (), text.encode())) for key, text in made.items())
        self._layers.keep(family, [(key, self._layers.timed(family, entry)) for key, entry in entries])
