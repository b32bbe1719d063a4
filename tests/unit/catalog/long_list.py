"""A shop whose one category is long: enough products, like those of a real shop, for pages and weights."""

from storefront.clients.search.fake import Entry, FakeSearch
from storefront.clients.shapes import Image, ProductCard, Rating
from storefront.core import Money, Sku
from tests import samples
from tests.unit.web.shops import Fakes

NAMES = (
    "Bindweed", "Slipstream", "Corridor", "Wayside", "Understorey", "Meander", "Tern", "Cloister", "Orangery",
    "Seiche", "Grove", "Deckchair", "Rill", "Withy", "Ferryman", "Vestibule", "Weir", "Fluted", "Weather",
    "Longhand", "Caravan", "Echo", "Espalier", "Saltgrain",
)  # fmt: skip
KINDS = ("Cushion", "Wool Rug", "Mug", "Cylinder Vase", "Wallpaper")
COLOURS = ("Ink", "Moss", "Clay", "Oat", "Fern", "Sky", "Plum", "Slate")


def card(number: int) -> ProductCard:
    title = f"{NAMES[number % len(NAMES)]} {KINDS[number % len(KINDS)]}"
    handle = f"{title.lower().replace(' ', '-')}-{number}"
    colours = tuple(COLOURS[(number + step) % len(COLOURS)] for step in range(number % 4))
    return ProductCard(
        handle=handle,
        title=title,
        vendor="Tern & Tide",
        image=Image(
            base=f"/media/demo/{handle}-{(number * 7919) % 16**10:010x}",
            widths=(360, 720, 1080),
            formats=("avif", "webp"),
            width=720,
            height=900,
            alt=f"{title} in {COLOURS[number % len(COLOURS)]}",
        ),
        price_from=Money(1900 + 350 * (number % 31), "EUR"),
        compare_at=Money(2900 + 350 * (number % 31), "EUR") if number % 7 == 0 else None,
        price_varies=number % 3 == 0,
        availability=("in_stock", "in_stock", "low_stock", "out_of_stock")[number % 4],
        variant_count=1 if number % 5 == 1 else 2 + number % 6,
        colours=colours,
        variant_sku=Sku(f"BC-{number:07X}") if number % 5 == 1 else None,
        rating=Rating(average=round(3 + (number % 20) / 10, 1), count=1 + number % 40)
        if number % 3
        else None,
        version=1,
        updated_at=samples.UPDATED,
    )


def lengthen(twins: Fakes, count: int) -> None:
    """Put so many products into the category "textiles", on every client of the twins."""
    facets = {"colour": COLOURS, "material": ("Linen", "Wool", "Cotton"), "size": ("S", "M", "L", "XL")}
    entries = [
        Entry(
            card(number),
            frozenset({"textiles"}),
            {code: (values[number % len(values)],) for code, values in facets.items()},
        )
        for number in range(count)
    ]
    categories = {one.slug: one.name for one in samples.CATEGORIES}
    names = {"colour": "Colour", "material": "Material", "size": "Size"}
    twin = FakeSearch(entries, names=names, categories=categories)
    twins.search.__dict__.update(twin.__dict__)
