"""Nobody is kept out: axe finds nothing on any kind of page, nothing scrolls sideways or moves by itself.

Here in a phone's size in light colours and a desk's in dark ones; `make audit` goes through all of them.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from audit import access, bars

LOOKS = [(360, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_keeps_anybody_out(browser: Browser, origin: str, width: int, scheme: str) -> None:
    found = access.walk(browser, origin, width, scheme)
    assert found.violations == []
    assert {kind: shift for kind, shift in found.shifts.items() if shift > bars.MOST_SHIFT} == {}
    assert found.pages >= 60
