"""Lists as URLs: every link is complete, one change away from the state, and walks back."""

import pytest
from django.http import QueryDict

from storefront.web.find import read_state
from storefront.web.listing import ListState

STATE = ListState(
    path="/c/x/", q="a b", filters=(("colour", ("Ink", "Moss")), ("size", ("45 cm",))), sort="title", page=3
)


def test_a_link_says_everything():
    assert STATE.href(page=4) == "/c/x/?q=a+b&colour=Ink&colour=Moss&size=45+cm&sort=title&page=4"


def test_any_other_change_leads_to_the_first_page():
    assert "page=" not in STATE.href(sort="newest")
    assert STATE.href(filters=(), q="", sort="") == "/c/x/"


def test_the_lists_own_sort_order_is_not_said():
    assert ListState(path="/c/x/", own_sort="newest").href(sort="newest") == "/c/x/"


def test_a_value_is_added_and_taken_away():
    more = STATE.toggled("colour", "Sand")
    assert dict(more)["colour"] == ("Ink", "Moss", "Sand")
    assert dict(STATE.toggled("colour", "Ink"))["colour"] == ("Moss",)
    assert "size" not in dict(STATE.toggled("size", "45 cm"))
    assert dict(STATE.toggled("material", "Wool"))["material"] == ("Wool",)


def test_a_link_read_again_is_the_same_state():
    href = STATE.href(page=3)
    query = QueryDict(href.split("?")[1])
    assert read_state(query, "/c/x/", own_sort="relevance") == STATE


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("1", 1),
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("-1", 0),
        ("abc", 0),
        ("", 0),
        ("1e6", 0),
        ("٣", 0),
        ("9" * 30, 0),
    ],
)
def test_page_numbers_as_typed(typed, page):
    assert read_state(QueryDict(f"page={typed}"), "/", own_sort="newest").page == page


def test_what_nobody_could_choose_is_left_out():
    long = "x" * 200
    query = QueryDict(f"Colour=a&col-our=b&colour=&colour=+&colour={long}&sort=evil&colour=Ink&colour=Ink")
    state = read_state(query, "/", own_sort="newest")
    assert state.filters == (("colour", ("Ink",)),)
    assert state.sort == ""


def test_filters_are_limited():
    query = QueryDict("&".join(f"a=v{i}" for i in range(30)) + "&" + "&".join(f"b=v{i}" for i in range(30)))
    state = read_state(query, "/", own_sort="newest")
    assert [len(values) for _, values in state.filters] == [30, 10]
