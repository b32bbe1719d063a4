"""Cost, days and stores before the cart: the usual ones on the page, those of a postcode when asked."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from storefront.catalog.delivery import build_delivery
from storefront.clients.orders.fake_deals import Deal
from storefront.clients.stores import PickupPromise, PickupPromiseList
from storefront.core import Invalid
from tests import samples
from tests.unit.web.shops import down

FRAGMENT = {"HX-Request": "true"}
ASKED = {"sku": samples.CUSHION, "country": "IE", "postcode": "H91 AB12"}


def text_of(response) -> str:
    return unescape(response.content.decode())


def part(text: str) -> str:
    section = text.partition('id="delivery"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", section).split())


def test_the_page_says_the_usual_cost_and_days_before_anything_is_asked(client, twins):
    said = part(text_of(client.get("/p/meadow-cushion/")))
    assert "Delivery to Ireland" in said
    assert "€4.95" in said
    assert re.search(
        r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d+.* (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)", said
    )


def test_the_usual_delivery_is_the_region_s(client, twins):
    assert "Delivery to Germany" in part(text_of(client.get("/de/en/p/meadow-cushion/")))


def _free_from(amount: int) -> Deal:
    return Deal("free", "free_delivery", "Free standard delivery", minimum=amount)


def test_free_delivery_is_told_with_standard_delivery_alone(client, twins):
    twins.orders.promote(_free_from(7500))
    said = part(text_of(client.get("/p/meadow-cushion/")))
    assert "Standard delivery is free from €75.00" in said
    said = part(text_of(client.get("/p/meadow-cushion/delivery/", ASKED, headers=FRAGMENT)))
    assert said.count("free from €75.00") == 1
    assert said.index("Standard delivery is free from") < said.index("Express delivery")


def test_an_article_that_costs_enough_by_itself_is_sent_for_free(client, twins):
    twins.orders.promote(_free_from(4000))
    for answer in (
        client.get("/p/meadow-cushion/"),
        client.get("/p/meadow-cushion/delivery/", ASKED, headers=FRAGMENT),
    ):
        said = part(text_of(answer))
        assert "Standard delivery Free" in said
        assert "free from" not in said


def test_without_quotes_the_page_lives_and_says_where_they_are(client, twins):
    twins.orders.fail(down("orders"), "list_delivery_quotes")
    response = client.get("/p/meadow-cushion/")
    text = text_of(response)
    assert response.status_code == 200
    assert "You will see them at the checkout before you pay." in text
    assert "Add to cart" in text


def test_a_postcode_brings_every_way_and_the_stores_near_it(client, twins):
    response = client.get("/p/meadow-cushion/delivery/", ASKED, headers=FRAGMENT)
    text = text_of(response)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "<html" not in text
    said = part(text)
    assert "Delivery to H91 AB12, Ireland" in said
    assert "Standard delivery €4.95" in said
    assert "Pick it up for free" in said
    assert "Ready tomorrow from" in said
    assert 'value="H91 AB12"' in text, "what was typed stays"
    assert 'data-announce="Standard delivery: ' in text


def test_without_script_the_answer_is_a_page_with_a_way_back(client, twins):
    response = client.get("/p/meadow-cushion/delivery/", ASKED)
    text = text_of(response)
    assert "<h1>Delivery of Meadow cushion</h1>" in text
    assert f'href="/ie/en/p/meadow-cushion/?variant={samples.CUSHION}"' in text
    assert '<meta name="robots" content="noindex">' in text
    assert "Pick it up for free" in part(text)


@pytest.mark.parametrize(
    ("typed", "words"), [("NOPE", "This is not a postcode in Ireland."), ("", "Please type")]
)
def test_a_wrong_postcode_is_said_at_the_field_and_kept(client, twins, typed, words):
    response = client.get("/p/meadow-cushion/delivery/", ASKED | {"postcode": typed}, headers=FRAGMENT)
    text = text_of(response)
    assert response.status_code == 422
    assert words in text.split('id="delivery-problem"')[1].split("</p>")[0]
    assert 'aria-invalid="true"' in text
    assert f'value="{typed}"' in text
    assert "Standard delivery" in text, "the usual stays there to be read"


def test_a_country_that_is_not_served_is_said_by_name(client, twins):
    twins.orders.fail(
        Invalid("orders", "list_delivery_quotes", status=422, code="country_not_served"),
        "list_delivery_quotes",
    )
    text = text_of(client.get("/p/meadow-cushion/delivery/", ASKED | {"country": "JP"}, headers=FRAGMENT))
    assert "We don't deliver to Japan." in text


@pytest.mark.parametrize("typed", ["<script>", "x" * 500, "'; DROP", "\u202e\u2028"])
def test_a_hostile_postcode_is_only_words(client, twins, typed):
    response = client.get("/p/meadow-cushion/delivery/", ASKED | {"postcode": typed}, headers=FRAGMENT)
    assert response.status_code in (200, 422)
    assert "<script>" not in response.content.decode()
    assert len(response.content) < 20_000


def test_stores_that_can_t_be_asked_are_said_so_and_the_rest_stays(client, twins):
    twins.stores.fail(down("stores"))
    said = part(text_of(client.get("/p/meadow-cushion/delivery/", ASKED, headers=FRAGMENT)))
    assert "We can't check right now which stores have it." in said
    assert "Standard delivery" in said


def test_quotes_that_can_t_be_had_leave_the_stores(client, twins):
    twins.orders.fail(down("orders"))
    said = part(text_of(client.get("/p/meadow-cushion/delivery/", ASKED, headers=FRAGMENT)))
    assert "You will see them at the checkout before you pay." in said
    assert "Pick it up for free" in said


def test_a_store_without_it_says_so(client, twins):
    twins.stores.sell_out(samples.CUSHION)
    said = part(text_of(client.get("/p/meadow-cushion/delivery/", ASKED, headers=FRAGMENT)))
    assert "Not available there now" in said


def test_a_sku_of_another_product_is_not_asked_about(client, twins):
    text = text_of(client.get("/p/meadow-cushion/delivery/", ASKED | {"sku": "EVIL"}))
    assert f'value="{samples.CUSHION}"' in text
    assert "EVIL" not in text


def test_an_unknown_product_is_not_found(client, twins):
    assert client.get("/p/no-such-thing/delivery/", ASKED).status_code == 404


NOON = datetime(2030, 6, 5, 12, 0, tzinfo=UTC)  # a Wednesday; 13:00 in Dublin


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(0), "Ready now"),
        (timedelta(hours=3), "Ready today from 16:00"),
        (timedelta(hours=21), "Ready tomorrow from 10:00"),
        (timedelta(days=2, hours=-3), "Ready on Friday, 7 June from 10:00"),
    ],
)
def test_when_it_is_ready_is_said_in_the_store_s_own_time(twins, monkeypatch, after, words):
    promise = PickupPromise(
        store_id="sto_dublin01",
        name="Dublin",
        address=samples.ADDRESS,
        distance_km=3.26,
        available=True,
        ready_from=NOON + after,
        timezone="Europe/Dublin",
    )
    monkeypatch.setattr(
        twins.stores, "list_pickup_promises", lambda **_asked: PickupPromiseList(items=(promise,))
    )
    monkeypatch.setattr(twins.shop.compose.clock, "now", lambda: NOON)
    view = build_delivery(twins.shop, country_code="IE", postcode="D02 X285", sku=samples.CUSHION)
    assert view.pickups is not None
    assert (view.pickups[0].ready, view.pickups[0].distance) == (words, "3.3 km away")
