"""The shop on one's own machine: plain http on loopback, static files straight from the tree."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS as _BASE_HOSTS
from config.settings.base import ENV
from config.settings.base import STORAGES as _BASE_STORAGES

ALLOWED_HOSTS = [*_BASE_HOSTS, "127.0.0.1", "localhost", "[::1]"]
SERVER_TIMING = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# For the image's build: it names static files as production does, but has no address and no key yet.
if ENV.flag("STATIC_MANIFEST", default=False):
    STORAGES = {**_BASE_STORAGES, "staticfiles": {"BACKEND": "storefront.web.staticfiles.ManifestStorage"}}
