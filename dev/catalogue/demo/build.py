"""Multiplies the tables into products: names, variants, facets and the recipes of their pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dev.catalogue.demo import copywriting, translating
from dev.catalogue.demo.offers import asked_share, attributes, offer, pick, published_at, tags
from dev.catalogue.demo.tables import kinds, pattern_book, print_room, shelf_for, shelves, ways_up, works
from dev.catalogue.draw.palette import COLOURWAYS
from dev.catalogue.draw.scene import WIDTHS_LARGE, WIDTHS_SMALL, Picture
from dev.catalogue.media.studio_run import base_of, formats_of
from dev.catalogue.naming import slug
from dev.catalogue.records import CatalogueCategory, CatalogueImage, CatalogueProduct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dev.catalogue.demo.tables import Kind, Pattern, Work
    from dev.catalogue.records import CatalogueAttribute

SMOOTH: Final = frozenset({"vessel", "glass", "lamp", "candlestick"})
"""Subjects whose pictures stay small on disk even at full width; prints and cards are large as well."""
GALLERY: Final = "The Gallery"
HERO, SOCIAL = "/media/home/hero", "/media/home/og"
CARDS_IN_FIVE: Final = 2
"""Of five pictures in the gallery, so many also become cards."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The whole demo shop: shelves, products, and every picture by its URL base."""

    categories: tuple[CatalogueCategory, ...]
    products: tuple[CatalogueProduct, ...]
    pictures: dict[str, Picture]


def build() -> Demo:
    """The demo shop. Takes milliseconds: pictures are named here and drawn elsewhere."""
    album = Album()
    products = [_patterned(kind, surface, album) for kind in kinds() for surface in kind.surfaces]
    for work in works():
        products.append(_print(work, album))
        if pick("card", work.title, among=5) < CARDS_IN_FIVE:
            products.append(_card(work, album))
    categories = [
        CatalogueCategory(
            shelf.id,
            shelf.id,
            shelf.name,
            shelf.parent or None,
            position,
            shelf.text,
            album.add(f"shelf-{shelf.id}", shelf.picture, shelf.name),
            translating.shelf(shelf.id),
        )
        for position, shelf in enumerate(shelves())
    ]
    album.pictures[HERO] = Picture("hero", "clay", "", widths=(720, 1080, 1920))
    album.pictures[SOCIAL] = Picture("social", "clay", "", widths=(1200,))
    dated = (replace(p, published_at=published_at(p.handle, new="new" in p.tags)) for p in products)
    return Demo(tuple(categories), tuple(product.sealed() for product in dated), album.pictures)


