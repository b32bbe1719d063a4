"""Templates compiled the quick way mean what Jinja2 says they mean, and are escaped as it escapes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined, TemplateAssertionError
from markupsafe import Markup, escape

from storefront.web.compiling import printed
from storefront.web.jinja import template_environment

PLAIN = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class Worded:
    """Something with markup of its own."""

    def __html__(self):
        return "<b>words</b>"


@given(st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(), st.text().map(Markup)))
def test_every_value_is_printed_as_markupsafe_escapes_it(value):
    assert printed(value) == str(escape(value))


@pytest.mark.parametrize("value", [Worded(), ["<", Worded], {"a": "&"}, type("S", (str,), {})("<'\">&")])
def test_odd_values_too(value):
    assert printed(value) == str(escape(value))


SOURCES = [
    "{% macro m(a, b=2, c='<') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m('&') }}{{ m(1, c=x) }}",
    "{% macro m(a, b, c) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(x, 3, '\"') }}",
    "{% macro m(class) %}{{ class }}{% endmacro %}{{ m(class=x) }}",
    "{% macro m(a) %}{{ a }}{{ varargs | length }}{{ kwargs.k }}{% endmacro %}{{ m(1, 2, 3, k=x) }}",
    "{% macro m(a) %}{{ a }}{{ caller(x) }}{% endmacro %}{% call(y) m(1) %}[{{ y }}]{% endcall %}",
    "{{ f(*[1, x], **{'k': x}) }}{{ f(k=2) }}{{ f() }}",
    "{% for a in [x, 1] %}{{ loop.index }}{{ f(a, k=loop.last) }}{% endfor %}",
    "{% set s %}<i>{{ x }}</i>{% endset %}{{ s }}{{ s ~ x }}{{ x ~ '<' }}{{ [x, s] | join('<') }}",
    "{% block b %}{{ x }}{{ self.c() }}{% endblock %}{% block c %}{{ f(x) }}{% endblock %}",
    "{{ x | upper | replace('&', '<') }}{{ x.upper() }}{{ '%s<' | format(x) }}{{ x if x else 1 }}",
]


@pytest.mark.parametrize("source", SOURCES)
def test_templates_mean_what_they_mean_to_jinja(source):
    def told(*values, **named):
        return f"<{values}{sorted(named.items())}>"

    names = {"x": "<a&b'\">", "f": told}
    assert template_environment().from_string(source).render(names) == PLAIN.from_string(source).render(names)


def test_calling_what_is_not_there_is_an_error():
    with pytest.raises(Exception, match="'nothing' is undefined"):
        template_environment().from_string("{{ nothing(1) }}").render()


@pytest.mark.parametrize("source", ["{% autoescape false %}{{ x }}{% endautoescape %}"])
def test_no_template_can_turn_escaping_off(source):
    with pytest.raises(TemplateAssertionError, match="has no place here"):
        template_environment().from_string(source)
