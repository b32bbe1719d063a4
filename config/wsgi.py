"""The WSGI application, with the settings that STOREFRONT_ENV asks for: the page cache, then Django."""

import django
from django.conf import settings

from config.start import choose_settings
from storefront.web.flags.variants import FlagVariants
from storefront.web.handler import ShopHandler
from storefront.web.page_cache import PageCache

choose_settings()
django.setup(set_prefix=False)
_django = ShopHandler()
application = PageCache(_django, variants=FlagVariants()) if settings.PAGE_CACHE else _django
