"""The CDN's behaviours: made of the routes' own policies, private unless they say otherwise, in bounds."""

import fnmatch
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.urls import include, path

from config.cdn import (
    MOST_BEHAVIOURS,
    MOST_KEYS,
    MOST_VARIANTS,
    PREVIEW_HEADER,
    READ,
    REST,
    VARIANTS_HEADER,
    Behaviour,
    Cdn,
    Experiment,
    Key,
    experiments_of,
    overlap,
    read_cdn,
)
from config.env import SettingError
from storefront.flags import DECLARED
from storefront.web.policies import TRACKERS, private_page, public_page


@public_page(query=("b", "a"))
def shown(request, handle=""):
    return HttpResponse(handle)


@public_page(query=("sort",), facets=True)
def listed(request, slug):
    return HttpResponse(slug)


@private_page()
def own(request, handle=""):
    return HttpResponse(handle)


def unmarked(request):
    return HttpResponse()


PATTERNS = [
    path("p/<slug:handle>/", shown, name="product"),
    path("c/<slug:slug>/", listed, name="category"),
    path("p/<slug:handle>/", include(([path("mine/", own, name="mine")], "own"))),
    path("cart/", own, name="cart"),
    path("robots.txt", shown, name="robots"),
    path("new/", unmarked, name="new"),
]


@pytest.fixture
def cdn():
    return read_cdn(PATTERNS)


def with_behaviours(*behaviours):
    return Cdn((*behaviours, REST))


@pytest.mark.parametrize(
    ("address", "name", "kept"),
    [
        ("/ie/en/p/rug/", "product", True),
        ("/de/ar/c/textiles/", "category", True),
        ("/robots.txt", "robots", True),
        ("/static/css/main.1234.css", "static", True),
        ("/media/products/rug-720.avif", "media", True),
        ("/ie/en/p/rug/mine/", "own:mine", False),
        ("/ie/en/cart/", "rest", False),
        ("/ie/en/new/", "rest", False),
        ("/ie/en/p/rug", "rest", False),
        ("/p/rug/", "rest", False),
        ("/ie/en/P/rug/", "rest", False),
        ("/", "rest", False),
    ],
)
def test_an_address_is_kept_only_where_its_route_says_so(cdn, address, name, kept):
    found = cdn.behaviour(address)
    assert (found.name, found.key is not None) == (name, kept)


def test_the_key_is_what_the_route_reads(cdn):
    named = {one.name: one.key for one in cdn.behaviours}
    assert named["product"].query_behaviour == ("whitelist", ("a", "b"))
    assert named["category"].query_behaviour == ("allExcept", TRACKERS)
    assert named["static"].query_behaviour == ("none", ())


def test_what_is_kept_is_asked_for_without_the_visitor(cdn):
    for behaviour in read_cdn().behaviours:
        if behaviour.key is not None:
            assert (behaviour.methods, behaviour.personal) == (READ, False)
            assert set(behaviour.forwards) <= {"Host"}
            assert set(behaviour.key.headers) <= {VARIANTS_HEADER, PREVIEW_HEADER}
            assert behaviour.key.least == 0


def test_the_site_itself_is_within_the_quotas():
    behaviours = read_cdn().behaviours
    assert len(behaviours) <= MOST_BEHAVIOURS + 1
    assert {one.origin for one in behaviours if one.key is None} == {"web"}
    assert len({one.pattern for one in behaviours}) == len(behaviours)


def test_experiments_are_in_the_key_of_pages(cdn):
    cdn = read_cdn(PATTERNS, (Experiment("list", ("a", "b")),))
    keyed = {one.name for one in cdn.behaviours if one.key and VARIANTS_HEADER in one.key.headers}
    assert keyed == {"product", "category", "robots"}


def test_experiments_are_the_flags_that_differ_by_person():
    note = DECLARED["delivery-note"]
    other = replace(note, key="new-thing", variants={"b": "b", "a-1": "a"}, default="b", off="a-1")
    assert experiments_of([*DECLARED.values(), other]) == (
        Experiment("delivery_note", ("control", "note"), ("catalog:product",)),
        Experiment("new_thing", ("a_1", "b"), ("catalog:product",)),
    )


