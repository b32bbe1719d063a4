"""The hosted page reads no more of a form than a form is long."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request

from apptier.payments.hosted import _code


def test_a_long_form_is_cut_while_it_is_read() -> None:
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        body = b"code=123456&" if taken == 1 else b"x" * 1024
        return {"type": "http.request", "body": body, "more_body": taken < 1000}

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    assert asyncio.run(_code(Request(scope, receive))) == "123456"
    assert taken < 10
