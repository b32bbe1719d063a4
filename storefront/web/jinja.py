"""The Jinja2 environment of the site: undefined names are errors, everything is escaped, few globals.

Templates get `page` and `site` as plain frozen data, and `csrf_input` on private pages only: a cached
page that tried to print a token would fail to render instead of leaking one.
"""

import re
from collections import ChainMap
from collections.abc import KeysView, MutableMapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from jinja2 import Environment, StrictUndefined
from jinja2.ext import Extension

from storefront.web import cards, formats, structured, words
from storefront.web.compiling import PlainGenerator, printed
from storefront.web.fragments import FragmentExtension
from storefront.web.moments import moment_in
from storefront.web.paths import path_of
from storefront.web.regions import current_region, site_href

_INDENTATION = re.compile(r"\n[ \t]+")
_MOST_FILES = 512


class Unindented(Extension):
    """Templates without the indentation that people need: 5 % of a list as transferred, 20 % as parsed.

    Done when a template is compiled, so pages pay nothing for it. White space has no meaning in the shop's
    templates except within what expressions print, which is left as it is.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with one space before each line that had some; line numbers stay right.

        One stays because the line break after a block is dropped, and attributes must not touch each other.
        """
        del name, filename
        return _INDENTATION.sub("\n ", source)


def template_environment() -> Environment:
    """The environment that Django's backend made of the settings."""
    backend = engines["jinja2"]
    assert isinstance(backend, Jinja2)
    return backend.env


def load_templates() -> None:
    """Compile all templates, which would be done at the first page that needs one."""
    environment = template_environment()
    for name in environment.list_templates():
        environment.get_template(name)


class Globals(ChainMap[str, Any]):
    """What every template can name. Each import in a page compares these names with the page's own."""

    def keys(self) -> KeysView[str]:
        """The names, compared at once: a ChainMap of itself looks each of them up in all its maps."""
        return dict.fromkeys(self).keys()


class ShopEnvironment(Environment):
    """The environment that the shop's templates are compiled for."""

    code_generator_class = PlainGenerator
    printed = staticmethod(printed)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's globals, behind a template's own."""
        return Globals({} if d is None else d, self.globals)


def static(path: str) -> str:
    """The address of a static file, which does not change while a process lives."""
    return _address(storages["staticfiles"], path)


@lru_cache(_MOST_FILES)
def _address(storage: Storage, path: str) -> str:
    return storage.url(path)


def environment(**options: Any) -> Environment:
    """The environment, as Django's Jinja2 backend asks for it."""
    options["undefined"] = StrictUndefined
    options["autoescape"] = True
    options["extensions"] = ["jinja2.ext.i18n", Unindented, FragmentExtension, *options.get("extensions", ())]
    made = ShopEnvironment(**options, trim_blocks=True, lstrip_blocks=True)
    # The extension's own functions ask for the context; what it compiles calls these by name.
    made.newstyle_gettext = True  # type: ignore[attr-defined] # the extension adds it
    made.globals.update(
        _=words.gettext,
        gettext=words.gettext,
        ngettext=words.ngettext,
        pgettext=words.pgettext,
        npgettext=words.npgettext,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(
        url=path_of, static=static, current_region=current_region, shop_name=settings.SHOP_NAME
    )
    made.globals["structured_data"] = structured.of_page
    made.filters.update(
        money=formats.money,
        date=formats.day,
        number=formats.number,
        percent=formats.percent,
        by_country_name=formats.by_country_name,
        moment_in=moment_in,
        country=formats.country,
        and_list=formats.and_list,
        comma_list=formats.comma_list,
        site_href=site_href,
        picture_url=structured.image_url,
        card_views=cards.card_views,
        listed_cards=cards.listed_cards,
    )
    return made
