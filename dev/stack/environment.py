"""What each tier is told about the world: a pure function from ports and resources to variables.

The names are those that config/env.py (web) and apptier/kit/settings.py (backend) read; in the cloud the same
variables come from the task definition.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dev.ports import HOST, Ports

if TYPE_CHECKING:
    from dev.provision import Provisioned
    from dev.stack.state import Secrets

# What boto3 reads by itself, whatever settings say: all that a test's own process needs to be told.
AWS_OWN = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED")
Tier = Literal["backend", "web"]
SERVICES = ("catalog", "search", "orders", "content", "reviews", "stores", "customers", "lists")
HOLD_SECONDS = 900
DEMO_NAME = "Fieldnote"
_QUICK = ("CATALOG", "OFFERS", "SEARCH", "SUGGEST", "CONTENT", "STORES", "CUSTOMERS", "LISTS", "DYNAMODB")
_SLOW = ("REVIEWS", "CARTS", "COGNITO")
# The budgets are for services on machines of their own; here everything shares one. Seconds.
LOCAL_BUDGETS = {f"{name}_READ_TIMEOUT": "0.9" for name in _QUICK} | {
    f"{name}_READ_TIMEOUT": "2.5" for name in _SLOW
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the environment of a tier is computed from, beside ports and provisioned resources."""

    secrets: Secrets
    media_root: Path
    static_root: Path
    shop_name: str = DEMO_NAME


def environment(tier: Tier, ports: Ports, provisioned: Provisioned, setting: Setting) -> dict[str, str]:
    """The variables of a tier. Reads nothing, writes nothing: the same arguments give the same answer."""
    own = _backend(ports, provisioned, setting) if tier == "backend" else _web(ports, provisioned, setting)
    return {**_both(ports, provisioned), **own}


def web_origin(ports: Ports) -> str:
    """The shop's address, scheme and port included."""
    return f"http://{HOST}:{ports.web}"


def backend_origin(ports: Ports) -> str:
    """The address of the backend's one local process."""
    return f"http://{HOST}:{ports.backend}"


def _both(ports: Ports, provisioned: Provisioned) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{ports.ministack}",
        "AWS_REGION": provisioned.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        # No look at a developer's own AWS files, and no wait for an instance's metadata service.
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "TABLE_PREFIX": provisioned.table_prefix,
        "EVENT_BUS": provisioned.event_bus,
        "PYTHONUNBUFFERED": "1",
    }


def _web(ports: Ports, provisioned: Provisioned, setting: Setting) -> dict[str, str]:
    backend = backend_origin(ports)
    upstreams = {f"{name.upper()}_URL": f"{backend}/{name}/v1" for name in SERVICES}
    return {
        "STOREFRONT_ENV": "development",
        "SECRET_KEY": setting.secrets.django_key,
        "PUBLIC_ORIGIN": web_origin(ports),
        "WEB_BIND": f"{HOST}:{ports.web}",
        "REDIS_URL": f"redis://{HOST}:{ports.valkey}/0",
        "SESSION_TABLE": "storefront-sessions",
        "TOKEN_KEYS": _fernet_key(setting.secrets.token_key),
        "COGNITO_POOL_ID": provisioned.user_pool_id,
        "COGNITO_CLIENT_ID": provisioned.client_id,
        "COGNITO_ISSUER": provisioned.issuer,
        "COGNITO_JWKS_URL": provisioned.jwks_url,
        # The emulator serves the pool's hosted pages at its own endpoint.
        "COGNITO_DOMAIN": f"http://{HOST}:{ports.ministack}",
        **upstreams,
        "PAYMENT_ORIGINS": backend,
        "PURGE_QUEUE": f"{provisioned.event_bus}-purges",
        **LOCAL_BUDGETS,
        "SHOP_NAME": setting.shop_name,
        "MEDIA_ROOT": str(setting.media_root),
        "CONFIG_FOLDER": str(_configuration(setting)),
        "STATIC_MANIFEST": "1",
        "STATIC_ROOT": str(setting.static_root),
        "RELEASE": "local",
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
    }


def _fernet_key(secret: str) -> str:
    """A key as the web tier wants it, 32 bytes in URL-safe base64, from a secret of any length."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()


def _configuration(setting: Setting) -> Path:
    """The folder of page templates: the demo's own for the demo, one beside its media for any other shop."""
    if setting.shop_name == DEMO_NAME:
        return Path(__file__).resolve().parents[2] / "configuration"
    return setting.media_root.parent / "configuration"


def _backend(ports: Ports, provisioned: Provisioned, setting: Setting) -> dict[str, str]:
    backend = backend_origin(ports)
    return {
        "ORDER_QUEUE": provisioned.order_queue,
        "OPENSEARCH_URL": f"http://{HOST}:{ports.search}",
        "SEARCH_INDEX": "products",
        "SEARCH_QUEUE": f"{provisioned.event_bus}-search",
        "COGNITO_ISSUER": provisioned.issuer,
        "COGNITO_JWKS_URL": provisioned.jwks_url,
        "COGNITO_CLIENT_ID": provisioned.client_id,
        "PAYMENTS_PUBLIC_URL": f"{backend}/payments/v1",
        "PAYMENT_WEBHOOK_URL": f"{backend}/orders/v1/payment-events",
        "PAYMENT_WEBHOOK_SECRET": setting.secrets.webhook_secret,
        "SERVICE_KEY": setting.secrets.service_key,
        "LISTS_QUEUE": f"{provisioned.event_bus}-lists",
        "LIST_SECRET_KEY": setting.secrets.list_key,
        "ORDER_SECRET_KEY": setting.secrets.order_key,
        "PAYMENT_SECRET_KEY": setting.secrets.payment_key,
        "RETURN_ORIGINS": web_origin(ports),
        "HOLD_SECONDS": str(HOLD_SECONDS),
        "SHOP_NAME": setting.shop_name,
    }
