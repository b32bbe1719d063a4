"""The fixture `backend`: a running order and payment service, started once for every test that takes it.

A test module says `pytest_plugins = ["apptier.orders.tests.plugin"]`. It is apart from the harness
because pytest wants to import a plugin before anybody else does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from apptier.kit.settings import load_settings
from apptier.orders.tests.harness import CLIENT_ID, ISSUER, Pool, Shop
from dev.ports import HOST, base_environment
from dev.stack import probes
from dev.stack.devstack import DevStack
from dev.stack.emulators import REPOSITORY
from dev.stack.service import Service


def _process(number: int, port: int, env: dict[str, str]) -> Service:
    arguments = ("--host", HOST, "--port", str(port), "--no-access-log", "--backlog", "512")
    factory = ("--factory", "apptier.orders.tests.harness:create_app")
    return Service(
        name=f"orders-{number}",
        argv=(sys.executable, "-m", "uvicorn", *factory, *arguments),
        cwd=REPOSITORY,
        env={**base_environment(), **env},
        ready=probes.http_answer(port, "/healthz"),
    )


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The running services; started once, so tests make their own articles, carts and orders."""
    pool = Pool()
    with DevStack(tmp_path_factory.mktemp("orders") / "state", services=("ministack",)) as stack:
        ports = (stack.ports.backend, stack.ports.web)
        origin = f"http://{HOST}:{ports[0]}"
        env = stack.environment("backend") | {
            "COGNITO_ISSUER": ISSUER,
            "COGNITO_JWKS_URL": pool.url,
            "COGNITO_CLIENT_ID": CLIENT_ID,
            "RETURN_ORIGINS": "http://shop.invalid",
            "PAYMENTS_PUBLIC_URL": f"{origin}/payments/v1",
            "PAYMENT_WEBHOOK_URL": f"{origin}/orders/v1/payment-events",
        }
        # The first process has its neighbours in itself, the second reaches the first one's over HTTP.
        away = {"PAYMENTS_URL": f"{origin}/payments/v1", "STORES_URL": f"{origin}/stores/v1"}
        ways = ({"PAYMENTS_URL": "", "STORES_URL": ""}, away)
        processes = tuple(_process(n, ports[n], env | way) for n, way in enumerate(ways))
        stack.start(services=processes)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
                patch.setenv(name, env[name])
            yield Shop(stack, load_settings(env | ways[0]), ports, pool, processes)
    pool.close()
