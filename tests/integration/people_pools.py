"""The fixture `world`: what pages rely on is tried on the twin and on a pool, whose emulator is started once.

A test module says `pytest_plugins = ["tests.integration.people_pools"]`. The pool is the local emulator's,
once by a client without a secret and once by one with; with COGNITO_TEST_POOL_ID in the environment it is a
real one (docs/how-to/connect-a-cognito-pool.md).
"""

from collections.abc import Iterator

import pytest

from dev.stack.devstack import DevStack
from tests.integration.people_worlds import FakeWorld, LocalWorld, RealWorld, World, local_place
from tests.pools import named_pool

NAMED = named_pool()
WORLDS = ("fake", "fake-rotating", *(("real",) if NAMED else ("pool", "pool-secret")))


@pytest.fixture(scope="session")
def pools(tmp_path_factory) -> Iterator[dict[str, World]]:
    twins: dict[str, World] = {"fake": FakeWorld(), "fake-rotating": FakeWorld(rotates=True)}
    if NAMED:
        yield {**twins, "real": RealWorld(NAMED)}
        return
    with DevStack(tmp_path_factory.mktemp("stack"), services=("ministack",)) as stack:
        plain, secret = LocalWorld(local_place(stack)), LocalWorld(local_place(stack, secret=True))
        yield {**twins, "pool": plain, "pool-secret": secret}


@pytest.fixture(params=WORLDS)
def world(request, pools) -> World:
    return pools[request.param]
