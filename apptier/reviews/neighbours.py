"""The catalogue and the order service, in this process or over HTTP, as the settings say."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError

from apptier.catalog.repository import CatalogRepository
from apptier.kit.clock import Clock
from apptier.kit.dynamo import Tables
from apptier.kit.markets import MARKETS
from apptier.kit.problems import Problem, unavailable
from apptier.kit.service import make_context
from apptier.kit.settings import Settings
from apptier.orders import wiring as orders
from apptier.orders.models import FindOrder
from apptier.reviews.ports import NotKnown

_TIMEOUT: Final = (0.5, 2.0)
# Answers that say that the shopper's order can't be told apart from no order: unknown, or tried too often.
_NO: Final = frozenset({401, 404, 422, 429})
_NOT_FOUND: Final = 404
T = TypeVar("T", bound=BaseModel)


class LocalProducts:
    """The catalogue's own reading code, over the same tables."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._repository = CatalogRepository(tables, clock)

    def sold(self, handle: str) -> bool:
        """Whether there is a card that isn't retired."""
        return bool(self._repository.cards([handle]))


class RemoteProducts:
    """contracts/catalog.yaml over HTTP."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._http = _session()

    def sold(self, handle: str) -> bool:
        """By getProduct, market by market."""
        path = f"{self._base}/products/{quote(handle, safe='')}"
        return any(self._there(path, market) for market in MARKETS)

    def _there(self, path: str, market: str) -> bool:
        params = {"market": market, "locale": "en"}
        try:
            answer = self._http.get(path, params=params, timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            raise unavailable("The catalogue does not answer. Try again in a moment.") from error
        if answer.status_code == _NOT_FOUND:
            return False
        if not answer.ok or answer.is_redirect:
            raise unavailable("The catalogue does not answer. Try again in a moment.")
        return True


class OrderKey(BaseModel):
    """What findOrder answers."""

    order_id: str
    token: str


class FoundLine(BaseModel):
    """As much of an order's line as matters here."""

    handle: str


class FoundOrder(BaseModel):
    """As much of an order as matters here."""

    placed_at: str | None
    lines: list[FoundLine]


class RemoteOrders:
    """contracts/orders.yaml over HTTP: the look-up that guests have, with tries of our own."""

    def __init__(self, base_url: str, service_key: str) -> None:
        self._base = base_url
        self._ours = {"Service-Key": service_key}
        self._http = _session()

    def bought(self, number: str, email: str, handle: str) -> bool:
        """By findOrder and getOrder."""
        body = {"number": number, "email": email}
        key = self._ask("POST", "/orders/lookup", OrderKey, json=body, headers=self._ours)
        if key is None:
            return False
        path = f"/orders/{quote(key.order_id, safe='')}"
        order = self._ask("GET", path, FoundOrder, headers={"Order-Token": key.token})
        return (
            order is not None
            and order.placed_at is not None
            and any(line.handle == handle for line in order.lines)
        )

    def _ask(
        self,
        method: str,
        path: str,
        shape: type[T],
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> T | None:
        """The decoded answer; None for a no. Raises NotKnown."""
        try:
            answer = self._http.request(
                method,
                self._base + path,
                json=json,
                headers=headers,
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            if answer.status_code in _NO:
                return None
            if not answer.ok or answer.is_redirect:
                raise NotKnown(f"status {answer.status_code}")
            return shape.model_validate_json(answer.content)
        except requests.RequestException as error:
            raise NotKnown(type(error).__name__) from error
        except ValidationError as error:
            raise NotKnown("not an answer of the contract") from error


class LocalOrders:
    """The order service's own look-up, over the same tables, with limits of our own on wrong tries."""

    def __init__(self, settings: Settings, tables: Tables, clock: Clock) -> None:
        self._floor = orders.wire(
            settings, context=make_context("orders", settings, clock=clock, tables=tables)
        )

    def bought(self, number: str, email: str, handle: str) -> bool:
        """By the code of findOrder and getOrder."""
        try:
            key = self._floor.finding.find(FindOrder(number=number, email=email), "proveBought")
        except Problem as problem:
            if problem.status in _NO:
                return False
            raise NotKnown(problem.code) from problem
        order = self._floor.orders.get(key.order_id)
        return (
            order is not None
            and order.placed_at is not None
            and any(line.handle == handle for line in order.lines)
        )


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session