def test_only_pages_that_differ_are_kept_by_variant():
    keyed = {one.name for one in read_cdn().behaviours if one.key and VARIANTS_HEADER in one.key.headers}
    assert keyed == {"catalog:product"}
    many = tuple(replace(DECLARED["delivery-note"], key=f"n{number}") for number in range(3))
    with pytest.raises(SettingError):
        read_cdn(experiments=experiments_of([*DECLARED.values(), *many]))
    elsewhere = [replace(one, pages=("content:home",)) for one in many]
    assert read_cdn(experiments=experiments_of([*DECLARED.values(), *elsewhere]))


@pytest.mark.parametrize("experiments", [
    tuple(Experiment(f"e{number}", ("a", "b")) for number in range(4)),
    (Experiment("many", tuple(f"v{number}" for number in range(MOST_VARIANTS + 1))),),
    (Experiment("List", ("a", "b")),),
    (Experiment("list", ("a", "b;c=d")),),
    (Experiment("list", ("a", "a")),),
    (Experiment("list", ()),),
    (Experiment("list", ("a",)), Experiment("list", ("b",))),
])  # fmt: skip
def test_too_many_or_odd_variants_fail_the_build(experiments):
    with pytest.raises(SettingError):
        read_cdn(PATTERNS, experiments)


def test_as_many_variants_as_there_is_room_for_are_fine():
    assert read_cdn(PATTERNS, tuple(Experiment(f"e{number}", ("a", "b")) for number in range(3)))


@pytest.mark.parametrize("behaviour", [
    Behaviour("x", "/x/", "web", Key(headers=("Cookie",))),
    Behaviour("x", "/x/", "web", Key(), forwards=("Host", "Accept-Language")),
    Behaviour("x", "/x/", "web", Key(), forwards=("*",)),
    Behaviour("x", "/x/", "web", Key(), personal=True),
    Behaviour("x", "/x/", "web", Key(), methods=("GET", "POST")),
    Behaviour("x", "/x/", "web", Key(least=1)),
    Behaviour("x", "/x/", "web", Key(query=tuple(f"k{number}" for number in range(MOST_KEYS + 1)))),
    Behaviour("x", "/x y/", "web", Key()),
    Behaviour("x", f"/{'x' * 255}/", "web", Key()),
])  # fmt: skip
def test_what_cloudfront_or_a_shopper_would_not_like_fails_the_build(behaviour):
    with pytest.raises(SettingError):
        with_behaviours(behaviour)


def test_the_last_behaviour_keeps_nothing():
    with pytest.raises(SettingError):
        Cdn((Behaviour("all", "*", "web", Key()),))
    with pytest.raises(SettingError):
        with_behaviours(
            *(Behaviour("x", f"/{number}/", "web", Key()) for number in range(MOST_BEHAVIOURS + 1))
        )


PAIRS = [
    ("/a/*", "/a/b/", True),
    ("/a/*/", "/a/*/new/", True),
    ("/??/x", "/ab/x", True),
    ("/?/x", "/ab/x", False),
    ("*", "/anything", True),
    ("/a", "/b", False),
    ("/a/*-x", "/a/*-y", False),
    ("/a*b", "/*ab", True),
    ("", "*", True),
]


@pytest.mark.parametrize(("one", "other", "meet"), PAIRS)
def test_patterns_that_meet_are_found(one, other, meet):
    assert overlap(one, other) is overlap(other, one) is meet


def test_a_pattern_means_what_cloudfront_means_by_it():
    behaviour = Behaviour("x", "/??/??/p/*/", "web", Key())
    for address in ("/ie/en/p/rug/", "/ie/en/p/rug/reviews/", "/ie/en/p//", "/ie/en/p/rug", "/ie/e/p/rug/"):
        assert behaviour.matches(address) == fnmatch.fnmatchcase(address, behaviour.pattern)
