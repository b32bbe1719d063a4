"""The shop on one's own machine: plain http on loopback, static files straight from the tree."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS as _BASE_HOSTS
from config.settings.base import ENV
from config.settings.base import STORAGES as _BASE_STORAGES

ALLOWED_HOSTS = [*_BASE_HOSTS, "127.0.0.1", "localhost", "[::1]"]
SERVER_TIMING = True

# Static files as production has them (hashed, small, compressed), or straight from the tree while one edits
# them. The image's build says so too: it has no address and no key yet.
_BUILT = ENV.flag("STATIC_MANIFEST", default=False)
WHITENOISE_USE_FINDERS = not _BUILT
WHITENOISE_AUTOREFRESH = not _BUILT
if _BUILT:
    STORAGES = {**_BASE_STORAGES, "staticfiles": {"BACKEND": "storefront.web.staticfiles.ManifestStorage"}}
