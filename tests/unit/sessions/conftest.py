"""The table in memory, and a vault with a key of its own."""

import pytest
from cryptography.fernet import Fernet

from storefront.core import ManualClock
from storefront.sessions import MemorySessionTable, Vault


@pytest.fixture
def table() -> MemorySessionTable:
    return MemorySessionTable(ManualClock())


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()])
