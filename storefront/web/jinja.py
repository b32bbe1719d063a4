"""The Jinja2 environment of the site: undefined names are errors, everything is escaped, few globals.

Templates get `page` and `site` as plain frozen data, and `csrf_input` on private pages only: a cached
page that tried to print a token would fail to render instead of leaking one.
"""

import re
from typing import Any

from django.conf import settings
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from jinja2.ext import Extension

from storefront.web import formats, structured
from storefront.web.moments import moment_in
from storefront.web.regions import current_region, site_href

_INDENTATION = re.compile(r"\n[ \t]+")


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


def url(name: str, **kwargs: object) -> str:
    """The path of a named route, in the current region: `url("catalog:product", handle=card.handle)`."""
    return reverse(name, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """The environment, as Django's Jinja2 backend asks for it."""
    options["undefined"] = StrictUndefined
    options["autoescape"] = True
    options["extensions"] = ["jinja2.ext.i18n", Unindented, *options.get("extensions", ())]
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - set above
    # Django's functions look the request's language up at each call; one environment serves all of them.
    made.install_gettext_callables(  # type: ignore[attr-defined] # the extension adds it
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(url=url, static=static, current_region=current_region, shop_name=settings.SHOP_NAME)
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
    )
    return made
