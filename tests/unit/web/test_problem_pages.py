"""Each code of the problem documents (RFC 9457) that the contracts and the backend name is met by a shopper
in plain words, or can't be met by one at all, and then this table says why.

A code that is in neither table fails the first test: whoever adds one says here what a shopper reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from storefront.clients.orders.fake_deals import Deal
from storefront.orders import finding
from storefront.reviews import views
from storefront.web.counters import AllowanceEach
from tests.paths import in_region
from tests.unit.cart.shopper import Shopper, text_of
from tests.unit.web.problem_rows import BACKEND_WORDS, STANDARD, Met, with_a_cart
from tests.unit.web.problems_buying import MET_BUYING
from tests.unit.web.problems_looking import MET_LOOKING
from tests.unit.web.shops import Fakes, fakes

ROOT = Path(__file__).resolve().parents[3]
GERMAN = "/ie/de"

# --- what there is --------------------------------------------------------------------------------------


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(inner)


def codes_of_contracts() -> set[str]:
    """Codes of problem examples, and the words in backticks that are no member or parameter."""
    named, members = set(), set()
    for path in sorted((ROOT / "contracts").glob("*.yaml")):
        for node in _nodes(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if isinstance(node, dict):
                members |= {*node.get("properties", ())}
                if {"code", "status", "title"} <= node.keys() and isinstance(node["code"], str):
                    named.add(node["code"])
            if isinstance(node, str):
                named |= set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+)+)`", node))
    return named - members


def codes_of_the_backend() -> set[str]:
    """The code of each `Problem(status, code, …)` and `not_found(words, code)` in its source."""
    found = set()
    for path in (ROOT / "apptier").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                given = [*node.args[1:2], *(one.value for one in node.keywords if one.arg == "code")]
                if name in {"Problem", "not_found"}:
                    found |= {one.value for one in given if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


# --- what a shopper reads -------------------------------------------------------------------------------

MET = (*MET_BUYING, *MET_LOOKING)
# Read by a test that stands elsewhere, because it takes more than one refusal to get there.
ALSO_MET = {
    "minimum_not_reached": "web/test_problem_pages.py::test_minimum_not_reached",
    "address_limit": "account/test_addresses.py::test_a_full_book_says_so",
    "unknown_address": "account/test_addresses.py::test_somebody_elses_address_is_not_there",
    "cart_merged": "cart/test_merging.py::test_a_stale_page_of_a_merged_cart_says_where_its_things_are",
    "customer_deleted": "wishlist/test_showing.py::test_a_deleted_customer_has_no_list",
    "list_expired": "wishlist/test_showing.py::test_a_guests_list_that_ended_says_why_and_is_forgotten",
    "list_merged": "wishlist/test_showing.py::test_what_went_onto_an_account_is_found_there",
    "list_full": "wishlist/test_saving.py::test_a_full_list_says_so_and_what_to_do",
}

NEVER_MET = {
    "unknown_language": "the languages offered are the shop's own",
    "bad_encoding": "the clients percent-encode what they send",
    "malformed_body": "the clients write JSON",
    "body_too_large": "the web tier refuses such forms itself, with a page for 413",
    "method_not_allowed": "the clients send the contract's methods",
    "http_error": "what the framework itself refuses: only an address that no contract names",
    "precondition_required": "every client call that needs a version has a required argument for it",
    "unknown_market": "the markets are the regions' own; another region is a page that does not exist",
    "unknown_store": "there are no pages of single stores",
    "bad_signature": "only the payment service sends webhooks",
    "payment_approved": "between orders and payments",
    "payment_not_approved": "between orders and payments",
    "refund_exceeds_payment": "between orders and payments",
    "line_exceeded": "between the warehouse and orders",
    "order_not_paid": "between the warehouse and orders",
    "not_a_moderator": "between merchandisers' tools and reviews",
}


def test_every_code_is_met_in_plain_words_or_can_not_be_met() -> None:
    named = codes_of_contracts() | codes_of_the_backend()
    assert len(named) > 50
    told = {one.code for one in MET} | ALSO_MET.keys()
    assert sorted(named - told - NEVER_MET.keys()) == []
    assert sorted((told | NEVER_MET.keys()) - named) == []
    assert told & NEVER_MET.keys() == set()


@pytest.mark.parametrize("test", ALSO_MET.values())
def test_what_is_read_elsewhere_is_read_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / "unit" / file).read_text(encoding="utf-8")


@pytest.fixture
def twins(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fakes]:
    cache.clear()
    for module, name in ((finding, "_tries"), (views, "reviews_each"), (views, "votes_each")):
        monkeypatch.setattr(module, name, AllowanceEach(f"a-test-{name}", 1000))
    made = fakes()
    settings.SHOP_FACTORY = lambda: made.shop
    settings.PAYMENT_ORIGINS = ("http://payments.invalid",)
    yield made
    made.shop.compose.close()


@pytest.fixture
def shopper(client: Any, twins: Fakes) -> Shopper:
    return Shopper(client, twins)


def visible(response: HttpResponse) -> str:
    """The words of a page, without scripts, tags and attributes."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", text_of(response), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize("met", MET, ids=lambda met: met.label)
def test_what_a_shopper_reads(shopper: Shopper, twins: Fakes, met: Met) -> None:
    met.ready(shopper)
    service, operation = met.where.split(".")
    getattr(twins, service).fail(met.error(), operation)

    response = met.act(shopper)

    assert operation in getattr(twins, service).calls, "the refusal was never met"
    assert response.status_code == met.answered, visible(response)
    words = visible(response)
    assert met.words in words
    for technical in (
        met.code,
        met.code.replace("_", " "),
        "upstream",
        "problem+json",
        str(met.status) + " ",
    ):
        assert technical not in words
    if met.words != BACKEND_WORDS:
        assert BACKEND_WORDS not in words, "English words of the backend reach shoppers of any language"


class GermanClient(Client):
    """Asks for `/ie/de/cart/` where a test says `/cart/`."""

    def generic(self, method: str, path: str, *args: Any, **more: Any) -> Any:
        return super().generic(method, in_region(str(path), GERMAN), *args, **more)


class GermanShopper(Shopper):
    """Buys the same things in German."""

    def agreed(self) -> dict[str, str]:
        page = text_of(self.client.get("/checkout/review/"))
        form = page[page.index(f'action="{GERMAN}/checkout/place/"') :]
        return dict(re.findall(r'name="(version|amount|currency|region)"\s+value="([^"]*)"', form))


@pytest.mark.parametrize("met", MET, ids=lambda met: met.label)
def test_who_reads_german_reads_german(twins: Fakes, met: Met) -> None:
    shopper = GermanShopper(GermanClient(), twins)
    met.ready(shopper)
    service, operation = met.where.split(".")
    getattr(twins, service).fail(met.error(), operation)

    response = met.act(shopper)

    assert response.status_code == met.answered, visible(response)
    words = visible(response)
    assert BACKEND_WORDS not in words
    assert not met.words or met.words == STANDARD or met.words not in words


def test_minimum_not_reached(shopper: Shopper, twins: Fakes) -> None:
    with_a_cart(shopper)
    twins.orders.promote(Deal("big", "amount", "20 euro off", "BIG", amount=2000, minimum=20000))
    form = {"code": "BIG", "version": shopper.cart.version}
    assert shopper.client.post("/cart/code/", form).status_code == 303
    assert shopper.cart.codes[0].reason == "minimum_not_reached"
    words = visible(shopper.client.get("/cart/"))
    assert "Applies once you add €151.00 more." in words
    assert "minimum_not_reached" not in words
