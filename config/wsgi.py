"""The WSGI application, with the settings that STOREFRONT_ENV asks for."""

from django.core.wsgi import get_wsgi_application

from config.start import choose_settings

choose_settings()
application = get_wsgi_application()
