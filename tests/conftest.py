"""What several kinds of tests share: one running shop for the whole session, started when first asked for.

The shop is the one that `make run` starts, on ports and state of its own. Its pictures are kept between runs
under var/test/media, because drawing them takes a minute; everything else starts empty.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS
from dev.stack.environment import Tier
from scripts.messages import compile_all
from tests.paths import ShopClient

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "var" / "test"


def pytest_configure() -> None:
    """Translations are kept as text; what Django reads is made from it before any page is."""
    compile_all()


def _emptied(state: Path) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    for entry in state.iterdir():
        if entry.name in {"media", "lock"}:
            continue
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return state


@pytest.fixture
def client() -> ShopClient:
    """Django's test client, in the shop's first region: `client.get("/cart/")` asks for `/ie/en/cart/`."""
    return ShopClient()


@pytest.fixture(scope="session")
def shop() -> Iterator[DevStack]:
    """The whole shop with the demo catalogue: emulators, backend in two processes, web tier in two."""
    # All tests come from one network address, which in life has twenty tries a minute to sign in.
    extra: dict[Tier, dict[str, str]] = {"web": {"ADDRESS_LIMITS_FACTOR": "100"}}
    stack = DevStack(_emptied(STATE), services=EMULATORS, extra=extra, web_workers=2, backend_workers=2)
    with stack:
        stack.seed()
        stack.start("backend", "web")
        stack.warm()
        yield stack


@pytest.fixture(scope="session")
def origin(shop: DevStack) -> str:
    """The shop's address, without a slash at the end."""
    return shop.environment("web")["PUBLIC_ORIGIN"]
