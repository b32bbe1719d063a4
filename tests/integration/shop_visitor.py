"""Somebody who asks the running shop over HTTP: with a browser's cookies and headers, or byte by byte."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from dev.stack.emulators import REPOSITORY
from tests.paths import in_region

FORM = "application/x-www-form-urlencoded"
NO_STORE = "private, no-store"
LEAKS = ("Traceback", 'File "', "site-packages", ".py", str(REPOSITORY), "django", "gunicorn", "uvicorn",
         "botocore", "dynamodb", "opensearch", "jinja", "http://127.0.0.1")  # fmt: skip
# The shop's own address (canonical links, cards for other sites, structured data) is no secret, and neither
# are the names of its scripts.
OWN_NAMES = re.compile(
    r"""<link\s+rel="(?:canonical|alternate)"[^>]*>|<meta\s+property="og:[^>]*>|<script\s+src="/static/[^>]*>"""
    r"""|<script\s+type="application/ld\+json">.*?</script>""",
    re.DOTALL,
)
DETAILS = (
    ("/checkout/contact/", {"email": "robin.at.sea@example.com", "name": "Robin Marit Byrne"}),
    (
        "/checkout/delivery/",
        {
            "by": "delivery",
            "line1": "12 Harbour Street",
            "city": "Galway",
            "postcode": "H91 AB12",
            "country": "IE",
            "option_id": "standard",
        },
    ),
    ("/checkout/payment/", {"method": "card"}),
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return unescape(self.body.decode())

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def cookies(self) -> dict[str, str]:
        made: dict[str, str] = {}
        for line in self.headers.get_all("Set-Cookie", []):
            made |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return made

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""

    def value_of(self, name: str) -> str:
        """What the page's input of that id holds."""
        tag = re.search(rf'<input\b[^>]*\bid="{name}"[^>]*>', self.body.decode())
        assert tag, f"no field {name}"
        found = re.search(r'\bvalue="([^"]*)"', tag.group())
        assert found
        return unescape(found.group(1))


@dataclass
class Visitor:
    """One browser: keeps cookies, and says of its forms that they are the shop's own."""

    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def cart(self) -> dict[str, str]:
        """Id and secret of the cart that the browser remembers: signed, not hidden from its owner."""
        payload = self.cookies["c-eu"].split(":", 1)[0]
        found: dict[str, str] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return found

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        path = in_region(path)
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=60)
        try:
            connection.request(method, path, body, sent)
            answer = _answer(connection.getresponse())
        finally:
            connection.close()
        for name, value in answer.cookies.items():
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: dict[str, str] | str, **headers: str) -> Answer:
        body = form if isinstance(form, str) else urlencode(form)
        own = {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin", **headers}
        return self.ask("POST", path, body.encode(), own)

    def add(self, sku: str, quantity: str = "1") -> Answer:
        return self.post("/cart/lines/", {"sku": sku, "quantity": quantity})

    def fill(self, path: str, form: dict[str, str]) -> Answer:
        """Look at a step of checkout, then send its form, with the cart's version that it brought along.

        A busy machine's answer to the look is the answer: there is no form to be sent.
        """
        looked = self.get(path)
        if looked.status in {429, 503}:
            return looked
        seen = re.search(r'name="version"\s+value="([0-9]+)"', looked.text)
        return self.post(path, {**form, "version": seen.group(1)} if seen else form)

    def to_review(self, sku: str) -> dict[str, str]:
        """From nothing to the review page; what its form sends."""
        assert self.add(sku).status == 303
        for path, form in DETAILS:
            answer = self.fill(path, form)
            assert answer.status == 303, answer.text
        return self.agreed()

    def agreed(self) -> dict[str, str]:
        """What the form of the review page sends."""
        answer = self.get("/checkout/review/")
        _, found, form = answer.text.partition('action="/ie/en/checkout/place/"')
        assert found, f"{answer.status} {answer.text[:2_000]}"
        return dict(re.findall(r'name="(version|amount|currency|region)"\s+value="([^"]*)"', form))


def raw(origin: str, request: bytes) -> Answer:
    """The answer to bytes as they are, for what no HTTP library would send."""
    address = urlsplit(origin)
    with socket.create_connection((address.hostname, address.port), timeout=60) as wire:
        wire.sendall(request)
        response = http.client.HTTPResponse(wire)
        response.begin()
        return _answer(response)


def _answer(response: http.client.HTTPResponse) -> Answer:
    return Answer(response.status, response.headers, response.read())


def some_product(shop: Any, least: int = 3) -> tuple[str, str, int]:
    """A product that is there: its handle, the SKU of a variant, and how many (`least` or more) there are."""
    catalog = shop.environment("web")["CATALOG_URL"]
    asked = {"market": "eu", "locale": "en", "limit": "48"}
    products = requests.get(f"{catalog}/products", asked, timeout=60).json()["items"]
    for product in products:
        url = f"{catalog}/products/{product['handle']}/offers"
        for offer in requests.get(url, {"market": "eu"}, timeout=60).json()["items"]:
            if offer["quantity"] >= least:
                return product["handle"], offer["sku"], offer["quantity"]
    raise AssertionError(f"the catalogue has nothing of which there are {least}")


def money_rows(answer: Answer) -> dict[str, str]:
    """The rows of a page's totals, by what they are called, as the page shows them."""
    table = re.search(r'<dl class="totals">(.*?)</dl>', answer.text, re.DOTALL)
    assert table, "no totals on the page"
    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", table.group(1), re.DOTALL)
    return {_words(name): _words(value) for name, value in rows}


def _words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def rows(dynamodb: Any, table: str) -> int:
    """How many items a table of the shop holds."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=f"storefront-{table}", Select="COUNT")
    return sum(page["Count"] for page in pages)


def cart_of(dynamodb: Any, visitor: Visitor) -> dict[str, Any]:
    """What the table holds of the visitor's cart."""
    stored = dynamodb.get_item(
        TableName="storefront-carts", Key={"pk": {"S": visitor.cart["id"]}}, ConsistentRead=True
    )
    item: dict[str, Any] = stored["Item"]
    return item


def proper(answer: Answer, status: int, words: str) -> None:
    """A page of ours, with that status and those words, that gives nothing away and is stored by nobody."""
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == NO_STORE
    assert answer.heading
    assert words in answer.text
    page = OWN_NAMES.sub("", answer.text)
    assert [leak for leak in LEAKS if leak.lower() in page.lower()] == []
    assert not re.search(r"\d", answer.headers.get("Server", ""))
    assert "X-Powered-By" not in answer.headers
