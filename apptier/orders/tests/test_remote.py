"""The catalogue over HTTP is asked for no more than one call takes."""

from __future__ import annotations

from typing import Any

from apptier.orders.remote import RemoteCatalog, batched


def test_groups_hold_everything_once() -> None:
    names = [f"SKU-{number}" for number in range(178)]
    groups = list(batched(names, 100))
    assert [len(group) for group in groups] == [100, 78]
    assert [name for group in groups for name in group] == names


def test_a_long_cart_and_a_long_order_are_asked_for_in_parts(monkeypatch) -> None:
    class NoStock:
        def levels(self, _skus: Any) -> dict[str, Any]:
            return {}

    catalog = RemoteCatalog("http://catalog.invalid", NoStock())  # type: ignore[arg-type]
    asked = []
    monkeypatch.setattr(catalog, "_get", lambda _path, params, _shape: asked.append(params["skus"]))
    catalog.offers("eu", "en", [f"SKU-{number}" for number in range(178)])
    assert [skus.count(",") + 1 for skus in asked] == [100, 78]
