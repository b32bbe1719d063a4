"""Pictures of every kind of page, from a running shop: `python -m scripts.screenshots --origin http://127.0.0.1:8000`.

A visitor of its own per size and theme goes the way that the accessibility tests go (tests/e2e/scenes.py),
cart and checkout included, and photographs each page on it as a compact WebP. By default only those that the
repository keeps are taken (light at 360 and 1280 px; dark, forced colours, right to left for some); `--all`
takes 360, 768 and 1280 in every theme, for somebody to look through. A page that cannot be shown is named at
the end, and the exit status is 1: the rest is taken all the same.
"""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.screenshots_index import write_index
from tests.e2e.conftest import QUIET, chromium
from tests.e2e.scenes import visit
from tests.e2e.shopper import Shopper

HEIGHTS = {360: 1_700, 768: 1_500, 1280: 1_500}
"""The tallest picture of each width, in CSS pixels: the rest of a long page says nothing new."""
QUALITY = 52
MOST_BYTES = 6_000_000
TIMEOUT_MS = 12_000
SETTLE_MS = 250
LAZY = """async () => {
  for (let y = 0; y < Math.min(document.body.scrollHeight, 2400); y += 500) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 40));
  }
  scrollTo(0, 0);
  // In a picture of a whole page, what sticks to the window's edge would lie in the middle.
  for (const element of document.querySelectorAll("main *"))
    if (getComputedStyle(element).position === "sticky") element.style.position = "static";
  await document.fonts.ready;
  // Pictures far below stay unasked for, and would be waited for in vain.
  const there = Promise.all(Array.from(document.images, (image) => image.decode().catch(() => null)));
  await Promise.race([there, new Promise((done) => setTimeout(done, 1500))]);
}"""

Scheme = Literal["light", "dark"]
SOME = ("home", "category", "product", "cart", "review", "style-guide")


@dataclass(frozen=True)
class Look:
    """How a visitor sees the shop. `only` names the scenes that are kept of it, none for all."""

    width: int
    scheme: Scheme = "light"
    forced: bool = False
    region: str = "/ie/en"
    only: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The end of the files' names: `360`, `1280-dark`, `360-rtl`."""
        special = "-forced" if self.forced else "-rtl" if self.region.endswith("/ar") else ""
        return f"{self.width}{special}{'-dark' if self.scheme == 'dark' else ''}"


KEPT = (
    Look(360),
    Look(1280),
    Look(360, "dark", only=("home", "product", "cart", "menu")),
    Look(1280, "dark", only=("home", "category", "style-guide")),
    Look(1280, forced=True, only=("category", "product")),
    Look(360, region="/us/ar", only=("home", "product", "menu")),
    Look(1280, region="/us/ar", only=("home", "category")),
)
EVERY = (
    *(Look(width, scheme) for width in HEIGHTS for scheme in cast("tuple[Scheme, ...]", ("light", "dark"))),
    *(Look(width, forced=True, only=SOME) for width in HEIGHTS),
    *(Look(width, region="/us/ar", only=SOME) for width in HEIGHTS),
)


@dataclass(frozen=True)
class Photographer:
    """Takes the pictures of one look."""

    page: Page
    look: Look
    out: Path

    def wanted(self, scene: str) -> bool:
        """Whether this look keeps the scene."""
        return not self.look.only or scene in self.look.only

    def shoot(self, scene: str) -> None:
        """Photograph what is there."""
        self.page.evaluate(LAZY)
        self.page.wait_for_timeout(SETTLE_MS)
        tall = min(self.page.evaluate("document.documentElement.scrollHeight"), HEIGHTS[self.look.width])
        whole = self.page.locator("dialog:modal, .menu[open]").count() == 0
        clip = {"x": 0, "y": 0, "width": self.look.width, "height": tall}
        shot = self.page.screenshot(
            animations="disabled", **({"full_page": True, "clip": clip} if whole else {})
        )
        self.out.mkdir(parents=True, exist_ok=True)
        target = self.out / f"{scene}-{self.look.name}.webp"
        Image.open(io.BytesIO(shot)).convert("RGB").save(target, quality=QUALITY, method=6)


def take(browser: Browser, origin: str, look: Look, out: Path) -> list[str]:
    """All pictures of one look; gives what is missing."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 800},
        color_scheme=look.scheme,
        forced_colors="active" if look.forced else "none",
        reduced_motion="reduce",
    )
    context.set_default_timeout(TIMEOUT_MS)
    shopper = Shopper(context.new_page(), origin)
    camera = Photographer(shopper.page, look, out)
    left = set(look.only)
    try:
        for scene in visit(shopper, look.region):
            if camera.wanted(scene):
                camera.shoot(scene)
                left.discard(scene)
            if look.only and not left:
                break
    finally:
        context.close()
    return [f"{look.name}: {told}" for told in (*shopper.complaints, *sorted(left))]


def main() -> int:
    """Take the pictures; 1 when some are missing or the folder has grown too big to keep."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--origin", default="http://127.0.0.1:8000", help="where the shop runs")
    told.add_argument(
        "--out", type=Path, default=Path("docs/screenshots"), help="the folder for the pictures"
    )
    told.add_argument("--all", action="store_true", help="every width and theme, not only what is kept")
    told.add_argument("--only", default="", help="only these looks, by the end of their names: 360,1280-dark")
    given = told.parse_args()
    chosen = set(filter(None, given.only.split(",")))
    missing: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for look in EVERY if given.all else KEPT:
            if not chosen or look.name in chosen:
                print(f"{look.name} ...", flush=True)
                missing += take(browser, given.origin.rstrip("/"), look, given.out)
        browser.close()
    size = sum(path.stat().st_size for path in given.out.glob("*.webp"))
    write_index(given.out)
    print(f"{len(list(given.out.glob('*.webp')))} pictures, {size / 1e6:.1f} MB, in {given.out}")
    if missing:
        print("missing:", *missing, sep="\n  ", file=sys.stderr)
    too_big = not given.all and size > MOST_BYTES
    if too_big:
        print(f"the pictures take more than {MOST_BYTES / 1e6:.0f} MB", file=sys.stderr)
    return int(bool(missing) or too_big)


if __name__ == "__main__":
    sys.exit(main())
