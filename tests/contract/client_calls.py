"""Every operation of the contracts as a call of the client that speaks it, with the contracts' own values.

The table is what the contract tests walk; a test fails when it lacks an operation.
"""

from collections.abc import Callable
from typing import Any

from storefront.clients.catalog import CatalogClient
from storefront.clients.content import ContentClient
from storefront.clients.customers import AddressInput, CustomersClient
from storefront.clients.lists import ListRef, ListsClient
from storefront.clients.orders import CartRef, Order, OrderRef, OrdersClient
from storefront.clients.payments import Payment, PaymentsClient
from storefront.clients.reviews import NewReview, OrderProof, ReviewsClient
from storefront.clients.search import SearchClient
from storefront.clients.shapes import Address, Contact
from storefront.clients.stores import Position, StoresClient
from storefront.core import CartId, ManualClock, Money, OrderId, UpstreamError
from storefront.http import HttpRequest, HttpResponse, MockTransport, RestClient, Upstream
from storefront.resilience import BreakerSettings, Resource
from storefront.telemetry import Telemetry
from tests.contract.contract_files import operation

HOST = "http://backend.test"
KEY = "0b2f0a0e-7a63-4b5e-9e55-3f6b4a1f6f11"
SECRET = "c2VjcmV0LW9mLXRoaXMtY2FydC0wMDAwMDAwMDAwMDA"
ORDER_TOKEN = "b3JkZXItdG9rZW4tMDAwMDAwMDAwMDAwMDAwMDAwMDA"
ACCESS_TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyb2JpbiJ9.c2lnbmF0dXJl"
SERVICE_KEY = "service-key-of-this-test"
LIST_SECRET = "c2VjcmV0LW9mLXRoaXMtbGlzdC0wMDAwMDAwMDAwMDA"

CART = CartRef(CartId("crt_01HZX3V9Q8"), SECRET)
ORDER = OrderRef(OrderId("ord_01HZX3W2M4"), ORDER_TOKEN)
CONTACT = Contact(email="robin@example.com", name="Robin Byrne")
ADDRESS = Address(line1="12 Harbour Street", city="Galway", postcode="H91 AB12", country="IE")
HOME = AddressInput(label="Home", name="Robin Byrne", address=ADDRESS)
IN = {"market": "eu", "locale": "en"}
LINE = "lin_4f1c2a9b"
LIST = ListRef("lst_01HZX3V9Q8M4N5P6Q7R8S9T0V1", LIST_SECRET)
SHARE = "01HZX3V9Q8M4N5P6Q7R8S9T0V1c2hhcmUtdG9rZW4tMDAwMD"
REVIEW = "rev_01HZX3V9Q8"
NEW_REVIEW = NewReview(
    rating=5,
    title="Softer than it looks",
    body="The linen is heavy and soft, and the ink is exactly the blue of the picture.",
    author="Robin B.",
    locale="en",
    order=OrderProof(number="SF-7K3M-92QD", email="robin@example.com"),
)
RETURN_URL = "http://127.0.0.1:8000/checkout/return/{order_id}/"
TOTAL = Money(9315, "EUR")

Call = Callable[[RestClient], Any]


