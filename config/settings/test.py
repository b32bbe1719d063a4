"""Settings of the test suite: nothing of the environment's addresses matters, no server is needed."""

from config.settings.base import *  # noqa: F403

ENVIRONMENT = "test"
DEBUG = False
PUBLIC_ORIGIN = "http://testserver"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
# Django's test client names no host; one test turns this on again.
REQUIRE_HOST_HEADER = False
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
