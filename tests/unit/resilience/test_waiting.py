"""Where nobody wants to wait, no call begins."""

import pytest

from storefront.resilience import Resource, ResourceSettings, WouldWait, about_to_wait, without_waiting
from storefront.telemetry import Telemetry


def test_no_call_to_a_dependency_begins():
    resource, called = Resource(ResourceSettings("catalog", 4), Telemetry()), []
    with without_waiting(), pytest.raises(WouldWait):
        resource.run("get", called.append, timeout=1.0)
    assert called == []
    resource.run("get", called.append, timeout=1.0)
    assert len(called) == 1


def test_nobody_takes_it_for_a_failure():
    assert not issubclass(WouldWait, Exception)


def test_it_ends_with_the_block():
    with pytest.raises(KeyError), without_waiting():
        raise KeyError
    about_to_wait()
