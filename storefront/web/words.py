"""The shop's words in templates: gettext in the region's language, each text looked up once.

Django finds the language of a text in a store of its own, by thread and task; a list has a hundred and fifty
texts. Here the language is the region's, and what was found is kept as markup, ready to be printed: texts of
the catalogues are ours, and hold markup where they mean it. What is put into them is escaped.
"""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import npgettext as _npgettext
from django.utils.translation import pgettext as _pgettext
from django.utils.translation.trans_real import DjangoTranslation, translation
from markupsafe import Markup

from storefront.web.html import own_words
from storefront.web.regions import region_in_force

# All texts of all languages fit; forms of the plural are kept by number, of which there are more.
_MOST_TEXTS = 8_192
_MOST_PLURALS = 4_096


def gettext(message: str, /, **variables: object) -> Markup:
    """A text in the region's language, with its `%(name)s` filled in."""
    return _filled(_text(_catalogue(), message), variables)


def pgettext(context: str, message: str, /, **variables: object) -> Markup:
    """The same for a text that means different things in different places."""
    return _filled(own_words(_pgettext(context, message)), {"context": context, **variables})


def ngettext(singular: str, plural: str, number: int, /, **variables: object) -> Markup:
    """The form of a text that the language has for a number, which `%(num)s` stands for."""
    return _filled(_form(_catalogue(), singular, plural, number), {"num": number, **variables})


def npgettext(context: str, singular: str, plural: str, number: int, /, **variables: object) -> Markup:
    """The form for a number of a text that means different things in different places."""
    found = own_words(_npgettext(context, singular, plural, number))
    return _filled(found, {"context": context, "num": number, **variables})


def _catalogue() -> DjangoTranslation:
    region = region_in_force()
    return translation(region.language if region else get_language() or settings.LANGUAGE_CODE)


def _filled(text: Markup, variables: dict[str, object]) -> Markup:
    # A percent sign in a text is written twice whether or not there is something to fill in.
    return text % variables if "%" in text else text


@lru_cache(_MOST_TEXTS)
def _text(catalogue: DjangoTranslation, message: str) -> Markup:
    return own_words(catalogue.gettext(message) if message else "")


@lru_cache(_MOST_PLURALS)
def _form(catalogue: DjangoTranslation, singular: str, plural: str, number: int) -> Markup:
    return own_words(catalogue.ngettext(singular, plural, number))
