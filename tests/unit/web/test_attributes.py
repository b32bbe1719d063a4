"""No attribute of a rendered page touches the next: browsers mend that, other readers do not."""

import re

import pytest

# A tag with its attributes, and a closing quote with something behind it that is neither space nor the end.
_TAG = re.compile(r"""<[a-zA-Z](?:[^"'>]|"[^"]*"|'[^']*')*>""")
_GLUED = re.compile(r"""=(?:"[^"]*"|'[^']*')(?=[^\s/>])""")

PAGES = [
    "/", "/c/textiles/", "/search/?q=cushion", "/p/meadow-cushion/", "/p/meadow-cushion/reviews/",
    "/p/meadow-cushion/reviews/new/", "/p/meadow-cushion/delivery/", "/cart/", "/pages/delivery/",
    "/regions/", "/orders/find/", "/stores/", "/nothing/here/",
]  # fmt: skip


def glued(text: str) -> list[str]:
    return [tag for tag in _TAG.findall(text) if _GLUED.search(tag)]


def test_the_search_finds_what_it_is_for():
    assert glued('<a href="/x"rel="nofollow">') == ['<a href="/x"rel="nofollow">']
    assert glued('<a href="/x" rel="a=b"><br class=\'x\'/>') == []


@pytest.mark.parametrize("path", PAGES)
def test_attributes_stand_apart(client, twins, path):
    assert glued(client.get(path).content.decode()) == []


def test_attributes_stand_apart_beside_errors_too(client, twins):
    for path in ("/p/meadow-cushion/reviews/new/", "/orders/find/"):
        assert glued(client.post(path, {}).content.decode()) == []
