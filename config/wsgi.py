"""The WSGI application, with the settings that STOREFRONT_ENV asks for: the page cache, then Django.

What every worker needs is loaded here, in one thread and before the fork: they share its memory, and nobody's
page waits for it.
"""

from importlib import import_module

import django
from django.conf import settings

from config.start import choose_settings
from storefront.aws import load_models
from storefront.core import build_structs
from storefront.web.flags.variants import FlagVariants
from storefront.web.formats import load_locales
from storefront.web.handler import ShopHandler
from storefront.web.jinja import load_templates
from storefront.web.page_cache import PageCache

choose_settings()
django.setup(set_prefix=False)
import_module(settings.ROOT_URLCONF)
build_structs()
load_templates()
load_locales()
load_models(["dynamodb"])
_django = ShopHandler()
application = PageCache(_django, variants=FlagVariants()) if settings.PAGE_CACHE else _django
