"""A product page from cold asks for everything at once: no question waits for another's answer."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from storefront.catalog import product
from storefront.catalog.product import build_product
from storefront.clients.failing import Failing
from storefront.web.regions import region_of, within

CALLS = {
    "get_product",
    "get_product_offers",
    "list_categories",
    "list_delivery_quotes",
    "get_summary",
    "list_reviews",
    "list_related_products",
}
PATIENCE = 5.0  # seconds until a question that waits for another's answer gives itself away


class Meeting:
    """Where all calls wait until as many have begun as a page makes; `log` tells begins and ends in order."""

    def __init__(self, count: int) -> None:
        self.log: list[tuple[str, str]] = []
        self._barrier = threading.Barrier(count)

    def watch(self, twin: Failing, monkeypatch: pytest.MonkeyPatch) -> None:
        inner = twin._call

        @contextmanager
        def met(name: str) -> Iterator[None]:
            with self._met(name), inner(name):
                yield

        monkeypatch.setattr(twin, "_call", met)

    def _met(self, name: str) -> AbstractContextManager[None]:
        self.log.append(("begin", name))
        try:
            self._barrier.wait(PATIENCE)
        except threading.BrokenBarrierError:
            self.log.append(("alone", name))
        return self._until_end(name)

    @contextmanager
    def _until_end(self, name: str) -> Iterator[None]:
        try:
            yield
        finally:
            self.log.append(("end", name))


@pytest.mark.parametrize("handle", ["meadow-cushion", "tide-rug", "ember-vase"])
def test_every_question_is_asked_before_the_first_is_answered(twins, monkeypatch, handle):
    monkeypatch.setattr(product, "COMPOSE_SECONDS", 4 * PATIENCE)  # a busy machine is no failure
    meeting = Meeting(len(CALLS))
    for twin in (twins.catalog, twins.search, twins.orders, twins.reviews, twins.stores, twins.content):
        meeting.watch(twin, monkeypatch)
    with within(region_of("ie", "en")):
        page = build_product(twins.shop, handle, "")
    begun, ended = meeting.log[: len(CALLS)], meeting.log[len(CALLS) :]
    assert {what for what, _ in begun} == {"begin"}
    assert {name for _, name in begun} == CALLS
    assert sorted(ended) == sorted(("end", name) for name in CALLS)
    assert page.price_known
    assert page.reviews.summary is not None
