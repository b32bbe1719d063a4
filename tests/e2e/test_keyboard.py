"""The keyboard alone buys, and sees where it is at every stop (WCAG 2.2, 2.1.1, 2.4.7, 2.4.11)."""

from __future__ import annotations

from playwright.sync_api import Browser

from audit import keyboard


def test_a_purchase_needs_no_mouse(browser: Browser, origin: str) -> None:
    found = keyboard.purchase(browser, origin)
    assert found["problems"] == []
    assert found["order"]
