"""A running order and payment service for tests: two processes over real emulators, with articles to buy.

The fixture that starts it is in `apptier.orders.tests.plugin`.
"""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from apptier.all import Together
from apptier.catalog.app import create_app as catalog
from apptier.catalog.records import CategoryRecord, Price, ProductRecord, ProductText, VariantRecord
from apptier.catalog.writer import CatalogWriter
from apptier.inventory import LevelChange
from apptier.kit.clock import SystemClock
from apptier.kit.dynamo import Tables
from apptier.kit.events import Events
from apptier.kit.ids import new_id
from apptier.kit.settings import Settings, load_settings
from apptier.orders.app import create_app as orders
from apptier.orders.promotions import Promotion, PromotionBook
from apptier.payments.app import create_app as payments
from apptier.stores.app import create_app as stores
from apptier.stores.repository import StoreRepository
from apptier.stores.seeding import seed_stores
from dev.ports import HOST
from dev.stack.devstack import DevStack
from dev.stack.service import Service

CLIENT_ID = "testclient"
ISSUER = "https://pool.invalid/test"
RETURN_URL = "http://shop.invalid/checkout/return/{order_id}/"
ADDRESS = {"line1": "12 Harbour Street", "city": "Galway", "postcode": "H91 E2K3", "country": "IE"}
CONTACT = {"email": "robin@example.com", "name": "Robin Byrne"}
TIMEOUT = 60
SURPLUS_SECONDS = 0.5


def create_app() -> Together:
    """Orders and their neighbours in one process, as uvicorn starts it."""
    settings = load_settings()
    made = {"orders": orders, "payments": payments, "catalog": catalog, "stores": stores}
    return Together({name: create(settings) for name, create in made.items()})


