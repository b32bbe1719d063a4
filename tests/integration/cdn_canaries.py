"""Shoppers who leave words behind that nobody else may ever see, and the eye that looks for them."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.integration.cdn_edge import Edge, Reply
from tests.integration.shop_visitor import Answer, Visitor
from tests.pools import PASSWORD, Pool

WORD = re.compile(rb"canary[0-9a-f]{10}", re.IGNORECASE)
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{20,}")
_LEAST_SECRET = 20
_BUSY, _PATIENCE = (202, 429, 503), 10


@dataclass
class Shopper:
    """One of the crowd: a browser full of what is theirs alone."""

    word: str
    visitor: Visitor
    member: bool = False
    order: str = "ord_000000000000000000"
    secrets: set[str] = field(default_factory=set)

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())}

    def remember(self) -> None:
        """Take down what the browser holds by now, whole and in its parts."""
        for value in self.visitor.cookies.values():
            self.secrets |= {part for part in re.split(r"[:.]", value) if len(part) >= _LEAST_SECRET}
        self.secrets |= set(self.visitor.cart.values())


def shopper(edge: Edge, sku: str, *, order: bool, pool: Pool | None) -> Shopper:
    """Somebody with a cart, a name, an address; with a `pool` signed in, with `order` one who has ordered."""
    word = f"canary{secrets.token_hex(5)}"
    visitor = Visitor(edge.url, headers={"Host": edge.host})
    made = Shopper(word, visitor, member=pool is not None)
    if pool is not None:
        email = pool.account(PASSWORD, name=f"{word} Byrne")
        made.secrets.add(email)
        through(lambda: visitor.post("/account/sign-in/", {"email": email, "password": PASSWORD}))
    through(lambda: visitor.add(sku))
    contact = {"email": f"{word}@example.com", "name": f"{word} Byrne"}
    delivery = {"by": "delivery", "line1": f"12 {word} Street", "city": "Galway", "postcode": "H91 AB12"}
    steps = [("contact", contact), ("delivery", {**delivery, "country": "IE", "option_id": "standard"})]
    if order:
        steps.append(("payment", {"method": "card"}))
    for step, form in steps:
        through(lambda step=step, form=form: visitor.fill(f"/checkout/{step}/", form))  # type: ignore[misc]
    if order:
        agreed = visitor.agreed()
        through(lambda: visitor.post("/checkout/place/", agreed))
        asked = visitor.get("/checkout/checking/")
        found = re.search(r"/checkout/(?:return|cancel)/([^/]+)/", asked.location + asked.text)
        assert found, asked.text
        made.order = found.group(1)
    made.remember()
    return made


def through(act: Callable[[], Answer]) -> None:
    """Let a form get through; a busy machine is asked again, as its page says."""
    for _ in range(_PATIENCE):
        answer = act()
        if answer.status not in _BUSY:
            break
        time.sleep(0.3)
    assert answer.status == 303, f"{answer.status} {answer.heading}"


def crowd(edge: Edge, sku: str, size: int, *, orders: int, pool: Pool, members: int) -> list[Shopper]:
    """So many shoppers, the first of them with orders, the last of them signed in."""

    def one(number: int) -> Shopper:
        return shopper(edge, sku, order=number < orders, pool=pool if number >= size - members else None)

    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(one, range(size)))


class Watch:
    """Looks at every answer; what is wrong with one is kept in `found`, and nothing stops."""

    def __init__(self, shoppers: list[Shopper]) -> None:
        self._owner = {secret.encode(): one.word for one in shoppers for secret in one.secrets}
        self._owner |= {one.word.encode(): one.word for one in shoppers}
        self._clean: set[int] = set()
        self._lock = threading.Lock()
        self.found: list[str] = []
        self.counts: Counter[str] = Counter()

    def look(self, path: str, reply: Reply, who: Shopper | None, *, public: bool) -> None:
        """Judge the answer that `who` (None: a stranger) got at a `public` or a private route."""
        problems = []
        theirs = self.owners(reply)
        if theirs - ({who.word} if who and not public else set()):
            problems.append(f"shows what is {theirs}'s to {who.word if who else 'a stranger'}")
        if reply.public and reply.header("Set-Cookie"):
            problems.append("a cookie on what everybody shares")
        if public and reply.header("Set-Cookie"):
            problems.append("a cookie on a public route")
        if not public and not reply.unkept:
            problems.append(f"private without no-store: {reply.header('Cache-Control')!r}")
        if not public and reply.hit:
            problems.append("private and from the cache")
        if public and "cookie" in reply.header("Vary").lower():
            problems.append("varies by cookie")
        if reply.status == 500:
            problems.append("failed")
        with self._lock:
            self.counts["all"] += 1
            self.counts["public" if public else "private"] += 1
            self.counts[f"status {reply.status}"] += 1
            self.counts["hits"] += reply.hit
            self.counts["shared"] += reply.public
            self.found += [f"{reply.status} {path}: {problem}" for problem in problems]

    def owners(self, reply: Reply) -> set[str]:
        """Whose words and secrets are in an answer, its headers included."""
        found = self._owners(reply.head)
        known = hash(reply.body)
        if known not in self._clean:
            inside = self._owners(reply.body)
            found |= inside
            if not inside:
                with self._lock:
                    self._clean.add(known)
        return found

    def _owners(self, data: bytes) -> set[str]:
        named = {word.lower() for word in WORD.findall(data)} | set(_TOKEN.findall(data))
        return {self._owner[one] for one in named & self._owner.keys()}
