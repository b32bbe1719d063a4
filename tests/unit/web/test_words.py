"""Words of templates come in the region's language, with what is put into them escaped."""

import pytest
from django.utils import translation

from storefront.web import words
from storefront.web.jinja import template_environment
from storefront.web.regions import region_of, within


def rendered(source, **names):
    return template_environment().from_string(source).render(names)


@pytest.mark.parametrize(("language", "word"), [("en", "Cart"), ("de", "Warenkorb")])
def test_a_text_is_said_in_the_language_of_the_region(language, word):
    with within(region_of("de", language)):
        assert rendered('{{ _("Cart") }}') == word


def test_outside_of_requests_it_is_the_thread_s_language():
    with translation.override("de"):
        assert rendered('{{ _("Cart") }}') == "Warenkorb"
    assert rendered('{{ _("Cart") }}') == "Cart"


def test_what_is_filled_in_is_escaped_and_the_text_is_not():
    assert rendered('{{ _("%(name)s & <b>", name=x) }}', x="<i>") == "&lt;i&gt; & <b>"


def test_a_percent_sign_is_written_twice():
    assert rendered('{{ _("100 %%") }}') == "100 %"
    assert words.gettext("%(a)s %%", a=1) == "1 %"


@pytest.mark.parametrize(("count", "text"), [(1, "1 Produkt"), (2, "2 Produkte")])
def test_the_form_follows_the_number(count, text):
    source = '{{ ngettext("%(count)s product", "%(count)s products", n, count=n) }}'
    with within(region_of("de", "de")):
        assert rendered(source, n=count) == text


def test_arabic_has_six_forms():
    with within(region_of("ie", "ar")):
        forms = {words.ngettext("product", "products", n) for n in (0, 1, 2, 3, 11, 100)}
    assert len(forms) >= 4


def test_a_block_of_text_with_a_plural():
    source = "{% trans count=n, it=x %}{{ it }} product{% pluralize %}{{ it }} products{% endtrans %}"
    assert rendered(source, n=1, x="<1>") == "&lt;1&gt; product"
    assert rendered(source, n=2, x="2") == "2 products"


def test_texts_with_a_context():
    assert words.pgettext("of a shirt", "Size: %(size)s", size="<L>") == "Size: &lt;L&gt;"
    assert words.npgettext("of a shirt", "%(num)s sleeve", "%(num)s sleeves", 2) == "2 sleeves"


def test_no_text_is_no_text():
    assert words.gettext("") == ""
