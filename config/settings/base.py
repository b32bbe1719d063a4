"""What is the same everywhere. There is no database: the shop's data lives behind REST services.

Values that differ between places come from the environment through `config.env`, which refuses odd ones.
"""

from pathlib import Path
from typing import Any

from config.csp import content_security_policy
from config.env import from_process
from config.files import read_buckets
from config.identity import read_identity, read_token_keys
from config.logging import logging_config
from config.purging import read_purges
from config.upstreams import read_upstreams
from storefront.web.regions import LANGUAGES as _LANGUAGES
from storefront.web.regions import REGION_NAMES as _REGION_NAMES

ENV = from_process()
BASE_DIR = Path(__file__).resolve().parents[2]
ENVIRONMENT = ENV.one_of("STOREFRONT_ENV", ("development", "test", "production"), "development")
RELEASE_PATTERN = r"[A-Za-z0-9._-]{1,64}"
RELEASE = ENV.text("RELEASE", "dev", pattern=RELEASE_PATTERN)

DEFAULT_SECRET_KEY = "not-a-secret: for development and tests only, refused in production"  # noqa: S105
SECRET_KEY = ENV.text("SECRET_KEY", DEFAULT_SECRET_KEY)
SECRET_KEY_FALLBACKS = list(ENV.items("SECRET_KEY_FALLBACKS"))
DEBUG = ENV.flag("DEBUG", default=False)

# --- The shop ---------------------------------------------------------------------------------------------
SHOP_NAME = ENV.text("SHOP_NAME", "Fieldnote")
DEFAULT_REGION = ENV.one_of("DEFAULT_REGION", _REGION_NAMES, "ie/en")
PUBLIC_ORIGIN = ENV.origin("PUBLIC_ORIGIN", "http://127.0.0.1:8000")
PAYMENT_ORIGINS = ENV.origins("PAYMENT_ORIGINS", "http://127.0.0.1:8001")
MEDIA_FOLDER = ENV.text("MEDIA_ROOT", "")
# The living page of components is for those who build the shop.
LIVING_PAGE = ENVIRONMENT != "production"
CONFIG_FOLDER = Path(ENV.text("CONFIG_FOLDER", str(BASE_DIR / "configuration")))
SHOP_FACTORY = "storefront.wiring.running_shop"
# The purger's own process (manage.py purge_events) and manage.py purge.
PURGING_FACTORY = "storefront.wiring_purging.build_purging"
PURGES = read_purges(ENV)
UPSTREAM_SCHEMES: tuple[str, ...] = ("http", "https")
UPSTREAMS = read_upstreams(ENV, schemes=UPSTREAM_SCHEMES)
REDIS_CLUSTER = ENV.flag("REDIS_CLUSTER", default=False)
REQUEST_THREADS = ENV.integer("WEB_THREADS", 16, low=1, high=256)

AWS_REGION = ENV.text("AWS_REGION", "eu-west-1", pattern=r"[a-z]{2}(-[a-z]+)+-[0-9]")
AWS_ENDPOINT_URL = ENV.text("AWS_ENDPOINT_URL", "")
SESSION_TABLE = ENV.text("SESSION_TABLE", "storefront-sessions", pattern=r"[A-Za-z0-9_.-]{3,255}")
# What encrypts tokens in that table: the first key seals, all of them open (storefront.sessions.vault).
TOKEN_KEYS = read_token_keys(ENV, otherwise=SECRET_KEY)
FLAGS_TABLE = ENV.text("FLAGS_TABLE", "storefront-flags", pattern=r"[A-Za-z0-9_.-]{3,255}")
EXPERIMENTS_TABLE = ENV.text("EXPERIMENTS_TABLE", "storefront-experiments", pattern=r"[A-Za-z0-9_.-]{3,255}")
EVENT_BUS = ENV.text("EVENT_BUS", "storefront", pattern=r"[A-Za-z0-9._/-]{1,256}")
IDENTITY = read_identity(ENV, AWS_REGION)

# --- Django -----------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {}
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "storefront.content",
    "storefront.purging",
    "storefront.flags_admin",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"  # what the texts in the code are written in
LANGUAGES = [(language.code, language.name) for language in _LANGUAGES.values()]
LOCALE_PATHS = [BASE_DIR / "locale"]
APPEND_SLASH = True
PREPEND_WWW = False

MIDDLEWARE = [
    "storefront.web.middleware.health.HealthMiddleware",
    # From here to the hosts: what every answer gets, refusals included.
    "storefront.web.middleware.telemetry.TelemetryMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "storefront.web.middleware.headers.HeadersMiddleware",
    "storefront.web.middleware.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "storefront.web.middleware.hosts.HostMiddleware",
    "storefront.web.middleware.readable.ReadableMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "storefront.web.middleware.moved.MovedMiddleware",
    "storefront.web.middleware.regions.RegionMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "storefront.web.middleware.routing.RoutingMiddleware",
    "storefront.web.middleware.gate.GateMiddleware",
    "django.middleware.common.CommonMiddleware",
    "storefront.web.middleware.sessions.SessionMiddleware",
    "storefront.web.middleware.forgery.ForgeryMiddleware",
    "storefront.web.middleware.identity.IdentityMiddleware",
    "storefront.web.middleware.failures.FailureMiddleware",
]

