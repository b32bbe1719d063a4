"""A list's URL: equal states have one, what makes no sense leaves it, and crawlers are told what counts."""

import pytest
from django.http import QueryDict

from storefront.web.find import read_state
from storefront.web.list_state import ListState


def state(query: str, **changes) -> ListState:
    return read_state(QueryDict(query), "/c/x/", **({"own_sort": "newest"} | changes))


@pytest.mark.parametrize(
    "query",
    [
        "colour=Moss&size=45+cm&colour=Ink&sort=title",
        "sort=title&size=45+cm&colour=Ink&colour=Moss",
        "size=45+cm&colour=Ink&colour=Moss&sort=title&colour=Ink&page=1",
    ],
)
def test_equal_states_have_one_address(query):
    assert state(query).href() == "/c/x/?colour=Ink&colour=Moss&size=45+cm&sort=title"


def test_a_value_is_added_where_it_belongs_and_taken_away_again():
    start = state("size=S&colour=Moss")
    more = start.href(filters=start.toggled("colour", "Ink"))
    assert more == "/c/x/?colour=Ink&colour=Moss&size=S"
    assert start.href(filters=start.toggled("colour", "Moss")) == "/c/x/?size=S"


@pytest.mark.parametrize(
    ("query", "dropped"),
    [
        ("price=cheap", ("price",)),
        ("price=5-1", ("price",)),
        ("price=-5", ("price",)),
        ("price=٣-٤", ("price",)),
        ("price=1-2&price=x", ("price",)),
        ("rating=9&price=x", ("rating", "price")),
        ("price=0-2499", ()),
        ("rating=4", ()),
    ],
)
def test_prices_and_ratings_that_are_none_are_dropped_and_named(query, dropped):
    found = state(query)
    assert found.dropped == dropped
    assert all(value not in found.href() for value in ("cheap", "5-1", "rating=9", "price=x"))


@pytest.mark.parametrize(
    ("query", "canonical", "indexable"),
    [
        ("", "/c/x/", True),
        ("sort=title", "/c/x/", True),
        ("page=3", "/c/x/?page=3", True),
        ("page=3&from=1", "/c/x/", True),
        ("colour=Ink", "/c/x/?colour=Ink", True),
        ("colour=Ink&sort=title&page=2", "/c/x/?colour=Ink&page=2", True),
        ("colour=Ink&colour=Moss", "/c/x/", False),
        ("colour=Ink&size=S", "/c/x/", False),
    ],
)
def test_search_engines_are_told_which_lists_are_lists(query, canonical, indexable):
    found = state(query)
    assert (found.canonical, found.indexable) == (canonical, indexable)


@pytest.mark.parametrize(
    ("query", "whole"),
    [("page=2&from=1", True), ("page=2", False), ("from=1", False), ("page=11&from=1", False)],
)
def test_pages_are_shown_together_up_to_a_limit(query, whole):
    assert state(query).from_first is whole


def test_any_other_change_leads_to_the_first_page_alone():
    here = state("page=3&from=1&colour=Ink")
    assert here.href(sort="title") == "/c/x/?colour=Ink&sort=title"
    assert here.href(page=4, from_first=True) == "/c/x/?colour=Ink&page=4&from=1"
    assert here.href(page=4) == "/c/x/?colour=Ink&page=4"
