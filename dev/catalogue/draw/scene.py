"""A picture as a value: what is photographed, in which colourway and surface; `draw` makes pixels of it."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dev.catalogue.draw import closeup, designs, paper, tableau, textiles, vessels
from dev.catalogue.draw.art import art
from dev.catalogue.draw.palette import COLOURWAYS, Colourway

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

WIDTHS_LARGE: Final = (360, 720, 1080)
WIDTHS_SMALL: Final = (360, 720)


@dataclass(frozen=True, slots=True)
class Picture:
    """A recipe: `surface` is `repeat:NAME`, `art:NAME` or `glaze:NAME`; `shape` refines the subject."""

    subject: str
    way: str
    surface: str
    seed: int = 7
    shape: str = ""
    widths: tuple[int, ...] = WIDTHS_SMALL

    @property
    def key(self) -> str:
        """Ten hex digits that change with the recipe and with the code that draws it."""
        material = repr(astuple(self)) + _source_digest()
        return hashlib.sha256(material.encode()).hexdigest()[:10]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the largest rendition, in pixels."""
        wide = max(self.widths)
        across, down = {"hero": (16, 9), "social": (1200, 630)}.get(self.subject, (4, 5))
        return wide, wide * down // across


@lru_cache(maxsize=1)
def _source_digest() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _tile(picture: Picture, way: Colourway) -> Image.Image | None:
    sort, _, name = picture.surface.partition(":")
    return designs.tile(name, 7, way) if sort == "repeat" else None


def _need(picture: Picture, way: Colourway) -> Image.Image:
    tile = _tile(picture, way)
    if tile is None:
        message = f"{picture.subject} needs a repeat, not {picture.surface!r}"
        raise ValueError(message)
    return tile


def _art(picture: Picture, way: Colourway) -> Image.Image:
    return art(picture.surface.removeprefix("art:"), picture.seed, way)


def _kind(picture: Picture) -> str:
    sort, _, name = picture.surface.partition(":")
    return name if sort == "glaze" else "dip"


_SUBJECTS: Final[dict[str, Callable[[Picture, Colourway, int], Image.Image]]] = {
    "cushion": lambda p, w, px: textiles.cushion(px, w, _need(p, w), oblong=p.shape == "oblong", seed=p.seed),
    "rug": lambda p, w, px: textiles.rug(px, w, _need(p, w), runner=p.shape == "runner", seed=p.seed),
    "towel": lambda p, w, px: textiles.towel(px, w, _need(p, w), seed=p.seed),
    "fabric": lambda p, w, px: textiles.pile(px, w, _need(p, w), seed=p.seed),
    "throw": lambda p, w, px: textiles.pile(
        px, w, _need(p, w), layers=2, thick=180, fringe=True, seed=p.seed
    ),
    "napkins": lambda p, w, px: textiles.pile(px, w, _need(p, w), layers=7, thick=40, seed=p.seed),
    "wallpaper": lambda p, w, px: paper.papered(px, w, _need(p, w), seed=p.seed),
    "print": lambda p, w, px: paper.framed(px, w, _art(p, w), p.shape or "oak"),
    "card": lambda p, w, px: paper.card(px, w, _art(p, w)),
    "notebook": lambda p, w, px: paper.notebook(px, w, _need(p, w), seed=p.seed),
    "parcel": lambda p, w, px: paper.parcel(px, w, _need(p, w)),
    "vessel": lambda p, w, px: vessels.vessel(px, p.shape, w, tile=_tile(p, w), kind=_kind(p), seed=p.seed),
    "glass": lambda p, w, px: vessels.glass(px, p.shape, w, fluted=p.surface.endswith("fluted")),
    "plate": lambda p, w, px: vessels.plate(px, w, _tile(p, w), kind=_kind(p), seed=p.seed),
    "tray": lambda p, w, px: vessels.plate(px, w, _need(p, w), tray=True),
    "lamp": lambda p, w, px: vessels.lamp(px, w, _need(p, w), p.shape, p.seed),
    "candlestick": lambda p, w, px: vessels.candlestick(px, w, _kind(p), p.seed),
    "close:cloth": lambda p, w, px: closeup.cloth(px, _need(p, w)),
    "close:wool": lambda p, w, px: closeup.cloth(px, _need(p, w), coarse=True),
    "close:paper": lambda p, w, px: closeup.sheet(px, _need(p, w)),
    "close:art": lambda p, w, px: closeup.sheet(px, _art(p, w)),
    "close:rim": lambda p, w, px: closeup.rim(px, p.shape, w, _tile(p, w), _kind(p), p.seed),
    "hero": lambda _p, _w, px: tableau.hero(px),
    "social": lambda _p, _w, px: tableau.social(px),
}


CROP_ZOOM: Final = 1.8
_CROPS: Final[dict[str, tuple[float, float]]] = {
    "plate": (0.85, 0.35),
    "glass": (0.5, 0.5),
    "candlestick": (0.3, 0.62),
}
"""Where a `crop:` picture is cut from its enlarged subject: shares of the way from the left and the top."""


def draw(picture: Picture) -> Image.Image:
    """The picture at its largest width. Raises KeyError for a subject or colourway that does not exist."""
    way, width = COLOURWAYS[picture.way], max(picture.widths)
    sort, _, inner = picture.subject.partition(":")
    if sort != "crop":
        return _SUBJECTS[picture.subject](picture, way, width)
    large = _SUBJECTS[inner](picture, way, round(width * CROP_ZOOM))
    left, top = (round(share * (CROP_ZOOM - 1) * width) for share in _CROPS[inner])
    return large.crop((left, top, left + width, top + width * 5 // 4))
