"""One process that counts by a clock of the tests, and what several would share."""

import pytest

from storefront.core import ManualClock
from tests.unit.web.limits.workers import SharedTwin, Worker


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def worker(clock):
    return Worker(clock)


@pytest.fixture
def shared(clock):
    return SharedTwin(clock)
