"""`make audit`: axe, keyboard, valid HTML, weight, layout shift and Lighthouse, on a shop of its own.

Exit status 0 when every bar is met, 1 when one is not (each is named) or a tool is missing. The bars are
those of docs/reference/audit.md; the figures go to audit/results/ as JSON, with the machine and the date.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from audit import access, bars, floor, keyboard, kinds, lighthouse, markup, tools, weight
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS
from tests.e2e.conftest import QUIET, chromium

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "var" / "audit"
PARTS = ("keyboard", "axe", "html", "weight", "lighthouse")


def main() -> int:
    """Run the parts asked for; returns the exit status."""
    options = _options()
    try:
        tools.ensure()
    except tools.ToolMissingError as missing:
        print(f"error: {missing}", file=sys.stderr)
        return 1
    STATE.mkdir(parents=True, exist_ok=True)
    with _shop(options.origin) as origin:
        found = _measure(origin, options)
    problems = bars.missed(found)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found | {"missed": problems}, indent=2, ensure_ascii=False) + "\n")
    print(f"\nfigures in {out}")
    for problem in problems:
        print(f"MISSED  {problem}")
    print("every bar is met" if not problems else f"{len(problems)} bars missed")
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="audit", description="Judge the shop's pages as a stranger would.")
    parser.add_argument("--origin", help="a shop that runs already; without it one is started in var/audit")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the parts")
    parser.add_argument("--rounds", type=int, default=5, help="Lighthouse runs of each page")
    today = datetime.now(UTC).date().isoformat()
    parser.add_argument("--out", default=str(ROOT / "audit" / "results" / f"{today}.json"))
    return parser.parse_args()


@contextmanager
def _shop(origin: str | None) -> Iterator[str]:
    if origin:
        yield origin.rstrip("/")
        return
    print("starting a shop in var/audit", flush=True)
    with DevStack(STATE, services=EMULATORS, web_workers=2, backend_workers=2) as stack:
        stack.seed()
        stack.start("backend", "web")
        stack.warm()
        yield stack.environment("web")["PUBLIC_ORIGIN"]


def _measure(origin: str, options: argparse.Namespace) -> dict[str, object]:
    started = time.monotonic()
    found: dict[str, object] = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
    }
    browser_path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(QUIET))
        pages = kinds.addresses(browser, origin)
        if "keyboard" in options.only:
            print("a purchase by keyboard alone", flush=True)
            found["keyboard"] = keyboard.purchase(browser, origin)
        if "axe" in options.only:
            walked = access.walk_all(browser, origin)
            found["axe"] = {
                "pages": walked.pages,
                "kinds": sorted(walked.kinds),
                "violations": walked.violations,
                "shifts": walked.shifts,
            }
        if "html" in options.only:
            sources = kinds.sources(browser, origin)
            found["html"] = {"pages": sorted(sources), "faults": markup.faults(sources)}
        if "weight" in options.only:
            found["weight"] = {
                name: {"document": one.document, "script": one.script, "stylesheet": one.stylesheet}
                for name, one in weight.weigh(browser, pages).items()
            }
        cookie = kinds.cart_cookie(browser, origin)
        browser.close()
    if "lighthouse" in options.only:
        found["lighthouse"] = _lighthouse(pages, cookie, browser_path, options.rounds)
    found["seconds"] = round(time.monotonic() - started)
    return found


def _lighthouse(pages: dict[str, str], cookie: str, browser: str, rounds: int) -> dict[str, object]:
    pictures = next(path for path in (STATE / "media", ROOT / "var" / "demo" / "media") if path.is_dir())
    names = sorted(str(path.relative_to(pictures)) for path in pictures.glob("*/*-360.avif"))[:24]
    with floor.served(STATE, pictures, names) as address:
        targets = [lighthouse.Target("floor", address)]
        targets += [
            lighthouse.Target(name, pages[name], cookie if name == "cart" else "")
            for name in ("home", "list", "product", "search", "cart")
        ]
        medians = lighthouse.measure(targets, rounds, browser)
        below = [
            target
            for target in targets[1:]
            if min(medians[target.name][category] for category in lighthouse.CATEGORIES[1:]) < 100
        ]
        why = {target.name: lighthouse.failed_audits(target, browser) for target in below}
    return {"medians": medians, "why_below_100": why, "rounds": rounds}


if __name__ == "__main__":
    sys.exit(main())
