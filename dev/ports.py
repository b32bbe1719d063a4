"""The ports of the local stack and the few things it takes from the caller's environment.

This is the only module of `dev` that reads `os.environ`, so that what a variable can change is told in one
place. Everything binds to 127.0.0.1: the emulators accept any password and must never be reachable from
elsewhere.
"""

from __future__ import annotations

import os
import random
import re
import socket
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
HIGHEST_PORT = 65_535
LONGEST_NAME = 60
# Below the ranges that Linux (32768-60999) and macOS (49152-65535) hand to outgoing connections, so that a
# port found free now is not taken by somebody's client before the server binds it.
FREE_RANGE = range(15_000, 30_000)

# What a child needs to find programs, a home and a temp folder. Everything else stays out: a developer's AWS
# profile, proxy or PYTHONPATH must not change what the local shop does.
INHERITED = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "CHROMIUM",
)

# What of the web tier may be tried out here (docs/reference/settings.md); the stack sets the rest.
WEB_TUNING = (
    "ADDRESS_LIMITS_FACTOR",
    "CARD_CACHE",
    "COGNITO_PASSKEYS",
    "COGNITO_PROVIDERS",
    "DEBUG",
    "DEFAULT_REGION",
    "EDGE_VARIANTS",
    "FORWARDED_ALLOW_IPS",
    "LOG_LEVEL",
    "METRICS_SECONDS",
    "PAGE_CACHE",
    "PAGE_CACHE_MEGABYTES",
    "PROXY_HOPS",
    "PURGE_SWEEP_SECONDS",
    "VARNISH_ORIGINS",
    "WEB_THREADS",
)
_BUDGET = re.compile(
    r"(CATALOG|OFFERS|SEARCH|SUGGEST|CARTS|ORDERS|CONTENT|STORES|REVIEWS|CUSTOMERS|LISTS|COGNITO|DYNAMODB|REDIS)"
    r"_(CONNECT_TIMEOUT|READ_TIMEOUT|ATTEMPTS|SHARE)"
)

VARIABLES = {
    "web": "WEB_PORT",
    "backend": "BACKEND_PORT",
    "ministack": "MINISTACK_PORT",
    "valkey": "VALKEY_PORT",
    "valkey_bus": "VALKEY_BUS_PORT",
    "search": "SEARCH_PORT",
    "kafka": "KAFKA_PORT",
}


class ConfigurationError(ValueError):
    """A variable of the environment has a value that cannot be used; the message names variable and value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """One TCP port per server of the stack, all on 127.0.0.1.

    `valkey_bus` is the second port that a Valkey node in cluster mode opens for its peers; left alone it sits
    10 000 above `VALKEY_PORT`, as in Valkey itself.
    """

    web: int = 8000
    backend: int = 8001
    ministack: int = 4566
    valkey: int = 6390
    valkey_bus: int = 16_390
    search: int = 9201
    kafka: int = 9094

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Defaults, overridden by WEB_PORT, BACKEND_PORT and so on.

        Raises:
            ConfigurationError: a value is no port number, or two servers would share one.
        """
        source = os.environ if environ is None else environ
        chosen = {
            name: _port(VARIABLES[name], source[VARIABLES[name]]) for name in VARIABLES if _set(name, source)
        }
        if "valkey" in chosen and "valkey_bus" not in chosen:
            chosen["valkey_bus"] = _bus_beside(chosen["valkey"])
        ports = cls(**chosen)
        ports.refuse_clashes()
        return ports

    @classmethod
    def free(cls) -> Self:
        """Random ports that were free a moment ago, for tests and for a second stack beside the first."""
        names = [field.name for field in fields(cls)]
        held: list[socket.socket] = []
        try:
            while len(held) < len(names):
                probe = socket.socket()
                try:
                    probe.bind((HOST, random.choice(FREE_RANGE)))
                except OSError:
                    probe.close()
                else:
                    held.append(probe)
            return cls(**{name: probe.getsockname()[1] for name, probe in zip(names, held, strict=True)})
        finally:
            for probe in held:
                probe.close()

    def refuse_clashes(self) -> None:
        """Raise ConfigurationError when two servers were given the same port."""
        owner: dict[int, str] = {}
        for name, variable in VARIABLES.items():
            port: int = getattr(self, name)
            if port in owner:
                raise ConfigurationError(
                    f"{variable} and {owner[port]} are both {port}: give each its own port"
                )
            owner[port] = variable


def base_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The part of the caller's environment that the stack's processes inherit."""
    source = os.environ if environ is None else environ
    return {name: source[name] for name in INHERITED if name in source}


def web_tuning(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the caller wants otherwise in the web tier: WEB_TUNING and the budgets of its dependencies.

    An empty value means "not set". The web tier itself refuses odd ones, by their names.
    """
    source = os.environ if environ is None else environ
    return {
        name: value
        for name, value in source.items()
        if value and (name in WEB_TUNING or _BUDGET.fullmatch(name))
    }


def whole_environment() -> dict[str, str]:
    """All that the caller has set, for tools that work as in a shell of the caller: installer, Lighthouse."""
    return dict(os.environ)


def kafka_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether KAFKA=1 asks for the Kafka broker too.

    Raises:
        ConfigurationError: the value is neither 0, 1 nor empty.
    """
    value = (os.environ if environ is None else environ).get("KAFKA", "")
    if value not in {"", "0", "1"}:
        raise ConfigurationError(
            f"KAFKA is {value!r}: use 1 to start the broker, 0 or nothing to leave it out"
        )
    return value == "1"


def warehouse_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether the small warehouse shall work through the order queue; WAREHOUSE=0 leaves the queue alone.

    Raises:
        ConfigurationError: the value is neither 0, 1 nor empty.
    """
    value = (os.environ if environ is None else environ).get("WAREHOUSE", "")
    if value not in {"", "0", "1"}:
        raise ConfigurationError(f"WAREHOUSE is {value!r}: use 0 to leave it out, 1 or nothing to start it")
    return value != "0"


def wanted_shop_name(environ: Mapping[str, str] | None = None) -> str:
    """The name that SHOP_NAME gives the shop, trimmed; empty when it is left to the catalogue.

    Raises:
        ConfigurationError: the name is too long for a header, or holds characters that cannot be shown.
    """
    value = (os.environ if environ is None else environ).get("SHOP_NAME", "").strip()
    if len(value) > LONGEST_NAME or not value.isprintable():
        raise ConfigurationError(
            f"SHOP_NAME is {value[:LONGEST_NAME]!r}: use at most {LONGEST_NAME} characters, on one line"
        )
    return value


def _set(name: str, environ: Mapping[str, str]) -> bool:
    """An empty value means "not set", as `make run WEB_PORT=` would have it."""
    return bool(environ.get(VARIABLES[name]))


def _port(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT):
        raise ConfigurationError(f"{variable} is {text!r}: a port is a whole number from 1 to {HIGHEST_PORT}")
    return int(text)


def _bus_beside(port: int) -> int:
    offset = 10_000
    return port + offset if port + offset <= HIGHEST_PORT else port - offset
