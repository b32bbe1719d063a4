"""The catalogue, the stores and the payment service over HTTP, for when each service runs alone.

Every call has a connect and a read timeout, follows no redirect and uses no proxy; whatever isn't an answer
of the contract counts as no answer.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import quote

import requests
from pydantic import ValidationError
from requests.adapters import HTTPAdapter

from apptier.catalog.models import CategoryTree, OfferList, Product, ProductPage
from apptier.inventory import Inventory
from apptier.kit.models import StrictModel
from apptier.kit.problems import unavailable
from apptier.orders.ports import (
    Described,
    Offer,
    PaymentState,
    PaymentsUnavailable,
    PaymentWish,
    RefundReason,
    RefundRefused,
    payment_key,
)
from apptier.payments.models import PaymentAnswer
from apptier.stores.models import KnownStore, Store

_CATALOG_TIMEOUT: Final = (0.5, 2.0)
_PAYMENTS_TIMEOUT: Final = (0.5, 4.0)
_CONNECTIONS: Final = 50
_MOST_OFFERS: Final = 100
_MOST_HANDLES: Final = 50
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_REFUSALS: Final = frozenset({404, 409, 422})
T = TypeVar("T", bound=StrictModel)


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=_CONNECTIONS))
    return session


def _fetched(
    http: requests.Session, url: str, params: Mapping[str, str], shape: type[T], complaint: str
) -> T | None:
    """The decoded answer; None for 404. Raises Problem 503 with the complaint."""
    try:
        answer = http.get(url, params=params, timeout=_CATALOG_TIMEOUT, allow_redirects=False)
        if answer.status_code == _NOT_FOUND:
            return None
        if not answer.ok or answer.is_redirect:
            raise unavailable(f"{complaint} Try again in a moment.")
        return shape.model_validate_json(answer.content)
    except (requests.RequestException, ValidationError) as error:
        raise unavailable(f"{complaint} Try again in a moment.") from error


def batched(names: Iterable[str], most: int) -> Iterator[tuple[str, ...]]:
    """The names in groups of at most so many: what one call takes."""
    left = iter(names)
    while some := tuple(islice(left, most)):
        yield some


class RemoteCatalog:
    """contracts/catalog.yaml over HTTP. Which product a SKU belongs to stands in its stock item."""

    def __init__(self, base_url: str, inventory: Inventory) -> None:
        self._base = base_url
        self._inventory = inventory
        self._http = _session()

    def offers(self, market: str, locale: str, skus: Collection[str]) -> Mapping[str, Offer]:
        """From listOffers, the products' titles from listProducts: neither tells what variants are called."""
        titles = self._titles(market, locale, skus)
        items = []
        for some in batched(skus, _MOST_OFFERS):
            body = self._get("/offers", {"market": market, "skus": ",".join(some)}, OfferList)
            items += body.items if body else []
        return {
            item.sku: Offer(item.sku, item.price.amount, item.quantity, titles.get(item.sku))
            for item in items
        }

    def _titles(self, market: str, locale: str, skus: Collection[str]) -> Mapping[str, str]:
        """What the products of these SKUs are called, by SKU."""
        handles = {sku: level.handle for sku, level in self._inventory.levels(skus).items()}
        titles: dict[str, str] = {}
        for some in batched(sorted(set(handles.values())), _MOST_HANDLES):
            asked = {"market": market, "locale": locale, "handles": ",".join(some), "limit": str(len(some))}
            page = self._get("/products", asked, ProductPage)
            titles |= {card.handle: card.title for card in page.items} if page else {}
        return {sku: titles[handle] for sku, handle in handles.items() if handle in titles}

    def describe(self, market: str, locale: str, sku: str) -> Described | None:
        """From getProduct."""
        level = self._inventory.levels([sku]).get(sku)
        if level is None:
            return None
        path = f"/products/{quote(level.handle, safe='')}"
        product = self._get(path, {"market": market, "locale": locale}, Product)
        variant = next((v for v in product.variants if v.sku == sku), None) if product else None
        if product is None or variant is None:
            return None
        index = variant.image_index or 0
        image = product.images[index] if index < len(product.images) else None
        above = self._slugs_above(market, locale, product.category_ids)
        return Described(sku, product.handle, product.title, variant.title, image, above)

    def _slugs_above(self, market: str, locale: str, ids: Collection[str]) -> tuple[str, ...]:
        """The slugs of these categories and of those above them, from listCategories."""
        tree = self._get("/categories", {"market": market, "locale": locale}, CategoryTree)
        known = {item.id: item for item in tree.items} if tree else {}
        slugs: dict[str, None] = {}
        for name in ids:
            here = known.get(name)
            while here is not None and here.slug not in slugs:
                slugs[here.slug] = None
                here = known.get(here.parent_id) if here.parent_id else None
        return tuple(slugs)

    def _get(self, path: str, params: Mapping[str, str], shape: type[T]) -> T | None:
        return _fetched(self._http, self._base + path, params, shape, "The catalogue does not answer.")


