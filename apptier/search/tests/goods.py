"""Made-up products for the tests of search: as many as wanted, always the same, with real records."""

import random
from collections.abc import Iterator

from apptier.catalog.layout import CardText, CardVariant, StoredCard, StoredCategory, StoredProduct
from apptier.catalog.records import (
    AttributeRecord,
    CategoryRecord,
    CategoryText,
    OptionRecord,
    Price,
    ProductRecord,
    ProductText,
    VariantRecord,
)
from apptier.kit.models import Image
from apptier.search.documents import Source

TIME = "2026-11-01T00:00:00Z"
COLOURS = ("Ink", "Moss", "Clay", "Oat", "Fern", "Sky", "Plum", "Slate")
MATERIALS = ("Linen", "Cotton", "Wool", "Stoneware")
PATTERNS = ("Meadow", "Harbour", "Tide", "Ember", "Orchard", "Thicket", "Heron")
NOUNS = ("cushion", "rug", "mug", "vase", "print")
NOUNS_DE = ("Kissen", "Teppich", "Becher", "Vase", "Druck")


def image(base: str) -> Image:
    return Image(
        base=f"/media/{base}", widths=[360, 720], formats=["avif", "webp"], width=720, height=900, alt=base
    )


def tree(depth: int = 3) -> dict[str, StoredCategory]:
    """One category for each noun at the top, and a line of `depth - 1` below each."""
    found = {}
    for at, noun in enumerate(NOUNS):
        parent = None
        for level in range(depth):
            key = f"{noun}s" + f"-{level}" * bool(level)
            record = CategoryRecord(
                id=key,
                slug=key,
                name=key.capitalize(),
                parent_id=parent,
                position=at,
                translations={"de": CategoryText(name=f"{NOUNS_DE[at]} {level}")},
            )
            found[key] = StoredCategory(record, {"eu": 1, "us": 1})
            parent = key
    return found


def source(handle: str = "meadow-cushion", **changes) -> Source:
    """One product with variants in `colours` times two sizes; a few things of it can be said."""
    said = {
        "title": "Meadow cushion",
        "noun": 0,
        "colours": ("Ink", "Moss"),
        "material": "Linen",
        "price": 4900,
        "quantity": 9,
        "attributes": (),
        "rating": None,
        "sizes": ("45 cm", "60 cm"),
    } | changes
    variants = tuple(
        VariantRecord(
            sku=f"{handle}-{colour}-{size}".upper().replace(" ", ""),
            title=f"{colour} / {size}",
            options={"Colour": colour, "Size": size},
            image_index=at,
            prices={m: Price(amount=said["price"] + 1000 * up) for m in ("eu", "us")},
        )
        for at, colour in enumerate(said["colours"])
        for up, size in enumerate(said["sizes"])
    )
    record = ProductRecord(
        handle=handle,
        title=said["title"],
        vendor="Fieldnote",
        description_html=f"<p>{said['title']} of {said['material']}.</p>",
        category_ids=(f"{NOUNS[said['noun']]}s-2",),
        options=(
            OptionRecord(name="Colour", values=said["colours"]),
            OptionRecord(name="Size", values=said["sizes"]),
        ),
        variants=variants,
        images=tuple(image(f"{handle}-{colour.lower()}") for colour in said["colours"]),
        attributes=(
            AttributeRecord(code="material", name="Material", values=(said["material"],)),
            *said["attributes"],
        ),
        translations={
            "de": ProductText(
                title=said["title"].replace("cushion", "Kissen"),
                values={"Ink": "Tinte", "Linen": "Leinen"},
                options={"Colour": "Farbe"},
                attributes={"material": "Material"},
            )
        },
    )
    card = StoredCard(
        handle=handle,
        active=True,
        content_hash="",
        source_hash="",
        version=1,
        updated_at=TIME,
        published_at=f"2026-{1 + len(handle) % 12:02d}-01T00:00:00.000Z",
        offers_base=0,
        title=said["title"],
        vendor="Fieldnote",
        image=record.images[0],
        colours=said["colours"],
        memberships=(),
        variants=tuple(
            CardVariant(v.sku, v.title, record.images[v.image_index or 0], v.prices) for v in variants
        ),
        texts={"de": CardText(record.translations["de"].title, "", {"Ink": "Tinte"})},
    )
    stock = {variant.sku: said["quantity"] for variant in variants}
    return Source(card, StoredProduct(record, 1, TIME), stock, said["rating"])


def many(count: int) -> Iterator[Source]:
    """So many products, spread over everything."""
    luck = random.Random(7)
    for number in range(count):
        noun = number % len(NOUNS)
        pattern = luck.choice(PATTERNS)
        yield source(
            f"{pattern.lower()}-{NOUNS[noun]}-{number}",
            title=f"{pattern} {NOUNS[noun]} {number}",
            noun=noun,
            colours=tuple(luck.sample(COLOURS, 2)),
            material=luck.choice(MATERIALS),
            price=500 + int(luck.lognormvariate(8.2, 0.7)) // 50 * 50,
            quantity=luck.choice((0, 3, 40, 60)),
            rating=(round(luck.uniform(1, 5), 1), luck.randint(1, 90)) if number % 3 else None,
        )
