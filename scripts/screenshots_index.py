"""The page that shows the pictures of docs/screenshots, written from the files that are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TITLES = {
    "home": "Home",
    "menu": "Menu",
    "landing": "Landing page",
    "category": "Category",
    "filtered": "Category, filtered",
    "search": "Search",
    "no-results": "Search without results",
    "product": "Product",
    "product-sold-out": "Product that is sold out",
    "reviews": "Reviews",
    "write-review": "Writing a review",
    "added": "Put into the cart",
    "cart": "Cart",
    "cart-empty": "Empty cart",
    "contact": "Checkout: contact",
    "contact-wrong": "Checkout: something is wrong",
    "delivery": "Checkout: delivery",
    "payment": "Checkout: payment",
    "review": "Checkout: review",
    "checking": "We are checking your order",
    "confirmation": "Confirmation",
    "order-look-up": "Finding an order",
    "order-status": "How an order stands",
    "content-page": "Page of words",
    "regions": "Countries and languages",
    "style-guide": "Style guide",
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
