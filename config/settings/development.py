"""The shop on one's own machine: plain http on loopback, static files straight from the tree."""

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS as _BASE_HOSTS

ALLOWED_HOSTS = [*_BASE_HOSTS, "127.0.0.1", "localhost", "[::1]"]
SERVER_TIMING = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
