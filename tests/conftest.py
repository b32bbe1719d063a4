"""What several kinds of tests share: one running shop for the whole session, started when first asked for.

The shop is the one that `make run` starts, on ports and state of its own. Its pictures are kept between runs
under var/test/media, because drawing them takes a minute; everything else starts empty.

`make test` lets several processes work side by side, each with a state of its own. What takes long to start
is started by one of them: the tests that share a running shop or backend stay together (`--dist loadgroup`),
and so do those of a file.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from dev.provision import DEMO_ACCOUNTS
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS
from dev.stack.environment import Tier, web_origin
from scripts.messages import compile_all
from tests.paths import ShopClient
from tests.pools import named_pool

# Properties are tried on the same cases each time, so that what passes at a desk passes when it lands.
# HYPOTHESIS_PROFILE=default looks for other cases, each time anew.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "var" / "test"
# Folders that share what their conftest.py starts; they take longest, so they are begun with.
FOLDERS = ("tests/e2e/", "tests/contract/test_apptier_live/")
_VISITS = re.compile(r"^(?:def test_|@pytest\.fixture.*\ndef )\w+\([^)]*\b(?:shop|origin)\b", re.MULTILINE)
_PLUGIN = re.compile(r'^pytest_plugins = \["([\w.]+)"', re.MULTILINE)


def pytest_configure() -> None:
    """Translations are kept as text; what Django reads is made from it before any page is."""
    compile_all()


class Together(LoadScopeScheduling):
    """Tests that share running servers go to one process, one after the other; so do those of a file."""

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid.partition("::")[0])[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """With `--dist loadgroup` the files say themselves what belongs together; nothing has to be marked."""
    return Together(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes work side by side, what takes longest is begun with; alone, the order stays."""
    if config.getoption("loadgroup", default=False):
        items.sort(key=lambda item: together(item.nodeid.partition("::")[0])[0])


@cache
def together(file: str) -> tuple[int, str]:
    """What a file of tests shares with others: its turn (the earlier, the longer it takes) and its name."""
    for turn, folder in enumerate(FOLDERS):
        if file.startswith(folder):
            return turn, folder
    text = (ROOT / file).read_text(encoding="utf-8")
    if plugin := _PLUGIN.search(text):
        return len(FOLDERS) + 1, plugin.group(1)
    return (len(FOLDERS), "shop") if _VISITS.search(text) else (len(FOLDERS) + 2, file)


def _state(config: pytest.Config) -> Path:
    """The shop's folder, empty but for pictures; processes that work side by side have one each."""
    worker: str = getattr(config, "workerinput", {}).get("workerid", "")
    state = STATE.with_name(f"{STATE.name}-{worker}") if worker else STATE
    _emptied(state)
    _share_pictures(STATE, state)
    return state


def _share_pictures(source: Path, target: Path) -> None:
    """Let the second folder have the first one's pictures, too, without taking room for them."""
    for picture in (source / "media").rglob("*"):
        if picture.is_file():
            other = target / picture.relative_to(source)
            other.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                other.hardlink_to(picture)


def _emptied(state: Path) -> None:
    state.mkdir(parents=True, exist_ok=True)
    for entry in state.iterdir():
        if entry.name in {"media", "lock"}:
            continue
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


@pytest.fixture
def client() -> ShopClient:
    """Django's test client, in the shop's first region: `client.get("/cart/")` asks for `/ie/en/cart/`."""
    return ShopClient()


@pytest.fixture(scope="session")
def shop(request: pytest.FixtureRequest) -> Iterator[DevStack]:
    """The whole shop with the demo catalogue: emulators, backend in two processes, web tier in two.

    People are kept by the local pool, or by the one that the environment names (tests/pools.py).
    """
    named = named_pool()
    pool: dict[Tier, dict[str, str]] = named.variables() if named else {"web": {}, "backend": {}}
    # All tests come from one network address, which in life has twenty tries a minute to sign in; and the
    # pool's own pages are gone through like any other provider's. Some tests put a CDN in front.
    web = {
        "ADDRESS_LIMITS_FACTOR": "100",
        "COGNITO_PROVIDERS": "COGNITO",
        "EDGE_VARIANTS": "1",
        **pool["web"],
    }
    extra: dict[Tier, dict[str, str]] = {**pool, "web": web}
    state = _state(request.config)
    stack = DevStack(state, services=EMULATORS, extra=extra, web_workers=2, backend_workers=2)
    with stack:
        if named:
            named.furnish(DEMO_ACCOUNTS, f"{web_origin(stack.ports)}/account/callback/")
        stack.seed()
        _share_pictures(state, STATE)
        stack.start("backend", "web")
        stack.warm()
        yield stack


@pytest.fixture(scope="session")
def origin(shop: DevStack) -> str:
    """The shop's address, without a slash at the end."""
    return shop.environment("web")["PUBLIC_ORIGIN"]
