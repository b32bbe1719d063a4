"""Tells Django which settings to use; shared by `manage.py` and the WSGI application."""

from config.env import from_process, set_default
from config.settings import MODULES


def choose_settings() -> None:
    """Point DJANGO_SETTINGS_MODULE at the settings of STOREFRONT_ENV, unless it is set already."""
    environment = from_process().one_of("STOREFRONT_ENV", tuple(MODULES), "development")
    set_default("DJANGO_SETTINGS_MODULE", MODULES[environment])
