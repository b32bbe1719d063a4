"""Templates name what the environment gives them, through imports too, and nothing else."""

import pytest
from jinja2 import DictLoader, UndefinedError

from storefront.web.jinja import Globals, environment

PARTS = "{% macro shown() %}{{ shop_name }} {{ own }}{% endmacro %}"
PAGE = '{% import "parts" as parts %}{{ parts.shown() }}'


@pytest.fixture
def made():
    return environment(loader=DictLoader({"parts": PARTS, "page": PAGE}))


def test_the_names_are_those_of_all_maps():
    both = Globals({"a": 1}, {"b": 2, "a": 3})
    assert set(both.keys()) == {"a", "b"}
    assert {"a", "c"} - both.keys() == {"c"}


def test_templates_have_such_names(made):
    assert isinstance(made.get_template("page").globals, Globals)


def test_a_macro_sees_what_its_importer_was_given(made):
    made.globals["shop_name"] = "Shop"
    assert made.get_template("page", globals={"own": "yes"}).render() == "Shop yes"


def test_a_macro_does_not_see_what_the_page_was_rendered_with(made):
    with pytest.raises(UndefinedError, match="own"):
        made.get_template("page").render(own="no")
