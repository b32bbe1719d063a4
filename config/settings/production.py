"""The shop in the cloud, behind CloudFront and ALB: refuses what is only good for development."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from config.env import SettingError
from config.identity import read_identity, read_token_keys
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    AWS_REGION,
    DEBUG,
    DEFAULT_SECRET_KEY,
    ENV,
    PUBLIC_ORIGIN,
    RELEASE_PATTERN,
    SECRET_KEY,
    SECRET_KEY_FALLBACKS,
)
from config.settings.base import STORAGES as _BASE_STORAGES
from config.upstreams import read_upstreams

_LEAST_KEY_LENGTH = 50  # characters, as Django's own deployment check asks (security.W009)

if DEBUG:
    raise SettingError("DEBUG must not be on in production")
for _key in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
    if _key == DEFAULT_SECRET_KEY or len(_key) < _LEAST_KEY_LENGTH:
        raise SettingError(
            f"SECRET_KEY must be set to at least {_LEAST_KEY_LENGTH} random characters in production"
        )
if not PUBLIC_ORIGIN.startswith("https://"):
    raise SettingError("PUBLIC_ORIGIN must begin with https:// in production")


def _refuse_loopback(name: str, url: str) -> None:
    """Raise SettingError for an address that means this very machine: nothing of a shop's runs there."""
    host = urlsplit(url).hostname or ""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:  # a name
        loopback = host == "localhost" or host.endswith(".localhost")
    if loopback:
        raise SettingError(f"{name} must not be on loopback in production")


# What development has a default for has to be said here.
RELEASE = ENV.text("RELEASE", pattern=RELEASE_PATTERN)
REDIS_CLUSTER = ENV.flag("REDIS_CLUSTER")
# One too few and all shoppers share an allowance of tries; one too many and each can make a new one up.
PROXY_HOPS = ENV.integer("PROXY_HOPS", low=1, high=5)
ADDRESS_LIMITS_FACTOR = 1
_refuse_loopback("REDIS_URL", ENV.text("REDIS_URL"))
TOKEN_KEYS = read_token_keys(ENV)
IDENTITY = read_identity(ENV, AWS_REGION, schemes=("https",))
_refuse_loopback("PUBLIC_ORIGIN", PUBLIC_ORIGIN)

UPSTREAM_SCHEMES = ("https",)
UPSTREAMS = read_upstreams(ENV, schemes=UPSTREAM_SCHEMES, redis_schemes=("rediss",))
PAYMENT_ORIGINS = ENV.origins("PAYMENT_ORIGINS")
if not PAYMENT_ORIGINS:
    raise SettingError("PAYMENT_ORIGINS is not set (nor is PAYMENT_ORIGINS_FILE)")
for _origin in PAYMENT_ORIGINS:
    if not _origin.startswith("https://"):
        raise SettingError("PAYMENT_ORIGINS must begin with https:// in production")
    _refuse_loopback("PAYMENT_ORIGINS", _origin)
MEDIA_FOLDER = ""

# ALB ends TLS and says so; it overwrites the header when a client sends one.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

STORAGES = {**_BASE_STORAGES, "staticfiles": {"BACKEND": "storefront.web.staticfiles.ManifestStorage"}}
