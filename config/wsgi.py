"""The WSGI application, with the settings that STOREFRONT_ENV asks for."""

import django

from config.start import choose_settings
from storefront.web.handler import ShopHandler

choose_settings()
django.setup(set_prefix=False)
application = ShopHandler()
