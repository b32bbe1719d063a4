"""What an index knows about itself: facets, labels, categories and the catalogue's stamp, in one document.

Written with the index and read by id, so that a search needn't count over all products to say what there is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apptier.search.prices import PriceRange

ABOUT_ID = "about"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category of the index: its name in the index's language and the slug of the one above it."""

    name: str
    parent: str | None
    position: int


@dataclass(frozen=True, slots=True)
class About:
    """`names` are facets by code, `labels` the values that are called otherwise than their value.

    `steps` are the price facet's ranges by category, those of the whole index under "".
    """

    version: int
    updated_at: str
    names: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    steps: Mapping[str, Sequence[PriceRange]] = field(default_factory=dict)

    def label(self, code: str, value: str) -> str:
        """What a value of a facet is called."""
        return self.labels.get(code, {}).get(value, value)

    def below(self, slug: str | None) -> list[str]:
        """The categories right below one (None: the top ones), in the catalogue's order."""
        found = [
            (shelf.position, key)
            for key, shelf in self.shelves.items()
            if shelf.parent == slug or (slug is None and shelf.parent not in self.shelves)
        ]
        return [key for _position, key in sorted(found)]

    def to_document(self) -> dict[str, Any]:
        """The document that keeps it; nothing in it can be searched for."""
        shelves = {slug: [shelf.name, shelf.parent, shelf.position] for slug, shelf in self.shelves.items()}
        kept = {
            "version": self.version,
            "updated_at": self.updated_at,
            # Lists of pairs: a name with a dot in it would be read as a path.
            "names": list(map(list, self.names.items())),
            "labels": [[code, list(map(list, labels.items()))] for code, labels in self.labels.items()],
            "shelves": list(map(list, shelves.items())),
            "steps": [[slug, [[one.low, one.high] for one in steps]] for slug, steps in self.steps.items()],
        }
        return {"id": ABOUT_ID, "kind": "about", "card": kept}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "About":
        """What `to_document` kept."""
        kept = document["card"]
        return cls(
            version=kept["version"],
            updated_at=kept["updated_at"],
            names=dict(kept["names"]),
            labels={code: dict(labels) for code, labels in kept["labels"]},
            shelves={slug: Shelf(*shelf) for slug, shelf in kept["shelves"]},
            steps={slug: [PriceRange(*step) for step in steps] for slug, steps in kept["steps"]},
        )

    def joined(self, newer: "About", shelves: Iterable[str] | None = None) -> "About":
        """This with what a few newer products bring; `shelves` names the categories that there still are.

        The price ranges stay what all products made them.
        """
        labels = {code: dict(known) for code, known in self.labels.items()}
        for code, more in newer.labels.items():
            labels[code] = labels.get(code, {}) | dict(more)
        kept = {**self.shelves, **newer.shelves}
        if shelves is not None:
            wanted = set(shelves)
            kept = {slug: shelf for slug, shelf in kept.items() if slug in wanted}
        names, steps = {**self.names, **newer.names}, {**newer.steps, **self.steps}
        return About(newer.version, newer.updated_at, names, labels, kept, steps)