TEMPLATES = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {"environment": "storefront.web.jinja.environment"},
    }
]

# --- Requests: what is too much ---------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
MOST_QUERY_BYTES = 2_000
REQUIRE_HOST_HEADER = True
# How many proxies stand before us, each of which says whom it was called by (storefront.web.client_address).
PROXY_HOPS = ENV.integer("PROXY_HOPS", 0, low=0, high=5)
# Where all shoppers come from one address (tests, a demonstration), so many times the limits of one address.
ADDRESS_LIMITS_FACTOR = ENV.integer("ADDRESS_LIMITS_FACTOR", 1, low=1, high=1000)
SERVER_TIMING = False

# --- Cookies, sessions, forgery ---------------------------------------------------------------------------
_HTTPS = PUBLIC_ORIGIN.startswith("https://")
_PREFIX = "__Host-" if _HTTPS else ""
_HOST = PUBLIC_ORIGIN.split("://", 1)[1].rsplit(":", 1)[0]
ALLOWED_HOSTS = [_HOST]
SESSION_ENGINE = "storefront.sessions.backend"
SESSION_TABLE_PROVIDER = "storefront.web.shop.session_table"
SESSION_VAULT_PROVIDER = "storefront.web.shop.session_vault"
# By their names (storefront.sessions.rules): `soft` entries may be lost, the first kind first; `sealed` ones
# are encrypted; `merged` ones unite what two requests did to them.
SESSION_ENTRIES = {
    "soft": ("notice:", "recent", "kept:", "active", "hosted", "checkout"),
    "sealed": ("auth", "tokens", "kept:", "signin:"),
    "merged": ("recent",),
}
SESSION_COOKIE_NAME = f"{_PREFIX}s"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CART_COOKIE_NAME = f"{_PREFIX}c"
LIST_COOKIE_NAME = f"{_PREFIX}w"
ORDER_COOKIE_NAME = f"{_PREFIX}o"
NOTICE_COOKIE_NAME = f"{_PREFIX}n"
REGION_COOKIE_NAME = f"{_PREFIX}region"
VISITOR_COOKIE_NAME = f"{_PREFIX}visitor"
PREVIEW_COOKIE_NAME = f"{_PREFIX}preview"
CSRF_COOKIE_NAME = f"{_PREFIX}f"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
# W003 looks for Django's own class by name; ours is a subclass that asks two questions more.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
CSRF_FAILURE_VIEW = "storefront.web.errors.forgery_refused"

# --- Headers ----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = content_security_policy()
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Static files -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(ENV.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Where a CDN reads them; `manage.py publish_files` writes there.
    **read_buckets(ENV, AWS_REGION, AWS_ENDPOINT_URL),
}

# --- Django's own cache, for small counters; composed answers have one of their own (storefront.cache) -----
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": UPSTREAMS.redis.url,
        "KEY_PREFIX": f"{ENVIRONMENT}:django",
        "TIMEOUT": 300,
        "OPTIONS": {
            # The default serializer is pickle, which runs what it reads.
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            # The library's own timeouts let one hung command cost seconds.
            "SOCKET_CONNECT_TIMEOUT": UPSTREAMS.redis.connect,
            "SOCKET_TIMEOUT": UPSTREAMS.redis.read,
            "IGNORE_EXCEPTIONS": True,
            **({"CONNECTION_FACTORY": "storefront.web.counters.ClusterFactory"} if REDIS_CLUSTER else {}),
        },
    }
}

# --- Whole public pages, ahead of Django (storefront.web.page_cache) ---------------------------------------
# Off by default while one debugs: who edits a template wants to see it at once.
PAGE_CACHE = ENV.flag("PAGE_CACHE", default=not DEBUG)
# Rendered product cards (storefront.web.fragments), for the same reason.
CARD_CACHE = ENV.flag("CARD_CACHE", default=not DEBUG)
# A public page that reads a flag which is not declared for it is an error, where somebody can mend it.
FLAGS_STRICT = ENVIRONMENT != "production"
PAGE_CACHE_MEGABYTES = ENV.integer("PAGE_CACHE_MEGABYTES", 32, low=0, high=4_096)

# Whether a CDN in front writes X-Variants by its cookies, and takes off what a browser sent by that name
# (docs/how-to/put-a-cdn-in-front.md). Without one, whoever sends it could have a personal page called public.
EDGE_VARIANTS = ENV.flag("EDGE_VARIANTS", default=False)

# How often each worker tells its metrics (docs/reference/metrics.md); 0 for never.
METRICS_SECONDS = ENV.integer("METRICS_SECONDS", 60, low=0, high=3_600)

LOGGING_CONFIG = "config.logging.configure"
LOGGING = logging_config(level=ENV.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"))
