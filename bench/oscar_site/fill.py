"""`python -m bench.oscar_site.fill FILE`: the products of a JSON file into the peer's shop, and no others.

Each is a product of its own, without variants, which is less than ours have. All are written at once, without
the signals that would index one after the other; the index is built at the end.
"""

import json
import sys
from pathlib import Path

import django

COLOURS = ("#7a4b3a", "#3a5f7a", "#5f7a3a", "#7a3a6b", "#3a7a6e", "#7a6e3a")
SIDE = 900
STOCK = 100


def main() -> int:
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs settings

    call_command("migrate", verbosity=0)
    shop = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    clear()
    categories = write_categories(shop["categories"])
    write_products(shop["products"], categories)
    call_command("rebuild_index", interactive=False, verbosity=0)
    print(f"{len(shop['products'])} products in the peer's shop")
    return 0


def clear() -> None:
    from oscar.core.loading import get_model  # noqa: PLC0415

    for app, model in (("catalogue", "Product"), ("catalogue", "Category"), ("catalogue", "ProductClass")):
        get_model(app, model).objects.all().delete()
    get_model("partner", "Partner").objects.all().delete()


def write_categories(wanted):  # noqa: ANN001, ANN201 - the peer's models have no types
    from oscar.core.loading import get_model  # noqa: PLC0415

    model = get_model("catalogue", "Category")
    made = {}
    for each in wanted:  # parents come before children
        parent = made.get(each["parent"])
        fields = {"name": each["name"], "description": each["description"]}
        made[each["id"]] = parent.add_child(**fields) if parent else model.add_root(**fields)
    return {name: model.objects.get(pk=category.pk) for name, category in made.items()}


def write_products(wanted, categories) -> None:  # noqa: ANN001
    from django.utils.text import slugify  # noqa: PLC0415
    from oscar.core.loading import get_model  # noqa: PLC0415

    model = get_model("catalogue", "Product")
    kind = get_model("catalogue", "ProductClass").objects.create(name="Goods", track_stock=True)
    partner = get_model("partner", "Partner").objects.create(name="House")
    made = model.objects.bulk_create(
        [
            model(
                structure="standalone",
                upc=each["sku"],
                title=each["title"],
                slug=slugify(each["title"]),
                description=each["text"],
                product_class=kind,
            )
            for each in wanted
        ]
    )
    pairs = list(zip(made, wanted, strict=True))
    link = get_model("catalogue", "ProductCategory")
    link.objects.bulk_create(
        [link(product=product, category=categories[each["category"]]) for product, each in pairs]
    )
    record = get_model("partner", "StockRecord")
    record.objects.bulk_create(
        [
            record(
                product=product,
                partner=partner,
                partner_sku=each["sku"],
                price_currency="EUR",
                price=each["price"],
                num_in_stock=STOCK,
            )
            for product, each in pairs
        ]
    )
    pictures = drawn()
    picture = get_model("catalogue", "ProductImage")
    picture.objects.bulk_create(
        [
            picture(product=product, original=pictures[turn % len(pictures)], display_order=0)
            for turn, product in enumerate(made)
        ]
    )


def drawn() -> list[str]:
    """A few plain pictures below MEDIA_ROOT, for thumbnails to be made of; their names there."""
    from django.conf import settings  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    folder = Path(settings.MEDIA_ROOT) / "images"
    folder.mkdir(parents=True, exist_ok=True)
    for number, colour in enumerate(COLOURS):
        Image.new("RGB", (SIDE, SIDE), colour).save(folder / f"{number}.jpg", quality=80)
    return [f"images/{number}.jpg" for number in range(len(COLOURS))]


if __name__ == "__main__":
    sys.exit(main())
