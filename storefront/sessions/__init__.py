"""Shoppers' sessions in DynamoDB: made lazily, written by attribute, never why a page fails.

`backend.SessionStore` is Django's session; it speaks to a `SessionTable`, of which `DynamoSessionTable`
is the real one and `MemorySessionTable` the one for tests.
"""

from storefront.sessions.memory import MemorySessionTable
from storefront.sessions.table import (
    MOST_BYTES,
    DynamoSessionTable,
    SessionExists,
    SessionGone,
    SessionTable,
    SessionTooLarge,
    StoredSession,
    digest_of,
    new_key,
)

__all__ = [
    "MOST_BYTES",
    "DynamoSessionTable",
    "MemorySessionTable",
    "SessionExists",
    "SessionGone",
    "SessionTable",
    "SessionTooLarge",
    "StoredSession",
    "digest_of",
    "new_key",
]
