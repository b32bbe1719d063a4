"""The fixture `belongings`: the customers and the lists service over real tables, on one free port.

A test module says `pytest_plugins = ["apptier.lists.tests.plugin"]`. It is apart from the harness because
pytest wants to import a plugin before anybody else does.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import uvicorn
from fastapi import FastAPI

from apptier.all import Together
from apptier.customers.app import create_app as create_customers
from apptier.kit.auth import TokenVerifier
from apptier.kit.clock import ManualClock
from apptier.kit.settings import Settings, load_settings
from apptier.lists.app import create_app as create_lists
from apptier.lists.router import wire
from apptier.lists.tests.harness import Belongings
from apptier.reviews.tests.harness import CLIENT_ID, ISSUER, Pool
from dev.ports import HOST
from dev.stack.devstack import DevStack


@pytest.fixture(scope="session")
def belongings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Belongings]:
    """The running services; started once, so tests make people and lists of their own."""
    pool, clock = Pool(), ManualClock(datetime.now(UTC))
    with (
        DevStack(tmp_path_factory.mktemp("belongings") / "state", services=("ministack",)) as stack,
        pytest.MonkeyPatch.context() as patch,
    ):
        env = stack.environment("backend")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
            patch.setenv(name, env[name])
        settings = replace(load_settings(env), cognito_issuer=ISSUER, cognito_client_id=CLIENT_ID)
        apps = {"customers": create_customers(settings), "lists": create_lists(settings)}
        for app in apps.values():
            _take(app, settings, pool, clock)
        apps["lists"].state.desk = wire(apps["lists"].state.context)
        listener = socket.create_server((HOST, 0))
        server = uvicorn.Server(uvicorn.Config(Together(apps), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        origin = f"http://{HOST}:{listener.getsockname()[1]}"
        yield Belongings(origin, settings, apps["lists"].state.desk, pool, clock, stack)
        server.should_exit = True
        thread.join(20)


def _take(app: FastAPI, settings: Settings, pool: Pool, clock: ManualClock) -> None:
    """Let a service go by the tests' clock and pool; tokens are judged by the real time."""
    context = app.state.context
    verifier = TokenVerifier(settings, clock, pool.keys)
    app.state.context = replace(context, clock=clock, verifier=verifier)