class RemoteStores:
    """contracts/stores.yaml over HTTP."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._http = _session()

    def get(self, market: str, store_id: str) -> KnownStore | None:
        """From getStore."""
        words = {"market": market, "locale": "en"}
        store = self._get(f"/stores/{quote(store_id, safe='')}", words, Store)
        if store is None or "pickup" not in store.services:
            return None
        return KnownStore(**{name: getattr(store, name) for name in KnownStore.model_fields})

    def _get(self, path: str, params: Mapping[str, str], shape: type[T]) -> T | None:
        return _fetched(self._http, self._base + path, params, shape, "The stores do not answer.")


class RemotePayments:
    """contracts/payments.yaml over HTTP."""

    def __init__(self, base_url: str, service_key: str) -> None:
        self._base = base_url
        self._key = service_key
        self._http = _session()

    def start(self, wish: PaymentWish) -> PaymentState:
        """By createPayment, under the key that belongs to the order."""
        body = {
            "order_id": wish.order_id,
            "order_number": wish.order_number,
            "method": wish.method,
            "locale": wish.locale,
            "amount": {"amount": wish.amount, "currency": wish.currency},
            "return_url": wish.return_url,
        }
        headers = {"Idempotency-Key": payment_key(wish.order_id)}
        return _decoded(self._send("POST", "/payments", json=body, headers=headers))

    def state(self, payment_id: str) -> PaymentState:
        """As getPayment says."""
        return _decoded(self._send("GET", f"/payments/{quote(payment_id, safe='')}"))

    def cancel(self, payment_id: str) -> PaymentState:
        """By cancelPayment; one that was approved first stays so."""
        answer = self._send("PUT", f"/payments/{quote(payment_id, safe='')}/cancellation")
        return self.state(payment_id) if answer.status_code == _CONFLICT else _decoded(answer)

    def refund(
        self, payment_id: str, amount: int, currency: str, reason: RefundReason, key: str
    ) -> PaymentState:
        """By refundPayment."""
        body = {"amount": {"amount": amount, "currency": currency}, "reason": reason}
        headers = {"Idempotency-Key": key}
        path = f"/payments/{quote(payment_id, safe='')}/refunds"
        answer = self._send("POST", path, json=body, headers=headers)
        if answer.status_code in _REFUSALS:
            raise RefundRefused(f"status {answer.status_code}")
        return _decoded(answer)

    def _send(self, method: str, path: str, **parts: Any) -> requests.Response:
        headers = {"Service-Key": self._key} | parts.pop("headers", {})
        try:
            return self._http.request(
                method,
                self._base + path,
                headers=headers,
                timeout=_PAYMENTS_TIMEOUT,
                allow_redirects=False,
                **parts,
            )
        except requests.RequestException as error:
            raise PaymentsUnavailable(type(error).__name__) from error


def _decoded(answer: requests.Response) -> PaymentState:
    if answer.status_code not in {200, 201}:
        raise PaymentsUnavailable(f"status {answer.status_code}")
    try:
        payment = PaymentAnswer.model_validate_json(answer.content)
    except ValidationError as error:
        raise PaymentsUnavailable("not a payment") from error
    return PaymentState(payment.id, payment.status, payment.redirect_url, payment.refunded.amount)