def _catalog(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(CatalogClient(rest), method)(**kwargs)


def _search(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(SearchClient(rest), method)(**kwargs)


def _orders(name: str, /, **kwargs: Any) -> Call:
    return lambda rest: getattr(OrdersClient(rest).within("en"), name)(**kwargs)


def _customers(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(CustomersClient(rest), method)(token=ACCESS_TOKEN, **kwargs)


def _stores(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(StoresClient(rest), method)(**kwargs)


def _reviews(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(ReviewsClient(rest), method)(**kwargs)


def _lists(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(ListsClient(rest), method)(**kwargs)


def _content(method: str, **kwargs: Any) -> Call:
    return lambda rest: getattr(ContentClient(rest), method)(**kwargs)


CALLS: dict[tuple[str, str], Call] = {
    ("catalog", "listCategories"): _catalog("list_categories", **IN),
    ("catalog", "listProducts"): _catalog(
        "list_products",
        category="cushions",
        handles=["meadow-cushion", "tide-rug"],
        cursor="abc_-1",
        limit=2,
        **IN,
    ),
    ("catalog", "listSitemapEntries"): _catalog(
        "list_sitemap_entries", market="eu", cursor="abc_-1", limit=5_000
    ),
    ("catalog", "listVersions"): _catalog("list_versions", cursor="abc_-1", limit=5_000),
    ("catalog", "getProduct"): _catalog("get_product", handle="meadow-cushion", **IN),
    ("catalog", "getProductOffers"): _catalog("get_product_offers", handle="meadow-cushion", market="eu"),
    ("catalog", "listOffers"): _catalog("list_offers", market="eu", skus=["FN-MEA-INK-45", "A/1.b"]),
    ("search", "searchProducts"): _search(
        "search_products",
        q="botanical cushion & más",
        category="cushions",
        filters=["colour:Ink", "size:45 cm", "price:2500-5000"],
        sort="price_asc",
        page=2,
        limit=48,
        **IN,
    ),
    ("search", "listRelatedProducts"): _search(
        "list_related_products", handle="meadow-cushion", limit=8, **IN
    ),
    ("search", "suggest"): _search("suggest", q="cush", limit=5, **IN),
    ("orders", "createCart"): _orders("create_cart", country="IE", idempotency_key=KEY, **IN),
    ("orders", "openMyCart"): _orders(
        "open_my_cart", country="IE", guest=CART, access_token=ACCESS_TOKEN, **IN
    ),
    ("orders", "undoMerge"): _orders("undo_merge", merge_id="mrg_01HZX3VD77", access_token=ACCESS_TOKEN),
    ("orders", "closeMyCarts"): _orders("close_my_carts", access_token=ACCESS_TOKEN),
    ("orders", "getCart"): _orders("get_cart", cart=CART),
    ("orders", "addLine"): _orders(
        "add_line", cart=CART, sku="FN-MEA-INK-45", quantity=1, idempotency_key=KEY
    ),
    ("orders", "changeLine"): _orders("change_line", cart=CART, line_id=LINE, quantity=3, version=5),
    ("orders", "removeLine"): _orders("remove_line", cart=CART, line_id=LINE, version=5),
    ("orders", "setContact"): _orders("set_contact", cart=CART, contact=CONTACT, version=5),
    ("orders", "setAddress"): _orders("set_address", cart=CART, address=ADDRESS, version=5),
    ("orders", "listDeliveryOptions"): _orders("list_delivery_options", cart=CART),
    ("orders", "setDeliveryOption"): _orders(
        "set_delivery_option", cart=CART, option_id="standard", version=5
    ),
    ("orders", "setEstimate"): _orders(
        "set_estimate", cart=CART, country="IE", postcode="H91 AB12", version=5
    ),
    ("orders", "setFulfilment"): _orders("set_fulfilment", cart=CART, store_id="sto_galway01", version=5),
    ("orders", "setPaymentMethod"): _orders("set_payment_method", cart=CART, method="card", version=5),
    ("orders", "applyCode"): _orders("apply_code", cart=CART, code="MEADOW10", version=5),
    ("orders", "removeCode"): _orders("remove_code", cart=CART, code="MEADOW10", version=5),
    ("orders", "addOrderLines"): _orders("add_order_lines", cart=CART, order=ORDER, idempotency_key=KEY),
    ("orders", "listPaymentMethods"): _orders("list_payment_methods", **IN),
    ("orders", "listDeliveryQuotes"): _orders(
        "list_delivery_quotes", country="IE", postcode="H91 AB12", **IN
    ),
    ("orders", "findOrder"): _orders("find_order", number="SF-7K3M-92QD", email="robin@example.com"),
    ("orders", "placeOrder"): _orders(
        "place_order", cart=CART, version=5, total=TOTAL, return_url=RETURN_URL, idempotency_key=KEY
    ),
    ("orders", "getOrder"): _orders("get_order", order=ORDER),
    ("orders", "cancelOrder"): _orders("cancel_order", order=ORDER),
    ("orders", "listOrders"): _orders("list_orders", access_token=ACCESS_TOKEN, cursor="abc_-1", limit=10),
    ("payments", "getPayment"): lambda rest: PaymentsClient(rest, SERVICE_KEY).get_payment(
        payment_id="pay_01HZX3W5T1"
    ),
    ("customers", "getMe"): _customers("get_me"),
    ("customers", "changeMe"): _customers("change_me", name="Robin Byrne", phone="+353 91 000000", version=1),
    ("customers", "listAddresses"): _customers("list_addresses"),
    ("customers", "addAddress"): _customers("add_address", address=HOME, idempotency_key=KEY),
    ("customers", "changeAddress"): _customers(
        "change_address", address_id="adr_7c2f9d10", address=HOME, version=1
    ),
    ("customers", "removeAddress"): _customers("remove_address", address_id="adr_7c2f9d10"),
    ("customers", "restoreAddress"): _customers("restore_address", address_id="adr_7c2f9d10"),
    ("customers", "getPreferences"): _customers("get_preferences"),
    ("customers", "changePreferences"): _customers(
        "change_preferences", language="de", country="IE", marketing_email=True, version=2
    ),
    ("customers", "exportMe"): _customers("export_me"),
    ("customers", "deleteMe"): _customers("delete_me"),
    ("stores", "listStores"): _stores(
        "list_stores", near=Position(latitude=53.2707, longitude=-9.0568), cursor="abc_-1", limit=10, **IN
    ),
    ("stores", "getStore"): _stores("get_store", store_id="sto_galway01", **IN),
    ("stores", "listPickupPromises"): _stores(
        "list_pickup_promises",
        country="IE",
        postcode="H91 AB12",
        sku="FN-MEA-INK-45",
        quantity=2,
        **IN,
    ),
    ("reviews", "listReviews"): _reviews(
        "list_reviews", handle="meadow-cushion", sort="helpful", rating=5, cursor="abc_-1", limit=10, **IN
    ),
    ("reviews", "getSummary"): _reviews("get_summary", handle="meadow-cushion"),
    ("reviews", "listSummaries"): _reviews("list_summaries", handles=["meadow-cushion", "tide-rug"]),
    ("reviews", "submitReview"): _reviews(
        "submit_review", handle="meadow-cushion", review=NEW_REVIEW, idempotency_key=KEY
    ),
    ("reviews", "listMyReviews"): _reviews(
        "list_my_reviews", access_token=ACCESS_TOKEN, cursor="abc_-1", limit=10
    ),
    ("reviews", "forgetMyReviews"): _reviews("forget_my_reviews", access_token=ACCESS_TOKEN),
    ("reviews", "voteHelpful"): _reviews(
        "vote_helpful", review_id=REVIEW, voter="dm90ZXItMDAwMDAwMDAwMDAwMDAwMDAw"
    ),
    ("reviews", "listForModeration"): _reviews(
        "list_for_moderation", access_token=ACCESS_TOKEN, state="pending", cursor="abc_-1", limit=10
    ),
    ("reviews", "getForModeration"): _reviews(
        "get_for_moderation", access_token=ACCESS_TOKEN, review_id=REVIEW
    ),
    ("reviews", "moderate"): _reviews(
        "moderate",
        access_token=ACCESS_TOKEN,
        review_id=REVIEW,
        decision="reject",
        reason="Advertises another shop.",
        version=2,
    ),
    ("lists", "createList"): _lists("create_list", idempotency_key=KEY),
    ("lists", "openMyList"): _lists("open_my_list", token=ACCESS_TOKEN, guest=LIST),
    ("lists", "getList"): _lists("get_list", ref=LIST),
    ("lists", "putItem"): _lists("put_item", ref=LIST, handle="meadow-cushion", sku="FN-MEA-INK-45"),
    ("lists", "removeItem"): _lists("remove_item", ref=LIST, item_id="itm_7QJ3V9Q8M4"),
    ("lists", "shareList"): _lists("share_list", ref=LIST),
    ("lists", "unshareList"): _lists("unshare_list", ref=LIST),
    ("lists", "getSharedList"): _lists("get_shared_list", share=SHARE),
    ("content", "getHome"): _content("get_home", **IN),
    ("content", "getMenu"): _content("get_menu", name="footer", **IN),
    ("content", "listPages"): _content("list_pages", **IN),
    ("content", "listRedirects"): _content("list_redirects"),
    ("content", "getPage"): _content("get_page", slug="delivery", **IN),
}

# Said by the services to one another, never by the web tier.
BETWEEN_SERVICES = {
    ("orders", "receivePaymentEvent"),
    ("payments", "createPayment"),
    ("payments", "cancelPayment"),
    ("payments", "refundPayment"),
    ("orders", "recordFulfilmentEvent"),
}


def calls_for(service: str, operation_id: str) -> Call:
    """The call of one operation; what a service alone may call is decoded as the model of its answer."""
    if (service, operation_id) == ("orders", "recordFulfilmentEvent"):
        return lambda rest: rest.get("/orders", type=Order)
    if (service, operation_id) in BETWEEN_SERVICES:
        return lambda rest: rest.get("/payments", type=Payment)
    return CALLS[service, operation_id]


class Backend:
    """A service that gives one answer to everything, and the client's end of the line to it."""

    def __init__(self, service: str, operation_id: str) -> None:
        self.operation = operation(service, operation_id)
        self.call = calls_for(service, operation_id)
        self.answer = HttpResponse(500)
        self.transport = MockTransport(self._answer)
        # Broken answers would open the breaker; that they do is tested where breakers are.
        upstream = Upstream(
            service,
            HOST + self.operation.base,
            attempts=1,
            breaker=BreakerSettings(least_calls=10**9, consecutive_timeouts=10**9),
        )
        self.rest = RestClient(
            upstream, self.transport, Resource(upstream.resource, Telemetry(), ManualClock())
        )

    def _answer(self, request: HttpRequest) -> HttpResponse:
        return self.answer

    def refusal(
        self, body: bytes, status: int = 200, content_type: str = "application/json"
    ) -> UpstreamError | None:
        """The error that this answer becomes, None if it is taken for a good one."""
        try:
            self.ask(body, status, content_type)
        except UpstreamError as error:
            return error
        return None

    def ask(self, body: bytes, status: int = 200, content_type: str = "application/json") -> Any:
        """What the client makes of this answer."""
        self.answer = HttpResponse(status, {"content-type": content_type}, body)
        return self.call(self.rest)

    def sent(self) -> HttpRequest:
        """The one request that went out."""
        (request,) = self.transport.requests
        return request
