"""Cursors, ids, cleaned HTML, DynamoDB's numbers."""

import re

import pytest

from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import from_wire, to_wire
from apptier.kit.ids import new_id, new_secret, same_secret
from apptier.kit.markup import plain_text, sanitise
from apptier.kit.money import money_text
from apptier.kit.problems import Problem


def test_a_cursor_comes_back_as_it_went():
    cursors = Cursors("key")
    cursor = cursors.encode("list:a", {"k": "ä", "n": 3})
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,512}", cursor)
    assert cursors.decode("list:a", cursor) == {"k": "ä", "n": 3}


@pytest.mark.parametrize("change", ["scope", "key", "bytes", "short", "empty", "noise"])
def test_a_cursor_of_nobodys_making_is_refused(change):
    cursors = Cursors("other" if change == "key" else "key")
    cursor = Cursors("key").encode("list:a", "x")
    given = {"bytes": cursor[:-1] + "A", "short": cursor[:4], "empty": "", "noise": "A"}.get(change, cursor)
    with pytest.raises(Problem) as caught:
        cursors.decode("list:b" if change == "scope" else "list:a", given)
    assert (caught.value.status, caught.value.code) == (400, "bad_cursor")


def test_ids_fit_the_contract_and_differ():
    made = {new_id("crt") for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"crt_[0-9A-HJKMNP-TV-Z]{26}", one) for one in made)


def test_secrets_are_compared_whole():
    secret = new_secret()
    assert same_secret(secret, secret)
    assert not same_secret(secret[:-1], secret)
    assert not same_secret("é\udcff", secret)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<p onclick=x()>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<script>x()</script>ok", "ok"),
        ("<img src=x onerror=y()>ok", "ok"),
        ('<a href="javascript:x()">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="/c/rugs/">a</a>', '<a href="/c/rugs/" rel="noopener nofollow">a</a>'),
        ("<style>p{}</style><svg><script>x</script></svg>ok", "ok"),
        ("<p style='position:fixed' hx-get=/x>a", "<p>a</p>"),
        ("<!-- x -->ok", "ok"),
    ],
)
def test_html_from_outside_is_cut_down(source, kept):
    assert sanitise(source) == kept


def test_words_of_html_are_cut_at_a_word():
    assert plain_text("<p>One &amp; two</p><p>three</p>", 100) == "One & two three"
    assert plain_text("<p>alpha beta gamma</p>", 12) == "alpha beta…"


def test_numbers_survive_the_table():
    item = {"pk": "x", "n": 3, "f": 53.2707, "l": [1, 2.5], "none": None, "b": True, "m": {"k": -1}}
    back = from_wire(to_wire(item))
    assert back == item
    assert isinstance(back["n"], int)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (5, "EUR", "0.05 EUR"),
        (123456, "USD", "1,234.56 USD"),
        (1500, "JPY", "1,500 JPY"),
        (1234, "KWD", "1.234 KWD"),
    ],
)
def test_money_is_written_with_the_digits_of_its_currency(amount, currency, text):
    assert money_text(amount, currency) == text
