"""A buyer in a browser without JavaScript, on a network that fails: does what the pages say."""

from __future__ import annotations

import hashlib
import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from tests.faults.network import Network, Plan
from tests.integration.shop_visitor import FORM, Answer, Visitor

PATIENCE_SECONDS = 60.0
_STARTS = 20
_PLACE = re.compile(r'<form\b[^>]*action="([^"]*/checkout/place/)"[^>]*>(.*?)</form>', re.DOTALL)
_INPUT = re.compile(r"<input\b[^>]*>")
_BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended for one buyer. `seconds` from the first press to the payment page (0: never got there)."""

    cart: str
    plan: str
    paid: bool
    seconds: float
    steps: tuple[str, ...]


def buy(origin: str, sku: str, network: Network, plan: Plan) -> Outcome:
    """Fill a cart, press "Place order" into the fault, and go on until it is paid or patience ends."""
    browser, form = at_the_review(origin, sku)
    cart = browser.cart["id"]
    session = hashlib.sha256(browser.cookies["s"].encode()).hexdigest()
    name = f"{plan.fault}/{plan.hook}"
    network.arrange(cart=cart, session=session, plan=plan)
    started = time.monotonic()
    steps: list[str] = []
    answer = _try(lambda: browser.post("/checkout/place/", form), steps)
    target = go_on(browser, answer, steps, started)
    took = time.monotonic() - started if target else 0.0
    if target:
        _pay(target, browser, comes_back=plan.hook not in {"no_return", "neither"}, steps=steps)
    return Outcome(cart, name, bool(target), took, tuple(steps))


def at_the_review(origin: str, sku: str) -> tuple[Visitor, dict[str, str]]:
    """Somebody about to press; a worker that dies for another buyer's sake may make them begin anew."""
    last: Exception | None = None
    for _ in range(_STARTS):
        browser = Visitor(origin, headers={"Accept-Encoding": "identity"})
        try:
            return browser, browser.to_review(sku)
        except (*_BROKEN, AssertionError) as error:
            last = error
            time.sleep(0.3)
    raise AssertionError(f"nobody gets to the review page in {_STARTS} tries") from last


def go_on(browser: Visitor, answer: Answer | None, steps: list[str], started: float) -> str:
    """The payment page's address, after as many presses and reloads as it takes; "" when patience ends.

    `answer` is what the first press brought, None when the wire broke. `started` is monotonic, in seconds.
    """
    while time.monotonic() - started < PATIENCE_SECONDS:
        if answer is None:
            time.sleep(0.3)
            answer = _try(lambda: browser.get("/checkout/review/"), steps)
            continue
        if answer.status in {301, 302, 303}:
            if "/hosted/" in answer.location:
                return answer.location
            where = answer.location
            answer = _try(lambda where=where: browser.get(_path(where)), steps)
            continue
        link = re.search(r'href="([^"]*/hosted/[^"]*)"', answer.text)
        if link:
            return unescape(link.group(1))
        again = _form(answer)
        if again is None:
            time.sleep(0.3)
            answer = _try(lambda: browser.get("/checkout/"), steps)
            continue
        if answer.status in {202, 503}:
            time.sleep(0.3)
        answer = _try(lambda again=again: browser.post("/checkout/place/", again), steps)
    return ""


def _try(ask: Callable[[], Answer], steps: list[str]) -> Answer | None:
    try:
        answer = ask()
    except _BROKEN as broken:
        steps.append(type(broken).__name__)
        return None
    steps.append(str(answer.status))
    return answer


def _form(answer: Answer) -> dict[str, str] | None:
    found = _PLACE.search(answer.text)
    if not found:
        return None
    values = {}
    for tag in _INPUT.findall(found.group(2)):
        name, value = re.search(r'\bname="([^"]*)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        if name:
            values[name.group(1)] = unescape(value.group(1)) if value else ""
    return values


def _path(location: str) -> str:
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _pay(target: str, browser: Visitor, *, comes_back: bool, steps: list[str]) -> None:
    """Approve at the provider's page, and follow it back to the shop unless the window is closed."""
    parts = urlsplit(target)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    form = {"Content-Type": FORM, "Origin": f"{parts.scheme}://{parts.netloc}"}
    connection.request("POST", f"{parts.path}/approve", b"", form)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    steps.append(f"pay {answer.status}")
    back = answer.headers.get("Location", "")
    if comes_back and back:
        _try(lambda: browser.get(_path(back)), steps)
