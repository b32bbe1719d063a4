"""Whether anybody is kept out: axe on every kind of page, in three sizes and three colour schemes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from audit.kinds import visit
from tests.e2e.shopper import Shopper

# What breaks a rule is wanted, not the list of all that keeps to it, which takes as long to make and to send.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
WIDTHS = (360, 768, 1280)
# What a browser is told of the person's wishes. Colours that are forced are for the reader to choose, so axe's
# contrast rule has nothing to judge there and leaves itself out.
SCHEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
# What moves because of a press is no shift. Browsers forget the press after half a second, which a busy machine
# takes for an answer; so a swap that a press asked for counts as the press itself, for as long.
_SHIFTS = """
window.shifted = 0;
let answered = -Infinity;
addEventListener("htmx:beforeSwap", (event) => {
  const cause = event.detail.requestConfig?.triggeringEvent?.type;
  if (["submit", "click", "change"].includes(cause)) answered = performance.now();
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const asked = entry.startTime >= answered && entry.startTime < answered + 500;
    if (!entry.hadRecentInput && !asked) window.shifted += entry.value;
  }
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Found:
    """What the walks brought. `shifts` is the worst cumulative layout shift of each kind of page."""

    violations: list[str] = field(default_factory=list)
    shifts: dict[str, float] = field(default_factory=dict)
    pages: int = 0
    kinds: set[str] = field(default_factory=set)

    def add(self, other: Found) -> None:
        """Take in what another walk brought."""
        self.violations += other.violations
        self.pages += other.pages
        self.kinds |= other.kinds
        for kind, shift in other.shifts.items():
            self.shifts[kind] = max(shift, self.shifts.get(kind, 0.0))


def walk_all(browser: Browser, origin: str) -> Found:
    """Every kind of page in every size and scheme."""
    found = Found()
    for width in WIDTHS:
        for scheme in SCHEMES:
            found.add(walk(browser, origin, width, scheme))
            told = f"{found.pages} pages, {len(found.violations)} violations"
            print(f"  axe {width} px {scheme}: {told}", flush=True)
    return found


def walk(browser: Browser, origin: str, width: int, scheme: str) -> Found:
    """Every kind of page in one size and scheme; what could not be shown is a violation, too."""
    found = Found()
    # Without motion, so that nothing is judged while it fades in.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", **SCHEMES[scheme]
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.add_init_script(_SHIFTS)
    shopper = Shopper(page, origin)
    for kind in visit(shopper):
        found.pages += 1
        found.kinds.add(kind)
        found.violations += [f"{width} px {scheme}, {kind}: {told}" for told in faults(page)]
        shift = float(page.evaluate("window.shifted ?? 0"))
        found.shifts[kind] = max(shift, found.shifts.get(kind, 0.0))
    context.close()
    found.violations += [f"{width} px {scheme}: {told}" for told in shopper.complaints]
    return found


def faults(page: Page) -> list[str]:
    """What axe finds on a page, and whether it scrolls sideways."""
    response = Axe().run(page, options=RULES).response["violations"]
    told = [f"{one['id']}: {one['nodes'][0]['html'][:140]}" for one in response]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        told.append("scrolls sideways")
    return told
