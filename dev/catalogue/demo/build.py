"""Multiplies the tables into products: names, variants, prices, stock, facets and the recipes of their pictures.

Everything is decided by hashes of names, never by chance or the clock: the same tables give the same shop.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from dev.catalogue.demo.gallery import Work, works
from dev.catalogue.demo.glaze_names import GLASS, GLAZES
from dev.catalogue.demo.kinds import KINDS, Kind, Size
from dev.catalogue.demo.pattern_book import COLOUR_NOTES, PATTERNS, Pattern
from dev.catalogue.demo.prints import CARD, PRINT, PRINT_SIZES
from dev.catalogue.demo.shelves import SHELVES
from dev.catalogue.draw.palette import COLOURWAYS
from dev.catalogue.draw.scene import WIDTHS_LARGE, WIDTHS_SMALL, Picture
from dev.catalogue.media.studio_run import base_of, formats_of
from dev.catalogue.records import (
    CatalogueAttribute,
    CatalogueCategory,
    CatalogueImage,
    CatalogueProduct,
    CatalogueVariant,
    Price,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MARKETS: Final = (("eu", "EUR"), ("us", "USD"))
SMOOTH: Final = frozenset({"vessel", "glass", "lamp", "candlestick"})
"""Subjects whose pictures stay small on disk even at full width; prints and cards are large as well."""
SALE_EVERY: Final = 7
"""One product in so many is reduced."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The whole demo shop: shelves, products, and every picture by its URL base."""

    categories: tuple[CatalogueCategory, ...]
    products: tuple[CatalogueProduct, ...]
    pictures: dict[str, Picture]


