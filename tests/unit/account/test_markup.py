"""The pages of the account as browsers and screen readers take them: valid, named, in every language."""

from collections import Counter

import html5lib
import pytest
from django.http import HttpResponse

from tests.unit.account.member import HOME, OFFICE, Member, another_browser
from tests.unit.account.test_guarding import LOOKED_AT
from tests.unit.account.test_passkeys import make
from tests.unit.account.test_reviews import write
from tests.unit.cart.shopper import title_of

REGIONS = ("/ie/en", "/de/de", "/us/ar")
FULL = [path for path in LOOKED_AT if "adr_" not in path]


@pytest.fixture
def settled(robin: Member) -> Member:
    """Somebody who has one of everything."""
    robin.buys(2)
    robin.keeps(HOME), robin.keeps(OFFICE)
    write(robin, "Soft and warm")
    make(robin)
    another_browser(robin)
    return robin


def whole(answer: HttpResponse) -> None:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(answer.content.decode())
    every = list(tree.iter())
    ids = Counter(one.get("id") for one in every if one.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    (heading,) = [one for one in every if one.tag == "h1"]
    assert heading.text in title_of(answer)
    labelled = {one.get("for") for one in every if one.tag == "label"}
    inside = {id(control) for label in every if label.tag == "label" for control in label.iter("input")}
    for control in every:
        if control.tag in {"input", "select"} and control.get("type") not in {"hidden", "search"}:
            assert control.get("id") in labelled or id(control) in inside
        for name in (control.get("aria-describedby") or "").split():
            assert name in ids
        if control.tag == "button":
            assert "".join(control.itertext()).strip()


@pytest.mark.parametrize("region", REGIONS)
def test_every_page_is_whole(settled, region):
    for path in FULL:
        answer = settled.client.get(f"{region}/account/{path}")
        assert answer.status_code == 200
        whole(answer)


@pytest.mark.parametrize("region", REGIONS)
def test_the_pages_that_a_form_leads_to_are_whole(settled, region):
    (home, _office) = reversed(settled.book)
    for path, data in (
        ("security/authenticator/", {"action": "begin"}),
        ("security/passkeys/", {}),
        ("security/password/", {"old": "x", "new": "y"}),
        ("addresses/new/", {"country": "DE", "action": "country"}),
        ("profile/", {"name": ""}),
        ("data/delete/", {}),
    ):
        whole(settled.client.post(f"{region}/account/{path}", data))
    whole(settled.client.get(f"{region}/account/addresses/{home.id}/"))
    settled.send(f"addresses/{home.id}/remove/")
    whole(settled.client.get(f"{region}/account/addresses/?removed={home.id}"))


def test_the_page_of_a_part_that_is_away_is_whole(robin):
    robin.everything_down()
    for path in ("profile/", "orders/", "reviews/", "preferences/", "addresses/"):
        answer = robin.look(path)
        assert answer.status_code == 503
        whole(answer)


def test_each_section_is_current_on_its_own_page_alone(robin):
    for path in ("", "orders/", "profile/", "addresses/", "reviews/", "security/", "devices/", "data/"):
        page = robin.look(path).content.decode()
        assert page.count('class="account__link"') == 10
        assert page.count('aria-current="page">') == 1
