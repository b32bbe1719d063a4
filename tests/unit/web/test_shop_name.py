"""The header says whose shop it is: the drawn name for the shop it was drawn for, text for any other."""

import pytest
from django.template import engines

WORDMARK = '{% from "components/icon.html" import wordmark %}{{ wordmark(name) }}'


def drawn(name: str) -> str:
    return engines["jinja2"].from_string(WORDMARK).render({"name": name})


def test_the_drawing_is_for_the_name_it_draws():
    assert "#wordmark" in drawn("Fieldnote")


@pytest.mark.parametrize(
    ("name", "shown"), [("Acme", "Acme"), ("Harbour & <Sons>", "Harbour &amp; &lt;Sons&gt;")]
)
def test_another_shop_is_named_in_text(name, shown):
    html = drawn(name)

    assert "#wordmark" not in html
    assert f">{shown}</span>" in html
