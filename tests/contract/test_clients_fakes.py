"""The in-memory twins speak the contract too: every answer of theirs would pass as the real service's."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from storefront.clients.catalog.fake import FakeCatalog
from storefront.clients.catalog.port import Catalog
from storefront.clients.content.fake import FakeContent
from storefront.clients.content.port import Content
from storefront.clients.customers import AddressInput
from storefront.clients.customers.fake import FakeCustomers
from storefront.clients.customers.port import Customers
from storefront.clients.lists import ListRef
from storefront.clients.lists.fake import FakeLists
from storefront.clients.lists.port import Lists
from storefront.clients.orders import CartRef, OrderRef
from storefront.clients.orders.fake import FakeOrders
from storefront.clients.orders.port import Orders
from storefront.clients.payments.fake import FakePayments
from storefront.clients.payments.port import Payments
from storefront.clients.reviews.fake import FakeReviews
from storefront.clients.reviews.port import Reviews
from storefront.clients.search.fake import FakeSearch
from storefront.clients.search.port import Search
from storefront.clients.stores import Position
from storefront.clients.stores.fake import FakeStores
from storefront.clients.stores.port import Stores
from storefront.core import ManualClock
from tests import samples
from tests.contract.client_calls import CALLS, NEW_REVIEW
from tests.contract.contract_files import operation, validator

IN = {"market": "eu", "locale": "en"}
KEY = "a-key-of-this-test"
TWINS = {
    Catalog: FakeCatalog,
    Search: FakeSearch,
    Orders: FakeOrders,
    Customers: FakeCustomers,
    Lists: FakeLists,
    Stores: FakeStores,
    Reviews: FakeReviews,
    Content: FakeContent,
    Payments: FakePayments,
}

Answers = dict[str, Any]


def _catalog() -> Answers:
    catalog = samples.fake_catalog()
    return {
        "listCategories": catalog.list_categories(**IN),
        "listProducts": catalog.list_products(limit=2, **IN),
        "listSitemapEntries": catalog.list_sitemap_entries(market="eu", limit=2),
        "listVersions": catalog.list_versions(limit=2),
        "getProduct": catalog.get_product(handle="meadow-cushion", **IN),
        "getProductOffers": catalog.get_product_offers(handle="meadow-cushion", market="eu"),
        "listOffers": catalog.list_offers(market="eu", skus=[samples.VASE, samples.SOLD_OUT]),
    }


def _search() -> Answers:
    search = samples.fake_search()
    return {
        "searchProducts": search.search_products(filters=["colour:Ink"], **IN),
        "listRelatedProducts": search.list_related_products(handle="tide-rug", **IN),
        "suggest": search.suggest(q="c", **IN),
    }


def _content() -> Answers:
    content = samples.fake_content()
    return {
        "getHome": content.get_home(**IN),
        "getMenu": content.get_menu(name="footer", **IN),
        "getPage": content.get_page(slug="delivery", **IN),
        "listPages": content.list_pages(**IN),
        "listRedirects": content.list_redirects(),
    }


def _stores() -> Answers:
    stores = samples.fake_stores()
    return {
        "listStores": stores.list_stores(near=Position(latitude=50, longitude=-8), **IN),
        "listPickupPromises": stores.list_pickup_promises(country="IE", postcode="H91 AB12", **IN),
        "getStore": stores.get_store(store_id="sto_galway01", **IN),
    }


def _reviews() -> Answers:
    reviews, mika = samples.fake_reviews(), {"access_token": samples.MIKA_TOKEN}
    handle, first = "meadow-cushion", samples.REVIEWS[0].id
    sent = reviews.submit_review(
        handle=handle, review=NEW_REVIEW, idempotency_key=KEY, access_token=samples.ROBIN_TOKEN
    )
    return {
        "listReviews": reviews.list_reviews(handle=handle, sort="helpful", limit=2, **IN),
        "getSummary": reviews.get_summary(handle=handle),
        "listSummaries": reviews.list_summaries(handles=[handle, "tide-rug"]),
        "submitReview": sent,
        "listMyReviews": reviews.list_my_reviews(access_token=samples.ROBIN_TOKEN),
        "voteHelpful": reviews.vote_helpful(review_id=first, voter="a-voter-of-this-test"),
        "listForModeration": reviews.list_for_moderation(**mika),
        "moderate": reviews.moderate(
            review_id=sent.id, decision="approve", reply="Thank you.", version=1, **mika
        ),
        "getForModeration": reviews.get_for_moderation(review_id=sent.id, **mika),
    }


def _customers() -> Answers:
    customers, token = samples.fake_customers(), samples.ROBIN_TOKEN
    home = AddressInput(label="Home", name="Robin Byrne", address=samples.ADDRESS)
    saved = customers.add_address(token=token, address=home, idempotency_key=KEY)
    return {
        "getMe": customers.get_me(token=token),
        "changeMe": customers.change_me(token=token, name="Robin", phone="+353 91", version=1),
        "addAddress": saved,
        "listAddresses": customers.list_addresses(token=token),
        "changeAddress": customers.change_address(token=token, address_id=saved.id, address=home, version=1),
        "restoreAddress": customers.restore_address(token=token, address_id=saved.id),
        "getPreferences": customers.get_preferences(token=token),
        "changePreferences": customers.change_preferences(
            token=token, language="de", country="IE", marketing_email=True, version=1
        ),
        "exportMe": customers.export_me(token=token),
    }


def _lists() -> Answers:
    lists = samples.fake_lists()
    made = lists.create_list(idempotency_key=KEY)
    put = lists.put_item(ref=made.ref, handle="tide-rug", sku=samples.LAST_RUGS)
    shared = lists.share_list(ref=made.ref)
    return {
        "createList": made,
        "putItem": put,
        "shareList": shared,
        "getSharedList": lists.get_shared_list(share=shared.share or ""),
        "getList": lists.get_list(ref=made.ref),
        "unshareList": lists.unshare_list(ref=made.ref),
        "openMyList": lists.open_my_list(token=samples.ROBIN_TOKEN, guest=made.ref),
        "removeItem": lists.remove_item(
            ref=ListRef(access_token=samples.ROBIN_TOKEN), item_id=put.items[0].id
        ),
    }


def _orders() -> Answers:
    orders = samples.fake_orders(ManualClock())
    answers: Answers = {}
    token = samples.ROBIN_TOKEN
    made = answers["createCart"] = orders.create_cart(idempotency_key=KEY, access_token=token, **IN)
    cart = CartRef(made.cart.id, access_token=token)
    rugs = orders.add_line(cart=cart, sku=samples.LAST_RUGS, quantity=2, idempotency_key="rugs-" + KEY)
    orders.add_line(cart=cart, sku=samples.VASE, quantity=1, idempotency_key="vase-" + KEY)
    answers["addLine"] = orders.add_line(
        cart=cart, sku=samples.CUSHION, quantity=2, idempotency_key="cushion-" + KEY
    )
    lines = answers["addLine"].lines
    orders.reprice(samples.CUSHION, samples.eur(5200))
    orders.stock(samples.LAST_RUGS, 1)
    orders.stock(samples.VASE, 0)
    answers["getCart"] = orders.get_cart(cart=cart)
    answers["removeLine"] = orders.remove_line(cart=cart, line_id=lines[1].id, version=4)
    answers["changeLine"] = orders.change_line(cart=cart, line_id=rugs.lines[0].id, quantity=1, version=5)
    answers["setContact"] = orders.set_contact(cart=cart, contact=samples.CONTACT, version=6)
    answers["setAddress"] = orders.set_address(cart=cart, address=samples.ADDRESS, version=7)
    answers["listDeliveryOptions"] = orders.list_delivery_options(cart=cart)
    answers["setDeliveryOption"] = orders.set_delivery_option(cart=cart, option_id="standard", version=8)
    pays = orders.set_payment_method(cart=cart, method="bank", version=9)
    answers["setPaymentMethod"] = pays
    answers["applyCode"] = orders.apply_code(cart=cart, code="meadow10", version=10)
    orders.apply_code(cart=cart, code="FIVE", version=11)
    goes = orders.set_estimate(cart=cart, country="DE", postcode="10115", version=12)
    answers["setEstimate"] = goes
    answers["setFulfilment"] = orders.set_fulfilment(cart=cart, store_id="sto_galway01", version=13)
    removed = answers["removeCode"] = orders.remove_code(cart=cart, code="MEADOW10", version=14)
    placed = answers["placeOrder"] = orders.place_order(
        cart=cart,
        version=15,
        total=removed.totals.total,
        return_url="http://shop.test/checkout/return/{order_id}/",
        idempotency_key=KEY,
    )
    answers["getOrder"] = orders.settle(placed.order.id, "declined")
    answers["listPaymentMethods"] = orders.list_payment_methods(**IN)
    answers["listDeliveryQuotes"] = orders.list_delivery_quotes(country="IE", **IN)
    answers["findOrder"] = orders.find_order(number=placed.order.number, email=samples.CONTACT.email)
    orders.stock(samples.CUSHION, 1)
    answers["addOrderLines"] = orders.add_order_lines(
        cart=cart, order=OrderRef(placed.order.id, placed.token), idempotency_key=KEY
    )
    answers["cancelOrder"] = orders.cancel_order(order=OrderRef(placed.order.id, placed.token))
    answers["listOrders"] = orders.list_orders(access_token=token)
    guest = orders.create_cart(idempotency_key="guest-" + KEY, **IN)
    orders.stock(samples.CUSHION, 9)
    orders.add_line(cart=guest.ref, sku=samples.CUSHION, quantity=2, idempotency_key="mine-" + KEY)
    opened = answers["openMyCart"] = orders.open_my_cart(guest=guest.ref, access_token=token, **IN)
    assert opened.merge
    answers["undoMerge"] = orders.undo_merge(merge_id=opened.merge.id, access_token=token)
    return answers


MADE: dict[str, Callable[[], Answers]] = {
    "catalog": _catalog,
    "search": _search,
    "content": _content,
    "stores": _stores,
    "reviews": _reviews,
    "customers": _customers,
    "lists": _lists,
    "orders": _orders,
}


@pytest.mark.parametrize("service", MADE)
def test_what_a_twin_answers_keeps_the_contract(service: str) -> None:
    answers = MADE[service]()
    everything = {
        name for of, name in CALLS if of == service and operation(of, name).examples[0].status < 204
    }
    assert answers.keys() == everything
    for name, value in answers.items():
        validator(operation(service, name).examples[0].schema).validate(
            json.loads(msgspec.json.encode(value))
        )


@pytest.mark.parametrize(("port", "twin"), TWINS.items(), ids=lambda one: one.__name__)
def test_a_twin_takes_what_the_real_client_takes(port: type, twin: type) -> None:
    for name, method in inspect.getmembers(port, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(getattr(twin, name)) == inspect.signature(method), name
