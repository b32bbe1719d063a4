"""The backend's settings, read from the environment once: the only module of the backend that looks there."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MAX_HOLD_SECONDS = 86_400
MAX_SWEEP_SECONDS = 20


class SettingsError(ValueError):
    """A setting is missing or odd; the message names the variable and what it must look like."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a service is told from outside. An empty text means that the setting was not given."""

    aws_endpoint_url: str = ""
    aws_region: str = "eu-west-1"
    table_prefix: str = "storefront-"
    event_bus: str = "storefront"
    order_queue: str = "storefront-orders.fifo"
    opensearch_url: str = ""
    search_index: str = "products"
    search_queue: str = ""
    cognito_issuer: str = ""
    cognito_jwks_url: str = ""
    cognito_client_id: str = ""
    catalog_url: str = ""
    orders_url: str = ""
    payments_url: str = ""
    payments_public_url: str = ""
    payment_webhook_url: str = ""
    payment_webhook_secret: str = ""
    service_key: str = ""
    order_secret_key: str = ""
    order_secret_key_fallbacks: tuple[str, ...] = ()
    payment_secret_key: str = ""
    payment_secret_key_fallbacks: tuple[str, ...] = ()
    return_origins: tuple[str, ...] = ()
    hold_seconds: int = 900
    sweep_seconds: int = 5
    shop_name: str = "Storefront demo shop"
    stores_url: str = ""
    lists_queue: str = ""
    list_secret_key: str = ""
    list_secret_key_fallbacks: tuple[str, ...] = ()

    def require(self, *names: str) -> None:
        """Raise SettingsError unless each of these fields was given; names the variables that are missing."""
        missing = [name.upper() for name in names if not getattr(self, name)]
        if missing:
            raise SettingsError(f"Not set: {', '.join(missing)}.")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the environment (or the mapping given); a NAME may come as NAME_FILE, from that file.

    Raises:
        SettingsError: a value is odd, or its file can't be read.
    """
    read = _Reader(os.environ if environ is None else environ)
    return Settings(
        aws_endpoint_url=read.url("AWS_ENDPOINT_URL"),
        aws_region=read.text("AWS_REGION", "eu-west-1", r"[a-z]{2}(-[a-z]+)+-\d"),
        table_prefix=read.text("TABLE_PREFIX", "storefront-", r"[A-Za-z0-9_.-]{0,100}"),
        event_bus=read.text("EVENT_BUS", "storefront", r"[A-Za-z0-9_./-]{1,256}"),
        order_queue=read.text("ORDER_QUEUE", "storefront-orders.fifo", r"[A-Za-z0-9_-]{1,75}\.fifo"),
        opensearch_url=read.url("OPENSEARCH_URL"),
        search_index=read.text("SEARCH_INDEX", "products", r"[a-z0-9][a-z0-9_-]{0,99}"),
        search_queue=read.text("SEARCH_QUEUE", "", r"[A-Za-z0-9_-]{1,80}"),
        cognito_issuer=read.url("COGNITO_ISSUER"),
        cognito_jwks_url=read.url("COGNITO_JWKS_URL"),
        cognito_client_id=read.text("COGNITO_CLIENT_ID", "", r"[A-Za-z0-9_+]{0,128}"),
        catalog_url=read.url("CATALOG_URL"),
        orders_url=read.url("ORDERS_URL"),
        payments_url=read.url("PAYMENTS_URL"),
        payments_public_url=read.url("PAYMENTS_PUBLIC_URL"),
        payment_webhook_url=read.url("PAYMENT_WEBHOOK_URL"),
        payment_webhook_secret=read.secret("PAYMENT_WEBHOOK_SECRET"),
        service_key=read.secret("SERVICE_KEY"),
        order_secret_key=read.secret("ORDER_SECRET_KEY"),
        order_secret_key_fallbacks=read.secrets("ORDER_SECRET_KEY_FALLBACKS"),
        payment_secret_key=read.secret("PAYMENT_SECRET_KEY"),
        payment_secret_key_fallbacks=read.secrets("PAYMENT_SECRET_KEY_FALLBACKS"),
        return_origins=read.origins("RETURN_ORIGINS"),
        hold_seconds=read.integer("HOLD_SECONDS", 900, 1, MAX_HOLD_SECONDS),
        sweep_seconds=read.integer("SWEEP_SECONDS", 5, 1, MAX_SWEEP_SECONDS),
        shop_name=read.text("SHOP_NAME", "Storefront demo shop", r"[^\x00-\x1f\x7f]{1,60}"),
        stores_url=read.url("STORES_URL"),
        lists_queue=read.text("LISTS_QUEUE", "", r"[A-Za-z0-9_-]{1,80}"),
        list_secret_key=read.secret("LIST_SECRET_KEY"),
        list_secret_key_fallbacks=read.secrets("LIST_SECRET_KEY_FALLBACKS"),
    )


class _Reader:
    """Reads one variable at a time and says in plain words what is wrong with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def _raw(self, name: str) -> str:
        path = self._environ.get(f"{name}_FILE", "")
        if path and self._environ.get(name):
            raise SettingsError(f"{name} and {name}_FILE are both set; keep one.")
        if not path:
            return self._environ.get(name, "").strip()
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE names a file that can't be read: {error}.") from error

    def text(self, name: str, default: str, pattern: str) -> str:
        value = self._raw(name)
        if not value:
            return default
        if not re.fullmatch(pattern, value):
            raise SettingsError(f"{name} is {value!r}; it must match {pattern}.")
        return value

    def secret(self, name: str) -> str:
        value = self._raw(name)
        if value:
            _check_secret(name, value)
        return value

    def secrets(self, name: str) -> tuple[str, ...]:
        """Several, by comma."""
        values = tuple(part.strip() for part in self._raw(name).split(",") if part.strip())
        for value in values:
            _check_secret(name, value)
        return values

    def url(self, name: str) -> str:
        value = self._raw(name).rstrip("/")
        if value:
            _check_url(name, value)
        return value

    def origins(self, name: str) -> tuple[str, ...]:
        values = tuple(part.strip() for part in self._raw(name).split(",") if part.strip())
        for value in values:
            if _check_url(name, value) not in {"", "/"}:
                raise SettingsError(f"{name} holds {value!r}; an origin has no path.")
        return tuple(value.rstrip("/") for value in values)

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self._raw(name)
        if not value:
            return default
        if not re.fullmatch(r"\d{1,9}", value) or not low <= int(value) <= high:
            raise SettingsError(f"{name} is {value!r}; it must be a whole number from {low} to {high}.")
        return int(value)


def _check_secret(name: str, value: str) -> None:
    if len(value) < 16 or not value.isascii():  # noqa: PLR2004 - 128 bits as hex is 32, as base64 22
        raise SettingsError(f"{name} must be at least 16 ASCII characters.")


def _check_url(name: str, value: str) -> str:
    """Raise SettingsError unless `value` is an http(s) URL without query or user; return its path."""
    try:
        parts = urlsplit(value)
        port_ok = parts.port is None or parts.port > 0
    except ValueError as error:
        raise SettingsError(f"{name} is {value!r}: {error}.") from error
    odd = parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.hostname or odd or not port_ok:
        raise SettingsError(
            f"{name} is {value!r}; it must be an http or https address without query or user."
        )
    return parts.path
