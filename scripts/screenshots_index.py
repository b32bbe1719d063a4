"""The page that shows the pictures of docs/screenshots, written from the files that are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TITLES = {
    "home": "Home",
    "menu": "Menu",
    "suggestions": "Search suggestions",
    "landing": "Landing page",
    "category": "Category",
    "filtered": "Category, filtered",
    "page-2": "Category, second page",
    "search": "Search",
    "search-misspelt": "Search, misspelt",
    "no-results": "Search without results",
    "product": "Product",
    "zoom": "Picture, enlarged",
    "delivery-estimate": "Delivery to a postcode",
    "product-sold-out": "Product that is sold out",
    "reviews": "Reviews",
    "write-review": "Writing a review",
    "write-review-wrong": "Writing a review: something is wrong",
    "thanks": "After a review",
    "added": "Put into the cart",
    "cart": "Cart",
    "cart-promo": "Cart with a promo code",
    "cart-promo-refused": "Cart, promo code refused",
    "cart-empty": "Empty cart",
    "contact": "Checkout: contact",
    "contact-wrong": "Checkout: something is wrong",
    "delivery": "Checkout: delivery",
    "delivery-wrong": "Checkout: delivery, something is wrong",
    "pickup": "Checkout: pick-up in a store",
    "payment": "Checkout: payment",
    "review": "Checkout: review",
    "review-declined": "Checkout: payment declined",
    "checking": "We are checking your order",
    "confirmation": "Confirmation",
    "order-look-up": "Finding an order",
    "order-look-up-wrong": "Finding an order: not found",
    "order-status": "How an order stands",
    "content-page": "Page of words",
    "regions": "Countries and languages",
    "style-guide": "Style guide",
    "error-400": "Request that makes no sense",
    "error-404": "Page that is missing",
    "error-405": "Address used in a wrong way",
}
FILE = re.compile(r"(?P<scene>[a-z0-9-]+?)-(?P<width>\d+)(?P<look>(?:-[a-z]+)*)\.webp")
WORDS = {"dark": "dark", "forced": "forced colours", "rtl": "right to left"}


def _described(width: str, look: str) -> str:
    return ", ".join([f"{width} px", *(WORDS[part] for part in look.split("-") if part)])


def write_index(folder: Path) -> None:
    """Write README.md into the folder, one heading per kind of page, pictures from narrow to wide."""
    pictures: dict[str, list[tuple[int, str, str]]] = {}
    for path in sorted(folder.glob("*.webp")):
        if found := FILE.fullmatch(path.name):
            pictures.setdefault(found["scene"], []).append((int(found["width"]), found["look"], path.name))
    text = ["# What the shop looks like", ""]
    text += [
        "Taken by `python -m scripts.screenshots` from the shop of `make run`; it writes this page as well.",
        "",
    ]
    order = [*TITLES, *sorted(set(pictures) - set(TITLES))]
    for scene in order:
        if scene not in pictures:
            continue
        title = TITLES.get(scene, scene)
        text += [f"## {title}", ""]
        for width, look, name in sorted(pictures[scene]):
            text.append(f"![{title}, {_described(str(width), look)}]({name})")
        text.append("")
    (folder / "README.md").write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")