class Pool:
    """Signs access tokens as the user pool would, and publishes its keys."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        document = json.dumps({"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}).encode()

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(document)))
                self.end_headers()
                self.wfile.write(document)

            def log_message(self, *_args: Any) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer((HOST, 0), Keys)
        self.url = f"http://{HOST}:{self._server.server_port}/jwks.json"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def token(self, subject: str) -> str:
        now = int(time.time())
        claims = {
            "sub": subject,
            "iss": ISSUER,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "iat": now,
            "exp": now + 600,
        }
        return jwt.encode(claims, self._key, "RS256", headers={"kid": "k1"})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Basket:
    """A guest's (or a customer's) cart as a client sees it: its id, what opens it, the last answer."""

    shop: Shop
    id: str
    headers: dict[str, str]
    cart: dict[str, Any]

    def ask(self, method: str, path: str = "", *, at: int = 0, **parts: Any) -> requests.Response:
        headers = self.headers | parts.pop("headers", {})
        return self.shop.ask(method, f"/orders/v1/carts/{self.id}{path}", at=at, headers=headers, **parts)

    def add(self, sku: str, quantity: int = 1, *, key: str | None = None, at: int = 0) -> requests.Response:
        body = {"sku": sku, "quantity": quantity}
        answer = self.ask("POST", "/lines", at=at, json=body, headers=idempotent(key))
        return self._seen(answer)

    def write(self, method: str, path: str, body: Any = None) -> requests.Response:
        tag = {"If-Match": f'"{self.cart["version"]}"'}
        return self._seen(self.ask(method, path, json=body, headers=tag))

    def refresh(self) -> dict[str, Any]:
        self._seen(self.ask("GET"))
        return self.cart

    def ready(self) -> Basket:
        """Everything filled in that an order needs."""
        assert self.write("PUT", "/contact", CONTACT).status_code == 200
        assert self.write("PUT", "/address", ADDRESS).status_code == 200
        assert self.write("PUT", "/delivery-option", {"option_id": "standard"}).status_code == 200
        return self

    def order_body(self) -> dict[str, Any]:
        return {
            "cart_id": self.id,
            "cart_version": self.cart["version"],
            "total": self.cart["totals"]["total"],
            "return_url": RETURN_URL,
        }

    def place(self, key: str | None = None, *, at: int = 0, **changes: Any) -> requests.Response:
        headers = self.headers | idempotent(key)
        body = self.order_body() | changes
        return self.shop.ask("POST", "/orders/v1/orders", at=at, headers=headers, json=body)

    def placed(self) -> Purchase:
        answer = self.place()
        assert answer.status_code == 201, answer.text
        return Purchase.of(self, answer)

    def _seen(self, answer: requests.Response) -> requests.Response:
        if answer.ok:
            self.cart = answer.json()
        return answer


@dataclass
class Purchase:
    """An order as its buyer sees it."""

    basket: Basket
    id: str
    token: str
    payment_id: str
    first: dict[str, Any]

    @classmethod
    def of(cls, basket: Basket, answer: requests.Response) -> Purchase:
        body = answer.json()
        order = body["order"]
        return cls(basket, order["id"], body["token"], order["payment"]["id"], body)

    def ask(self, method: str = "GET", path: str = "", *, at: int = 0) -> requests.Response:
        url = f"/orders/v1/orders/{self.id}{path}"
        return self.basket.shop.ask(method, url, at=at, headers={"Order-Token": self.token})

    def cancel(self, *, at: int = 0) -> requests.Response:
        return self.ask("PUT", "/cancellation", at=at)

    def answer_page(self, how: str, *, at: int = 0, data: dict[str, str] | None = None) -> requests.Response:
        """Press a button of the hosted payment page."""
        return self.basket.shop.ask("POST", f"/payments/v1/hosted/{self.payment_id}/{how}", at=at, data=data)

    def status(self) -> str:
        return str(self.ask().json()["status"])

    def settled(self) -> str:
        """The status in the table once it is final, without a look of the service, which would settle it."""
        return until(self._final, f"order {self.id} stays unsettled")

    def _final(self) -> str:
        status = str(self.basket.shop.order_item(self.id)["status"])
        return "" if status == "awaiting_payment" else status


@dataclass
class Shop:
    """Two processes of orders and payments over one set of stores."""

    stack: DevStack
    settings: Settings
    ports: tuple[int, ...]
    pool: Pool
    processes: tuple[Service, ...]
    _skus: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.tables = Tables(self.settings)
        self.clock = SystemClock()
        self.writer = CatalogWriter(self.tables, Events(self.settings, "catalog"), self.clock)
        self.writer.put_categories([CategoryRecord(id="things", slug="things", name="Things")])
        seed_stores(StoreRepository(self.tables, self.clock), Events(self.settings, "stores"))
        self._local = threading.local()
        self._queues = self.stack.boto("sqs")
        self._inboxes: dict[str, list[dict[str, Any]]] = {}

    def ask(self, method: str, path: str, *, at: int = 0, **parts: Any) -> requests.Response:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False
        url = f"http://{HOST}:{self.ports[at % len(self.ports)]}{path}"
        return self._local.session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **parts)

    def address(self, service: str) -> str:
        """The base address of a service, in the first process."""
        return f"http://{HOST}:{self.ports[0]}/{service}/v1"

    def restart(self, number: int) -> None:
        """Start a process again that was stopped."""
        self.stack.start(services=[self.processes[number]])

    def article(self, quantity: int = 50, *, price: int = 4900, us_price: int | None = None) -> str:
        """A new SKU with so many in stock, at so many cents."""
        number = next(self._skus)
        sku = f"SKU-{number}"
        self.price(sku, price, us_price=us_price)
        self.writer.put_levels([LevelChange(sku, _handle(sku), quantity)])
        return sku

    def price(self, sku: str, price: int, *, us_price: int | None = None) -> None:
        """Sell a SKU at this price from now on."""
        prices = {"eu": Price(amount=price)} | ({"us": Price(amount=us_price)} if us_price else {})
        self.writer.put_products([self._product(sku, prices)])

    def promotion(self, name: str, kind: str, **facts: Any) -> Promotion:
        """A promotion that is there from now on, in market `eu` unless told otherwise."""
        raw = {"id": name, "market": "eu", "kind": kind, "labels": {"en": name}} | facts
        made = Promotion.model_validate_json(json.dumps(raw))
        PromotionBook(self.tables).put_all([made])
        return made

    def _product(self, sku: str, prices: dict[str, Price]) -> ProductRecord:
        variant = VariantRecord(
            sku=sku, title="Ink / 45 cm", options={"Colour": "Ink", "Size": "45 cm"}, prices=prices
        )
        german = ProductText(title=f"Ding {sku}", values={"Ink": "Tinte"})
        return ProductRecord(
            handle=_handle(sku),
            title=f"Thing {sku}",
            category_ids=("things",),
            variants=(variant,),
            translations={"de": german},
        )

    def stock(self, sku: str) -> int:
        item = self.tables.get("stock", {"pk": sku}, consistent=True)
        assert item is not None
        return int(item["quantity"])

    def basket(self, *, market: str = "eu", customer: str | None = None) -> Basket:
        """A new cart, a guest's unless a customer is named."""
        bearer = {"Authorization": f"Bearer {self.pool.token(customer)}"} if customer else {}
        body = {"market": market, "locale": "en"}
        answer = self.ask("POST", "/orders/v1/carts", headers=bearer | idempotent(), json=body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        headers = bearer or {"Cart-Secret": made["secret"]}
        return Basket(self, made["cart"]["id"], headers, made["cart"])

    def filled(self, *skus: str, quantity: int = 1) -> Basket:
        """A guest's cart that can be ordered."""
        basket = self.basket()
        for sku in skus or (self.article(),):
            assert basket.add(sku, quantity).status_code == 200
        return basket.ready()

    def clones(self, basket: Basket, count: int) -> list[Basket]:
        """So many carts like this one, which the same secret opens; quicker than filling each."""
        item = self.tables.get("carts", {"pk": basket.id}, consistent=True)
        assert item is not None
        ids = [new_id("crt") for _ in range(count)]
        self.tables.batch_write("carts", puts=[item | {"pk": cart_id} for cart_id in ids])
        return [Basket(self, cart_id, basket.headers, basket.cart | {"id": cart_id}) for cart_id in ids]

    def crammed(self, lines: int) -> tuple[Basket, list[str]]:
        """A cart with so many lines of one each, three of each in stock; and their SKUs."""
        skus = [f"CRAM-{next(self._skus)}" for _ in range(lines)]
        self.writer.put_products([self._product(sku, {"eu": Price(amount=100)}) for sku in skus])
        self.writer.put_levels([LevelChange(sku, _handle(sku), 3) for sku in skus])
        basket = self.basket()
        assert basket.add(skus[0]).ok
        item = self.tables.get("carts", {"pk": basket.id}, consistent=True)
        assert item is not None
        line = item["lines"][0]
        lines_now = [line | {"id": new_id("lin"), "sku": sku, "handle": _handle(sku)} for sku in skus]
        self.tables.put("carts", item | {"lines": lines_now})
        return basket, skus

    def order_item(self, order_id: str) -> dict[str, Any]:
        item = self.tables.get("orders", {"pk": order_id, "sk": "order"}, consistent=True)
        assert item is not None
        return item

    def rows(self, family: str, order_id: str) -> list[dict[str, Any]]:
        """An order's rows of a family (`hold`, `outbox`)."""
        found = [
            row
            for shard in range(4)
            for row in self.tables.query_all(
                "orders", "pk = :pk", {":pk": f"{family}#{shard}"}, consistent=True
            )
        ]
        return [row for row in found if row["order_id"] == order_id]

    def messages(self, *order_ids: str, count: int) -> list[dict[str, Any]]:
        """The order messages in the FIFO queue about these orders, once there are so many, and any beyond."""
        url = self.stack.provisioned.order_queue_url

        def mine() -> list[dict[str, Any]]:
            return [m for m in self._inbox(url) if m["order"]["id"] in order_ids]

        return self._settled(mine, count)

    def events(self, order_id: str, *, count: int = 1) -> list[str]:
        """The kinds of the events about an order behind the bus, once there are so many, and any beyond."""
        url = self.stack.provisioned.event_queue_url

        def mine() -> list[str]:
            return [e["detail-type"] for e in self._inbox(url) if e["detail"].get("order_id") == order_id]

        return self._settled(mine, count)

    def _settled(self, mine: Callable[[], list[Any]], count: int) -> list[Any]:
        until(lambda: len(mine()) >= count, f"fewer than {count} arrived")
        time.sleep(SURPLUS_SECONDS)
        return mine()

    def _inbox(self, url: str) -> list[dict[str, Any]]:
        """Everything that has ever come out of a queue."""
        kept = self._inboxes.setdefault(url, [])
        while True:
            answer = self._queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
            messages = answer.get("Messages", [])
            if not messages:
                return kept
            kept += [json.loads(message["Body"]) for message in messages]
            for message in messages:
                self._queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _handle(sku: str) -> str:
    return f"thing-{sku.lower()}"


def idempotent(key: str | None = None) -> dict[str, str]:
    """The header of a key, a fresh one unless given."""
    return {"Idempotency-Key": key or secrets.token_hex(16)}


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Call it so many times at the same moment, with 0, 1, 2 …; the results in that order."""
    gate = threading.Barrier(count)

    def run(number: int) -> Any:
        gate.wait(30)
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def until(ask: Callable[[], Any], complaint: str, seconds: float = 15.0) -> Any:
    """What `ask` says as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.05)
    raise AssertionError(complaint)
