"""The flags that are declared make sense, each with somebody who answers for it."""

from __future__ import annotations

import re

import msgspec
import pytest

from storefront.flags.compiling import compile_snapshot
from storefront.flags.context import Context
from storefront.flags.declaration import Kind
from storefront.flags.declared import ATTRIBUTES, DECLARED, Banner, HeaderLinks
from storefront.flags.state import Decided
from storefront.flags.values import checked_value, has_type

FLAGS = [pytest.param(one, id=one.key) for one in DECLARED.values()]


@pytest.mark.parametrize("flag", FLAGS)
def test_its_values_are_of_its_type_and_shape(flag):
    assert all(has_type(value, flag.type) for value in flag.variants.values())
    assert all(checked_value(flag, value) == value for value in flag.variants.values())


@pytest.mark.parametrize("flag", FLAGS)
def test_its_default_and_off_are_among_its_variants(flag):
    assert {flag.default, flag.off} <= flag.variants.keys()


@pytest.mark.parametrize("flag", FLAGS)
def test_its_names_fit_into_the_key_of_a_page(flag):
    assert re.fullmatch(r"[a-z][a-z0-9-]{1,40}", flag.key)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,30}", variant) for variant in flag.variants)


@pytest.mark.parametrize("flag", FLAGS)
def test_somebody_answers_for_it_and_says_what_it_is_for(flag):
    assert flag.owner
    assert len(flag.purpose) > 10


@pytest.mark.parametrize("flag", FLAGS)
def test_what_is_meant_to_go_has_a_day_to_go(flag):
    assert (flag.expires is not None) is (flag.kind in {Kind.RELEASE, Kind.EXPERIMENT})


@pytest.mark.parametrize("flag", FLAGS)
def test_only_public_pages_are_kept_once_for_each_variant(flag):
    assert flag.pages or not flag.by_person


def test_keys_and_names_are_those_they_are_kept_under():
    assert all(key == flag.key for key, flag in DECLARED.items())
    assert all(name == attribute.name for name, attribute in ATTRIBUTES.items())


def test_a_shop_in_which_nothing_was_decided_looks_as_it_is_declared():
    snapshot = compile_snapshot(Decided(), DECLARED, ATTRIBUTES)
    values = {key: snapshot.evaluate(key, Context()).value for key in DECLARED}
    assert values == {
        "site-banner": {"kind": "info", "text": {}, "href": ""},
        "theme": "meadow",
        "home-layout": "hero-first",
        "header-links": {"links": []},
        "suggestions": True,
        "reviews-writing": True,
        "checkout": True,
        "delivery-note": "control",
    }
    assert snapshot.personal() == ()


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ({"kind": "party"}, Banner),
        ({"text": {"en": 3}}, Banner),
        ({"text": {"english": "Hello"}}, Banner),
        ({"text": {"en": "x" * 301}}, Banner),
        ({"href": "https://elsewhere.example/"}, Banner),
        ({"href": "//elsewhere.example/"}, Banner),
        ({"href": "javascript:alert(1)"}, Banner),
        ({"href": "/\\elsewhere.example/"}, Banner),
        ({"colour": "red"}, Banner),
        ({"links": [{"label": {"en": "x"}, "href": ""}]}, HeaderLinks),
        ({"links": [{"label": {"en": ""}, "href": "/"}]}, HeaderLinks),
        ({"links": [{"label": {"en": "x"}, "href": "/c/x/"}] * 5}, HeaderLinks),
    ],
)
def test_what_would_break_a_page_is_no_value(value, shape):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, shape)


def test_what_the_shapes_are_meant_for_is_one():
    banner = msgspec.convert(
        {"kind": "trouble", "text": {"en": "Late", "ar": "تأخير"}, "href": "/pages/delivery/"}, Banner
    )
    assert banner.text["ar"] == "تأخير"
    links = msgspec.convert({"links": [{"label": {"de": "Neu"}, "href": "/c/new/"}]}, HeaderLinks)
    assert links.links[0].href == "/c/new/"
