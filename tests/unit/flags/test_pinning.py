"""A test that pins a flag sees that value and no other, and a slip of the pen fails it."""

from __future__ import annotations

import pytest

from storefront.core import SystemClock
from storefront.flags import ATTRIBUTES, DECLARED, Context
from storefront.flags.live import Live
from storefront.flags.memory import MemoryFlagTable
from storefront.telemetry import Telemetry
from tests.pinned_flags import NoSuchPinError, pinned


@pytest.fixture
def live():
    return Live(MemoryFlagTable(), DECLARED, ATTRIBUTES, SystemClock(), Telemetry())


def test_a_pinned_flag_has_its_value_for_everybody_until_the_block_ends(live):
    with pinned({"theme": "harbour", "checkout": "off", "delivery-note": "note"}):
        seen = {key: live.snapshot.evaluate(key, Context()).value for key in DECLARED}
        assert (seen["theme"], seen["checkout"], seen["delivery-note"]) == ("harbour", False, "note")
        assert seen["home-layout"] == "hero-first"
    assert live.snapshot.evaluate("theme", Context()).value == "meadow"


def test_an_open_flag_is_pinned_at_a_value(live):
    with pinned({"site-banner": {"kind": "trouble", "text": {"en": "Closed"}}}):
        assert live.snapshot.evaluate("site-banner", Context()).value["text"] == {"en": "Closed"}


@pytest.mark.parametrize(
    "flags",
    [{"themes": "harbour"}, {"theme": "harbor"}, {"theme": {"a": 1}}, {"site-banner": {"kind": "party"}}],
)
def test_what_cannot_be_pinned_fails_the_test(flags):
    with pytest.raises(NoSuchPinError), pinned(flags):
        pass
