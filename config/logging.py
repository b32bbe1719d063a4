"""Logs as JSON lines, one per request, with an allow-list: what is not named here is not written.

Nothing personal gets in by construction: no paths, query strings, headers or bodies, only names of routes and
dependencies, numbers and random ids. JSON keeps a line break in a value from starting a new line.
"""

import logging.config
import re
import traceback
from collections.abc import Mapping
from typing import Any

import structlog

# The members a line of the shop's own may have.
ALLOWED = frozenset(
    {
        "event", "level", "logger", "timestamp", "exception",
        "request_id", "trace_id", "route", "method", "status", "ms", "public", "htmx", "session", "release",
        "calls", "cache", "degraded", "person", "tags",
        "upstream", "operation", "reason", "family", "state", "component", "count", "directive", "blocked",
    }
)  # fmt: skip
_MOST_TEXT = 300
_WORD = re.compile(r"[A-Za-z]{3}")


def keep_allowed(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Drop every member that is not allowed, and cut long texts."""
    kept = {key: value for key, value in line.items() if key in ALLOWED or key.startswith("_")}
    return {k: v[:_MOST_TEXT] if isinstance(v, str) and k != "exception" else v for k, v in kept.items()}


def where_it_failed(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Say of an exception its type and where it passed; its message may quote a shopper and stays out."""
    info = line.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        line["exception"] = f"{type(error).__name__} at {' > '.join(places)}"
    return line


def unformatted(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """Keep the template of a library's message, not what was put into it: that may be a path or a header."""
    record = line.get("_record")
    if isinstance(record, logging.LogRecord) and not record.name.startswith("storefront"):
        template = str(record.msg)
        line["event"] = template if _WORD.search(template) else record.funcName
    return line


_SHARED = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def logging_config(level: str) -> dict[str, Any]:
    """The configuration of the standard library's logging: JSON lines on standard error.

    Metrics are lines of their own on standard output: CloudWatch wants nothing but their JSON in them.
    """
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(ALLOWED), *_SHARED, unformatted],
        "processors": [
            where_it_failed,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            keep_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter, "bare": {"format": "%(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
            "metrics": {
                "class": "logging.StreamHandler",
                "formatter": "bare",
                "stream": "ext://sys.stdout",
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Every request has its own line already; Django's says the path.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "storefront.metrics": {"handlers": ["metrics"], "level": "INFO", "propagate": False},
            "botocore": {"level": "WARNING"},
            "urllib3": {"level": "ERROR"},
        },
    }


def configure(config: Mapping[str, Any]) -> None:
    """Set up both structlog and the standard library; Django calls this once, at start."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(dict(config))