class Album:
    """Collects the recipes of pictures as products name them; equal recipes of one name are one picture."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture] = {}

    def add(self, name: str, picture: Picture, alt: str) -> CatalogueImage:
        """The image that the recipe will be drawn to."""
        base = base_of(name, picture)
        self.pictures[base] = picture
        width, height = picture.size
        return CatalogueImage(base, picture.widths, formats_of(picture), width, height, alt)


def _patterned(kind: Kind, surface: str, album: Album) -> CatalogueProduct:
    pattern = _pattern(kind, surface)
    title = f"{pattern.name} {kind.noun}"
    handle = slug(title)
    ways = _ways(kind, pattern)
    images = _shots(kind, surface, ways, title, album)
    share = asked_share(handle)
    variants = tuple(
        offer(handle, {"Colour": COLOURWAYS[way].name, kind.second: size.label}, size, index, share)
        for index, way in enumerate(ways)
        for size in kind.sizes
    )
    product = CatalogueProduct(
        handle=handle,
        title=title,
        vendor=kind.vendor,
        description_html=copywriting.patterned(kind, pattern, ways, handle),
        category_ids=ways_up(shelf_for(kind.category, pattern.kind)),
        tags=tags(handle, share, (pattern.collection, pattern.kind)),
        options=(
            ("Colour", tuple(COLOURWAYS[way].name for way in ways)),
            (kind.second, tuple(size.label for size in kind.sizes)),
        ),
        variants=variants,
        images=images,
        attributes=_facets(kind, pattern, ways),
        published=True,
        seo_title=f"{title} | {pattern.collection}",
        seo_description=kind.making[0].partition(". ")[0].rstrip(".") + ".",
    )
    return replace(product, translations=translating.patterned(product, kind, pattern, ways))


def _pattern(kind: Kind, surface: str) -> Pattern:
    sort, _, name = surface.partition(":")
    book = pattern_book()
    if sort == "repeat":
        return book.repeats[name]
    return book.glass[name] if kind.subject == "glass" else book.glazes[name]


def _ways(kind: Kind, pattern: Pattern) -> tuple[str, ...]:
    """The kind's share of the pattern's colourways; kinds of one material start alike and share close-ups."""
    start = pick("ways", kind.close, pattern.name, among=len(pattern.ways))
    count = min(kind.ways, len(pattern.ways))
    return tuple(pattern.ways[(start + step) % len(pattern.ways)] for step in range(count))


def _shots(
    kind: Kind, surface: str, ways: Sequence[str], title: str, album: Album
) -> tuple[CatalogueImage, ...]:
    """One picture per colourway, then a close-up of the first."""
    handle = slug(title)
    seed = 1 + pick("seed", handle, among=9)
    shots = []
    for index, way in enumerate(ways):
        widths = WIDTHS_LARGE if index == 0 and kind.subject in SMOOTH else WIDTHS_SMALL
        picture = Picture(kind.subject, way, surface, seed, kind.shape, widths)
        shots.append(album.add(f"{handle}-{way}", picture, f"{title} in {COLOURWAYS[way].name}"))
    first, alt = ways[0], f"{title} in {COLOURWAYS[ways[0]].name}, close up"
    if kind.close in {"", "close:rim"}:
        subject = kind.close or f"crop:{kind.subject}"
        close = Picture(subject, first, surface, seed, kind.shape)
        return (*shots, album.add(f"close-{handle}-{first}", close, alt))
    name = f"close-{slug(surface)}-{kind.close.removeprefix('close:')}-{first}"
    return (*shots, album.add(name, Picture(kind.close, first, surface), alt))


def _print(work: Work, album: Album) -> CatalogueProduct:
    kind = print_room().print_
    handle = slug(f"{work.title} print")
    frames = ("Oak", "Black") if pick("frame", handle, among=2) else ("Walnut", "White")
    share = asked_share(handle)
    framed = dict.fromkeys(frames, kind.sizes)
    variants = tuple(
        offer(handle, {"Frame": frame, "Size": size.label}, size, index, share)
        for index, (frame, sizes) in enumerate({"Unframed": print_room().unframed, **framed}.items())
        for size in sizes
    )
    choices = ("Unframed", *frames)
    product = CatalogueProduct(
        handle=handle,
        title=work.title,
        vendor=kind.vendor,
        description_html=copywriting.print_(work, handle),
        category_ids=ways_up(kind.category),
        tags=tags(handle, share, (GALLERY, work.subject)),
        options=(("Frame", choices), ("Size", tuple(size.label for size in kind.sizes))),
        variants=variants,
        images=_print_shots(work, handle, frames, album),
        attributes=_gallery_facets(kind, work),
        published=True,
        seo_title=f"{work.title} | Art print",
        seo_description=work.note,
    )
    return replace(product, translations=translating.print_(product, kind, work, frames))


def _print_shots(work: Work, handle: str, frames: Sequence[str], album: Album) -> tuple[CatalogueImage, ...]:
    """The bare sheet first: a card shows the first picture beside the lowest price, which has no frame."""
    surface = f"art:{work.art}"
    shots = []
    for index, frame in enumerate(frames):
        widths = WIDTHS_LARGE if index == 0 else WIDTHS_SMALL
        picture = Picture("print", work.way, surface, work.seed, frame.lower(), widths)
        alt = f"{work.title}, art print in a {frame.lower()} frame"
        shots.append(album.add(f"{handle}-{frame.lower()}", picture, alt))
    return (_sheet(work, album, f"{work.title}, the unframed print close up"), *shots)


def _sheet(work: Work, album: Album, alt: str) -> CatalogueImage:
    picture = Picture("close:art", work.way, f"art:{work.art}", work.seed)
    return album.add(f"close-{slug(work.title)}", picture, alt)


def _card(work: Work, album: Album) -> CatalogueProduct:
    kind = print_room().card
    handle = slug(f"{work.title} greeting card")
    front = Picture("card", work.way, f"art:{work.art}", work.seed)
    alt = f"{work.title}, greeting card with its envelope"
    product = CatalogueProduct(
        handle=handle,
        title=f"{work.title} Card",
        vendor=kind.vendor,
        description_html=copywriting.card(work, handle),
        category_ids=ways_up(kind.category),
        tags=tags(handle, 100, (GALLERY, work.subject)),
        options=((kind.second, tuple(size.label for size in kind.sizes)),),
        variants=tuple(offer(handle, {kind.second: size.label}, size, 0) for size in kind.sizes),
        images=(album.add(handle, front, alt), _sheet(work, album, f"{work.title}, detail of the printing")),
        attributes=_gallery_facets(kind, work),
        published=True,
        seo_title=f"{work.title} | Greeting card",
        seo_description=work.note,
    )
    return replace(product, translations=translating.card(product, kind, work))


def _facets(kind: Kind, pattern: Pattern, ways: Sequence[str]) -> tuple[CatalogueAttribute, ...]:
    families = list(dict.fromkeys(COLOURWAYS[way].family for way in ways))
    return (
        *attributes(
            colour=families,
            pattern=[pattern.kind],
            style=[pattern.style],
            collection=[pattern.collection],
        ),
        *_kind_facets(kind),
    )


def _gallery_facets(kind: Kind, work: Work) -> tuple[CatalogueAttribute, ...]:
    family = COLOURWAYS[work.way].family
    return (
        *attributes(colour=[family], pattern=[work.subject], style=["Modern"], collection=[GALLERY]),
        *_kind_facets(kind),
    )


def _kind_facets(kind: Kind) -> tuple[CatalogueAttribute, ...]:
    facets = attributes(material=kind.materials, room=kind.rooms, care=[kind.care], made_in=[kind.made_in])
    if kind.second != "Size":
        return facets
    return (*attributes(size=[size.label for size in kind.sizes]), *facets)


__all__ = ["HERO", "SOCIAL", "Album", "Demo", "build"]
