"""What holds for every route of cart, checkout and orders: nobody stores it, looking changes nothing, and no
other site can press its buttons.
"""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import samples
from tests.paths import ShopClient
from tests.unit.cart.shopper import NO_STORE, READS, Shopper, text_of
from tests.unit.web.shops import Fakes

SLICES = ("cart", "checkout", "orders")
POSTS = (
    "cart:add",
    "cart:change",
    "cart:code",
    "cart:estimate",
    "cart:undo",
    "checkout:cancel",
    "checkout:code",
    "checkout:place",
    "orders:again",
)
FORMS = (*POSTS, "checkout:contact", "checkout:delivery", "checkout:payment", "orders:find")

FIRST_LINE = "lin_00000002"  # the twin counts what it makes: cart 1, its first line 2


def names_of(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}:{entry.name}"
        else:
            yield from names_of(entry, entry.namespace or namespace)


ROUTES = sorted(name for name in names_of(get_resolver()) if name.split(":")[0] in SLICES)


def urls_of(shopper: Shopper) -> dict[str, str]:
    """Every route, of this shopper's own things."""
    order = shopper.orders[0].id if shopper.orders else "ord_00000001"
    arguments = {
        "cart:change": {"line_id": FIRST_LINE},
        "checkout:return": {"order_id": order},
        "checkout:cancel": {"order_id": order},
        "orders:again": {"order_id": order},
        "orders:confirmation": {"order_id": order},
    }
    return {name: reverse(name, kwargs=arguments.get(name)) for name in ROUTES}


@pytest.fixture(params=["empty", "filling", "ready", "paying", "paid", "declined"])
def somebody(request, shopper, twins) -> Shopper:
    """A shopper in each state that a purchase can be in."""
    state = request.param
    if state == "filling":
        shopper.add()
    elif state != "empty":
        shopper.to_review()
    if state in {"paying", "paid", "declined"}:
        shopper.place()
    if state == "paid":
        twins.orders.settle(shopper.orders[0].id, "approved")
    if state == "declined":
        twins.orders.settle(shopper.orders[0].id, "declined")
    if state == "empty":
        shopper.add()
        assert shopper.cart.lines[0].id == FIRST_LINE
        shopper.change("", action="remove")
    return shopper


def state_of(twins: Fakes) -> str:
    return repr((twins.orders._baskets, twins.orders._orders, twins.orders._goods))


def test_the_routes_that_are_meant_are_found():
    assert {"cart:show", "checkout:return", "orders:confirmation", *FORMS} <= set(ROUTES)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_anything_changes_nothing(somebody, twins, method):
    for name, url in urls_of(somebody).items():
        before = state_of(twins)
        response, calls = somebody.calls_of(lambda url=url: getattr(somebody.client, method)(url))
        assert set(calls) <= READS, name
        assert state_of(twins) == before, name
        assert response.status_code == 405 if name in POSTS else response.status_code < 500, name


def test_nobody_stores_any_of_it(somebody):
    for name, url in urls_of(somebody).items():
        for response in (somebody.client.get(url), somebody.client.post(url)):
            assert response["Cache-Control"] == NO_STORE, name


FORGED = {
    "cross-site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "same-site": {"Sec-Fetch-Site": "same-site"},
    "other-origin": {"Origin": "https://evil.example"},
    "null-origin": {"Origin": "null"},
    "neither-header-nor-token": {},
}


@pytest.fixture
def victim(twins) -> Shopper:
    """A shopper about to buy, whose browser is checked for forged forms like a real one."""
    own = {"headers": {"Sec-Fetch-Site": "same-origin"}}
    shopper = Shopper(ShopClient(enforce_csrf_checks=True, **own), twins)
    shopper.to_review()
    return shopper


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_a_form_that_another_site_sent_does_nothing(victim, twins, name, headers):
    url, before = urls_of(victim)[name], state_of(twins)
    victim.client.defaults.pop("HTTP_SEC_FETCH_SITE")
    response, calls = victim.calls_of(
        lambda: victim.client.post(url, {"sku": samples.VASE, "quantity": "1"}, headers=headers)
    )
    assert response.status_code == 403
    assert "<h1" in text_of(response)
    assert calls == []
    assert state_of(twins) == before


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}])
def test_the_shops_own_forms_are_taken(victim, headers):
    agreed = victim.agreed()
    victim.client.defaults.pop("HTTP_SEC_FETCH_SITE")
    response = victim.client.post("/checkout/place/", agreed, headers=headers)
    assert response.status_code == 303
    assert len(victim.orders) == 1


AWAY = ("https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example")


@pytest.mark.parametrize("target", AWAY)
def test_no_form_leads_away(somebody, target):
    for name in FORMS:
        url = urls_of(somebody)[name]
        data = {
            "next": target,
            "return_url": target,
            "sku": samples.VASE,
            "quantity": "0",
            "action": "remove",
        }
        response = somebody.client.post(f"{url}?next={target}", data, headers={"Referer": target})
        goes_to = response.headers.get("Location", "/")
        assert goes_to.startswith("/"), name
        assert not goes_to.startswith(("//", "/\\")), name
        assert "evil.example" not in text_of(response), name
