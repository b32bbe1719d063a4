"""Nothing a shopper types can leave the path, the host or the header it was put into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.http import Upstream, build_url
from storefront.http.addresses import ImpossibleSegment

BASE = "http://127.0.0.1:8001/catalog/v1"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("linen-shirt", "linen-shirt"),
        ("%2f", "%252f"),
        ("%2e%2e%2fadmin", "%252e%252e%252fadmin"),
        ("@evil.example", "%40evil.example"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a b", "a%20b"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        (17, "17"),
    ],
)
def test_values_are_percent_encoded(value, path):
    assert build_url(BASE, "/products/{handle}/offers", {"handle": value}, None) == (
        f"{BASE}/products/{path}/offers"
    )


@pytest.mark.parametrize(
    "value",
    ["", ".", "..", "../admin", "a/b", "..\\admin", "a\r\nHost: x", "a\nb", "\x00", "x" * 513, "\ud800"],
)
def test_values_that_no_encoding_makes_safe_are_refused(value):
    with pytest.raises(ImpossibleSegment):
        build_url(BASE, "/products/{handle}", {"handle": value}, None)


@given(st.text())
def test_no_text_changes_host_or_depth(value):
    try:
        url = build_url(BASE, "/products/{handle}", {"handle": value}, None)
    except ImpossibleSegment:
        return
    assert url.startswith(f"{BASE}/products/")
    assert url.count("/") == f"{BASE}/products/".count("/")
    assert url.isascii()
    assert not set(url) & set("?#\r\n\\ @")


@given(st.dictionaries(st.sampled_from(["q", "cursor"]), st.text()))
def test_no_text_leaves_the_query(query):
    url = build_url(BASE, "/products", {}, query)
    assert url.isascii()
    assert not set(url) & set("#\r\n\\ ")
    assert url.count("?") == (1 if query else 0)


def test_query_values_keep_their_kind():
    query = {"q": "a&b=c", "limit": 24, "in_stock": True, "cursor": None, "skus": ["A/1", "B 2"]}
    assert build_url(BASE, "/products", {}, query) == (
        f"{BASE}/products?q=a%26b%3Dc&limit=24&in_stock=true&skus=A%2F1&skus=B+2"
    )


@pytest.mark.parametrize("params", [{}, {"sku": "1"}, {"handle": "a", "extra": "b"}])
def test_template_and_params_must_agree(params):
    with pytest.raises(ValueError, match="takes"):
        build_url(BASE, "/products/{handle}", params, None)


@pytest.mark.parametrize(
    "base_url",
    [
        "ftp://host",
        "host/path",
        "http://",
        "http://u:p@host",
        "http://host?x=1",
        "http://host/#x",
        "file:///etc",
    ],
)
def test_an_upstream_has_a_plain_address(base_url):
    with pytest.raises(ValueError, match="catalog"):
        Upstream("catalog", base_url)


def test_an_upstream_has_time_and_attempts():
    with pytest.raises(ValueError, match="above zero"):
        Upstream("catalog", BASE, read_timeout=0)
    with pytest.raises(ValueError, match="above zero"):
        Upstream("catalog", BASE, attempts=0)