def pick(*names: str, among: int) -> int:
    """A number from 0 to `among - 1` that depends on the names alone."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:6]) % among


def build() -> Demo:
    """The demo shop. Takes milliseconds: pictures are named here and drawn elsewhere."""
    pictures: dict[str, Picture] = {}
    products = [_patterned(kind, surface, pictures) for kind in KINDS for surface in kind.surfaces]
    for work in works():
        products.append(_print(work, pictures))
        if pick("card", work.title, among=5) < 2:  # noqa: PLR2004  two pictures in five also become cards
            products.append(_card(work, pictures))
    categories = _categories(pictures)
    pictures["/media/home/hero"] = Picture("hero", "clay", "", widths=(720, 1080, 1920))
    pictures["/media/home/og"] = Picture("social", "clay", "", widths=(1200,))
    return Demo(tuple(categories), tuple(product.sealed() for product in products), pictures)


def _categories(pictures: dict[str, Picture]) -> list[CatalogueCategory]:
    out = []
    for position, shelf in enumerate(SHELVES):
        image = _image(f"shelf-{shelf.id}", shelf.picture, shelf.name, pictures)
        out.append(CatalogueCategory(shelf.id, shelf.id, shelf.name, shelf.parent or None, position, shelf.text, image))
    return out


def _image(name: str, picture: Picture, alt: str, pictures: dict[str, Picture]) -> CatalogueImage:
    base = base_of(name, picture)
    pictures[base] = picture
    width, height = picture.size
    return CatalogueImage(base, picture.widths, formats_of(picture), width, height, alt)


def _family(surface: str, kind: Kind) -> Pattern:
    sort, _, name = surface.partition(":")
    return PATTERNS[name] if sort == "repeat" else GLASS[name] if kind.subject == "glass" else GLAZES[name]


def _chosen(kind: Kind, pattern: Pattern) -> tuple[str, ...]:
    start = pick("ways", kind.close, pattern.name, among=len(pattern.ways))
    return tuple(pattern.ways[(start + step) % len(pattern.ways)] for step in range(min(kind.ways, len(pattern.ways))))


def _patterned(kind: Kind, surface: str, pictures: dict[str, Picture]) -> CatalogueProduct:
    pattern = _family(surface, kind)
    title = f"{pattern.name} {kind.noun}"
    handle = slug(title)
    ways = _chosen(kind, pattern)
    images = [_shot(kind, surface, handle, way, index, title, pictures) for index, way in enumerate(ways)]
    images.append(_close(kind, surface, pattern, ways[0], handle, title, pictures))
    factor = _sale(handle)
    variants = tuple(
        _variant(handle, {"Colour": COLOURWAYS[way].name, kind.second: size.label}, size, factor, index)
        for index, way in enumerate(ways) for size in kind.sizes)
    options = (("Colour", tuple(COLOURWAYS[way].name for way in ways)), (kind.second, tuple(s.label for s in kind.sizes)))
    facets = _facets(kind, pattern, ways)
    tags = _tags(handle, factor, (pattern.collection, pattern.kind))
    return CatalogueProduct(
        handle, title, kind.vendor, _copy(kind, pattern, ways, handle), _with_parent(kind.category), tags, options,
        variants, tuple(images), facets, published=True, seo_title=f"{title} | {pattern.collection}",
        seo_description=kind.making[0].split(". ")[0][:150].rstrip(".") + ".")


def _shot(kind: Kind, surface: str, handle: str, way: str, index: int, title: str,
          pictures: dict[str, Picture]) -> CatalogueImage:
    seed = 1 + pick("seed", handle, among=9)
    widths = WIDTHS_LARGE if index == 0 and kind.subject in SMOOTH else WIDTHS_SMALL
    picture = Picture(kind.subject, way, surface, seed, kind.shape, widths)
    return _image(f"{handle}-{way}", picture, f"{title} in {COLOURWAYS[way].name}", pictures)


def _close(kind: Kind, surface: str, pattern: Pattern, way: str, handle: str, title: str,
           pictures: dict[str, Picture]) -> CatalogueImage:
    if kind.close == "close:rim":
        picture = Picture(kind.close, way, surface, 1 + pick("seed", handle, among=9), kind.shape)
    elif kind.close:
        picture = Picture(kind.close, way, surface)
    else:
        return _detail_crop(kind, surface, way, handle, title, pictures)
    name = f"{slug(pattern.name)}-{kind.shape + '-' if kind.close == 'close:rim' else ''}{kind.close.removeprefix('close:')}-{way}"
    return _image(f"close-{name}", picture, f"{title} in {COLOURWAYS[way].name}, close up", pictures)


def _detail_crop(kind: Kind, surface: str, way: str, handle: str, title: str,
                 pictures: dict[str, Picture]) -> CatalogueImage:
    picture = Picture(f"crop:{kind.subject}", way, surface, 1 + pick("seed", handle, among=9), kind.shape)
    return _image(f"close-{handle}-{way}", picture, f"{title} in {COLOURWAYS[way].name}, close up", pictures)


def _print(work: Work, pictures: dict[str, Picture]) -> CatalogueProduct:
    handle = slug(f"{work.title} print")
    frames = ("Oak", "Black") if pick("frame", handle, among=2) else ("Walnut", "White")
    surface = f"art:{work.art}"
    shots = [_image(f"{handle}-{frame.lower()}", Picture("print", work.way, surface, work.seed, frame.lower(),
                                                         WIDTHS_LARGE if index == 0 else WIDTHS_SMALL),
                    f"{work.title}, art print in a {frame.lower()} frame", pictures)
             for index, frame in enumerate(frames)]
    shots.append(_image(f"close-{handle}", Picture("close:art", work.way, surface, work.seed),
                        f"{work.title}, detail of the print", pictures))
    factor = _sale(handle)
    variants = []
    for index, frame in enumerate((*frames, "Unframed")):
        for size in PRINT_SIZES[frame == "Unframed"]:
            variants.append(_variant(handle, {"Frame": frame, "Size": size.label}, size, factor, index))
    labels = tuple(size.label for size in PRINT_SIZES[0])
    way = COLOURWAYS[work.way]
    facets = _attributes(
        colour=[way.family], material=["Cotton paper", *(["Oak"] if "Oak" in frames else [])], pattern=[work.subject],
        style=["Modern"], collection=["The Gallery"], size=list(labels), room=list(PRINT.rooms), care=[PRINT.care],
        made_in=[PRINT.made_in], finish=[*frames, "Unframed"])
    return CatalogueProduct(
        handle, work.title, PRINT.vendor, _paragraphs(_print_text(work, handle)), _with_parent("art-prints"),
        _tags(handle, factor, ("The Gallery", work.subject)), (("Frame", (*frames, "Unframed")), ("Size", labels)),
        tuple(variants), tuple(shots), facets, published=True, seo_title=f"{work.title} | Art print",
        seo_description=work.note[:155])


def _card(work: Work, pictures: dict[str, Picture]) -> CatalogueProduct:
    title = f"{work.title} Card"
    handle = slug(f"{work.title} greeting card")
    surface, way = f"art:{work.art}", COLOURWAYS[work.way]
    images = (_image(handle, Picture("card", work.way, surface, work.seed, "", WIDTHS_LARGE),
                     f"{work.title}, greeting card with its envelope", pictures),
              _image(f"close-{slug(work.title + ' print')}", Picture("close:art", work.way, surface, work.seed),
                     f"{work.title}, detail of the printing", pictures))
    variants = tuple(_variant(handle, {"Pack": size.label}, size, 100, 0) for size in CARD.sizes)
    facets = _attributes(colour=[way.family], material=["Paper"], pattern=[work.subject], style=["Modern"],
                         collection=["The Gallery"], size=[size.label for size in CARD.sizes], room=["Study"],
                         care=["Keep dry"], made_in=[CARD.made_in])
    text = [work.note, CARD.making[pick(handle, "m", among=len(CARD.making))],
            CARD.living[pick(handle, "l", among=len(CARD.living))]]
    return CatalogueProduct(
        handle, title, CARD.vendor, _paragraphs(text), _with_parent("greeting-cards"),
        _tags(handle, 100, ("The Gallery", work.subject)), (("Pack", tuple(size.label for size in CARD.sizes)),),
        variants, images, facets, published=True, seo_title=f"{title} | Blank inside", seo_description=work.note[:155])


def _variant(handle: str, values: dict[str, str], size: Size, factor: int, image: int) -> CatalogueVariant:
    sku = sku_of(handle, values)
    full = {"eu": size.eur, "us": size.usd}
    prices = {market: Price(_ending(full[market] * factor // 100, factor), currency) for market, currency in MARKETS}
    compare = {market: Price(full[market], currency) for market, currency in MARKETS} if factor < 100 else {}  # noqa: PLR2004
    barcode = _barcode(sku)
    return CatalogueVariant(sku, values, prices, _stock(sku), compare, barcode, size.grams, image)


def _ending(amount: int, factor: int) -> int:
    if factor == 100 or amount < 1000:  # noqa: PLR2004  full prices stand as written; small ones keep their cents
        return amount - amount % 5
    return amount // 100 * 100 + (50 if amount % 100 >= 50 else 0)  # noqa: PLR2004


def _sale(handle: str) -> int:
    """The share of the full price that is asked, in per cent: 100, or 85 to 70 in a sale."""
    return (85, 80, 75, 70)[pick("cut", handle, among=4)] if pick("sale", handle, among=SALE_EVERY) == 0 else 100


def _stock(sku: str) -> int:
    luck = pick("stock", sku, among=100)
    if luck < 5:  # noqa: PLR2004  five in a hundred are sold out, eight more nearly
        return 0
    return 1 + luck % 4 if luck < 13 else 12 + pick("more", sku, among=140)  # noqa: PLR2004


def sku_of(handle: str, values: dict[str, str]) -> str:
    """A stable SKU: initials of the product and a short hash of what distinguishes the variant."""
    initials = "".join(word[0] for word in handle.split("-") if word)[:4].upper()
    digest = hashlib.sha256("|".join([handle, *values.values()]).encode()).hexdigest()[:7].upper()
    return f"{initials}-{digest}"


def _barcode(sku: str) -> str:
    """A 13-digit number from the range that GS1 keeps for use inside a shop (prefix 20), with its check digit."""
    body = f"20{pick('ean', sku, among=10**10):010d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _facets(kind: Kind, pattern: Pattern, ways: Sequence[str]) -> tuple[CatalogueAttribute, ...]:
    families = list(dict.fromkeys(COLOURWAYS[way].family for way in ways))
    return _attributes(
        colour=families, material=list(kind.materials), pattern=[pattern.kind], style=[pattern.style],
        collection=[pattern.collection], size=[size.label for size in kind.sizes], room=list(kind.rooms),
        care=[kind.care], made_in=[kind.made_in])


_NAMES: Final = {"colour": "Colour", "material": "Material", "pattern": "Pattern", "style": "Style",
                 "collection": "Collection", "size": "Size", "room": "Room", "care": "Care", "made_in": "Made in",
                 "finish": "Frame"}


def _attributes(**values: list[str]) -> tuple[CatalogueAttribute, ...]:
    return tuple(CatalogueAttribute(code, _NAMES[code], tuple(listed)) for code, listed in values.items())


def _tags(handle: str, factor: int, more: Sequence[str]) -> tuple[str, ...]:
    tags = [slug(word) for word in more]
    if factor < 100:  # noqa: PLR2004
        tags.append("sale")
    if pick("new", handle, among=6) == 0:
        tags.append("new")
    if pick("best", handle, among=9) == 0:
        tags.append("bestseller")
    return tuple(dict.fromkeys(tags))


def _with_parent(category: str) -> tuple[str, ...]:
    parent = next(shelf.parent for shelf in SHELVES if shelf.id == category)
    return (category, parent) if parent else (category,)


def _copy(kind: Kind, pattern: Pattern, ways: Sequence[str], handle: str) -> str:
    making = kind.making[pick(handle, "making", among=len(kind.making))]
    living = kind.living[pick(handle, "living", among=len(kind.living))]
    return _paragraphs([pattern.story, making, f"{_colours(ways, handle)} {living}"])


def _colours(ways: Sequence[str], handle: str) -> str:
    said = [f"{COLOURWAYS[way].name} is {COLOUR_NOTES[way]}" for way in ways]
    if len(said) == 1:
        return f"It comes in one colourway: {COLOURWAYS[ways[0]].name}, {COLOUR_NOTES[ways[0]]}."
    opening = ("There are {count} colourways. ", "Choose between {count} colourways: ", "We mix it in {count} colourways. ")[
        pick(handle, "colours", among=3)]
    listed = f"{'; '.join(said[:-1])}; {said[-1]}."
    return opening.format(count={2: "two", 3: "three"}.get(len(said), str(len(said)))) + listed


def _print_text(work: Work, handle: str) -> list[str]:
    way = COLOURWAYS[work.way]
    making = PRINT.making[pick(handle, "making", among=len(PRINT.making))]
    living = PRINT.living[pick(handle, "living", among=len(PRINT.living))]
    return [work.note, making, f"The palette is {way.name}: {COLOUR_NOTES[work.way]}. {living}"]


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def slug(text: str) -> str:
    """Lower-case words joined by hyphens."""
    kept = "".join(char if char.isascii() and char.isalnum() else " " for char in text.lower().replace("'", ""))
    return "-".join(kept.split())
