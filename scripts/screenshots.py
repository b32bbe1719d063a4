"""Pictures of every kind of page, from a running shop: `python -m scripts.screenshots --origin http://127.0.0.1:8000`.

A visitor of its own per size and theme goes the way of the browser tests (tests/e2e/shopper.py), cart and
checkout included, and photographs each page on it as a compact WebP. By default only those that the
repository keeps are taken (light at 360 and 1280 px; dark, forced colours, right to left for some); `--all`
takes 360, 768 and 1280 in every theme, for somebody to look through. A page that cannot be shown is named at
the end, and the exit status is 1: the rest is taken all the same.
"""

from __future__ import annotations

import argparse
import io
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from scripts.screenshots_index import write_index
from tests.e2e.conftest import QUIET, chromium
from tests.e2e.shopper import Shopper

if TYPE_CHECKING:
    from collections.abc import Callable

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


@dataclass
class Photographer:
    """Takes the pictures of one look, and remembers what could not be taken."""

    shopper: Shopper
    look: Look
    out: Path
    missing: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The visitor's page."""
        return self.shopper.page

    def wanted(self, scene: str) -> bool:
        """Whether this look keeps the scene."""
        return not self.look.only or scene in self.look.only

    def at(self, path: str) -> str:
        """A path of this look's region."""
        return f"{self.look.region}{path}"

    def visit(self, scene: str, path: str, *, status: int = 200) -> None:
        """Photograph the page of an address."""
        if not self.wanted(scene):
            return
        answer = self.shopper.open(path)
        if answer.status != status:
            self.missing.append(f"{scene} ({self.look.name}): {path} answered {answer.status}, not {status}")
            return
        self.shoot(scene)

    def shoot(self, scene: str) -> None:
        """Photograph what is there."""
        if not self.wanted(scene):
            return
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

    def step(self, scene: str, way: Callable[[], object]) -> bool:
        """Go a step of the way and photograph where it leads; False, and a note, where it fails."""
        try:
            way()
            self.shoot(scene)
        except (Error, AssertionError) as error:
            reason = str(error).strip().splitlines()[0]
            self.missing.append(f"{scene} ({self.look.name}): {self.page.url}: {reason}")
            return False
        return True

    def first(self, selector: str) -> str:
        """The address behind the first link of a kind on this page, "" where there is none."""
        links = self.page.locator(selector)
        return links.first.get_attribute("href") or "" if links.count() else ""

    def linked(self, scene: str, href: str) -> None:
        """Photograph what a link leads to; a note where there was no such link."""
        if not self.wanted(scene):
            return
        if href:
            self.visit(scene, href)
        else:
            self.missing.append(f"{scene} ({self.look.name}): no link to one on {self.page.url}")


def browse(camera: Photographer) -> str:
    """Everything that is found without buying; gives the path of a product to buy."""
    camera.visit("home", camera.at("/"))
    camera.shopper.open(camera.at("/"))
    if camera.wanted("menu"):
        camera.step("menu", lambda: _open_menu(camera))
        camera.shopper.open(camera.at("/"))
    category = camera.first('main a[href*="/c/"]')
    landing = camera.first('a[href*="/l/"]')
    camera.linked("landing", landing)
    camera.linked("category", category)
    camera.shopper.open(category)
    colour = camera.page.locator('input[type="checkbox"][name="colour"]').first
    value = colour.get_attribute("value") if colour.count() else ""
    camera.visit("filtered", f"{category}?colour={value}&availability=in_stock")
    camera.visit("search", camera.at("/search/?q=cushion"))
    camera.visit("no-results", camera.at("/search/?q=qwzx+nothing"))
    camera.linked("product-sold-out", _sold_out(camera))
    camera.shopper.open(f"{category}?availability=in_stock")
    product = camera.first("main a.card__link").partition("?")[0]
    camera.linked("product", product)
    camera.visit("reviews", f"{product}reviews/")
    camera.visit("write-review", f"{product}reviews/new/")
    camera.visit("content-page", camera.at("/pages/delivery/"))
    camera.visit("regions", camera.at("/regions/"))
    camera.visit("order-look-up", camera.at("/orders/"))
    camera.visit("style-guide", camera.at("/style-guide/"))
    camera.visit("error-404", camera.at("/nothing-here/"), status=404)
    camera.visit("error-405", camera.at("/cart/lines/"), status=405)
    camera.visit("cart-empty", camera.at("/cart/"))
    return product


def _sold_out(camera: Photographer) -> str:
    """The path of a product that is sold out, from the first section of the shop that has one; else ""."""
    camera.shopper.open(camera.at("/"))
    sections = camera.page.locator(".nav__link").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    for section in sections:
        camera.shopper.open(f"{section}?availability=out_of_stock")
        if href := camera.first("main a.card__link"):
            return href
    return ""


def _open_menu(camera: Photographer) -> None:
    button = camera.page.locator("#menu > summary")
    if button.is_visible():
        button.click()
    else:
        camera.page.locator(".nav__toggle").first.click()


def buy(camera: Photographer, product: str) -> None:
    """From the product to the confirmation, a picture at every step; the way ends at the first that fails."""
    shopper, page = camera.shopper, camera.page

    def wrong_contact() -> None:
        page.locator("main form").last.evaluate("form => form.noValidate = true")
        shopper.fill_contact(email="robin@nowhere")
        page.get_by_role("alert").first.wait_for()

    def checking() -> None:
        shopper.place_order()
        shopper.pay("leave")
        shopper.open(camera.at("/checkout/"))

    def confirmed() -> None:
        page.get_by_role("link", name="pay").first.click()
        page.wait_for_url("**/payments/v1/hosted/**")
        shopper.pay("approve")
        shopper.order_number()

    ways: tuple[tuple[str, Callable[[], object]], ...] = (
        ("added", lambda: (shopper.open(product), shopper.add_to_cart())),
        ("cart", lambda: shopper.open(camera.at("/cart/"))),
        ("contact", lambda: shopper.open(camera.at("/checkout/"))),
        ("contact-wrong", wrong_contact),
        ("delivery", lambda: (shopper.fill_contact(), page.wait_for_url("**/checkout/delivery/"))),
        ("payment", lambda: (shopper.fill_delivery(), page.wait_for_url("**/checkout/payment/"))),
        ("review", lambda: (shopper.go_on(), page.wait_for_url("**/checkout/review/"))),
        ("checking", checking),
        ("confirmation", confirmed),
    )
    for scene, way in ways:
        if not camera.step(scene, way):
            return


def take(browser: Browser, origin: str, look: Look, out: Path) -> list[str]:
    """All pictures of one look; gives what is missing."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 800},
        color_scheme=look.scheme,
        forced_colors="active" if look.forced else "none",
        reduced_motion="reduce",
    )
    context.set_default_timeout(TIMEOUT_MS)
    camera = Photographer(Shopper(context.new_page(), origin), look, out)
    try:
        product = browse(camera)
        if product and (not look.only or {"cart", "review"} & set(look.only)):
            buy(camera, product)
    except (Error, AssertionError) as error:
        camera.missing.append(
            f"{look.name}: gave up at {camera.page.url}: {str(error).strip().splitlines()[0]}"
        )
    finally:
        context.close()
    return camera.missing


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
