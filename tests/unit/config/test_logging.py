"""Log lines: JSON, one per event, only what is allowed, nothing a shopper typed."""

import io
import json
import logging

import pytest
import structlog

from config.logging import configure, logging_config


@pytest.fixture
def lines():
    root = logging.getLogger()
    before = root.handlers[:]
    configure(logging_config("INFO"))
    stream = io.StringIO()
    (handler,) = root.handlers
    handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before


def test_what_is_not_allowed_is_left_out(lines):
    structlog.get_logger("storefront.x").info("request", route="catalog:product", email="robin@example.com")
    (line,) = lines()
    assert line["route"] == "catalog:product"
    assert "robin" not in json.dumps(line)


def test_a_line_break_starts_no_new_line(lines):
    structlog.get_logger("storefront.x").info("request", route='x\n{"event": "forged"}')
    (line,) = lines()
    assert line["event"] == "request"


def test_an_exception_tells_its_type_and_place_and_not_its_message(lines):
    try:
        int("robin@example.com")
    except ValueError:
        logging.getLogger("storefront.x").exception("it_failed")
    (line,) = lines()
    assert line["exception"].startswith("ValueError at test_logging.py:")
    assert "robin" not in json.dumps(line)


def test_libraries_say_what_but_not_with_what(lines):
    logging.getLogger("django.security.DisallowedHost").error("Invalid host: %s", "robin@example.com")
    (line,) = lines()
    assert line["event"] == "Invalid host: %s"


def test_extras_of_our_own_loggers_are_kept(lines):
    logging.getLogger("storefront.web").error(
        "upstream_invalid", extra={"upstream": "catalog", "secret": "x"}
    )
    (line,) = lines()
    assert line["upstream"] == "catalog"
    assert "secret" not in line
