"""The fixture `reviews`: the reviews service over a real table, served on a free port.

A test module says `pytest_plugins = ["apptier.reviews.tests.plugin"]`. It is apart from the harness because
pytest wants to import a plugin before anybody else does.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import uvicorn

from apptier.kit.auth import TokenVerifier
from apptier.kit.settings import load_settings
from apptier.reviews.app import create_app
from apptier.reviews.desk import wire
from apptier.reviews.tests.harness import CLIENT_ID, ISSUER, Neighbours, Pool, Reviews
from dev.ports import HOST
from dev.stack.devstack import DevStack


@pytest.fixture(scope="session")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviews]:
    """The running service; started once, so tests make products of their own."""
    pool = Pool()
    with (
        DevStack(tmp_path_factory.mktemp("reviews") / "state", services=("ministack",)) as stack,
        pytest.MonkeyPatch.context() as patch,
    ):
        env = stack.environment("backend")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
            patch.setenv(name, env[name])
        settings = replace(load_settings(env), cognito_issuer=ISSUER, cognito_client_id=CLIENT_ID)
        app, neighbours = create_app(settings), Neighbours()
        verifier = TokenVerifier(settings, app.state.context.clock, pool.keys)
        app.state.context = replace(app.state.context, verifier=verifier)
        app.state.desk = wire(app.state.context, products=neighbours, orders=neighbours)
        listener = socket.create_server((HOST, 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        origin = f"http://{HOST}:{listener.getsockname()[1]}"
        yield Reviews(origin, settings, app.state.desk, pool, neighbours, stack)
        server.should_exit = True
        thread.join(20)
