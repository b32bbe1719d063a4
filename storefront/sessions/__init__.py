"""Shoppers' sessions in DynamoDB: made lazily, written by attribute, never why a page fails.

`backend.SessionStore` is Django's session; it speaks to a `SessionTable`, of which `DynamoSessionTable`
is the real one and `MemorySessionTable` the one for tests. A `Vault` encrypts what must not be read there,
a `SessionRegistry` knows all sessions of one person, `Watersheds` since when a proof counts.
docs/explanation/sessions.md describes the whole.
"""

from storefront.sessions.memory import MemorySessionTable
from storefront.sessions.registry import OwnedSession, SessionRegistry
from storefront.sessions.rules import EntryRules
from storefront.sessions.table import (
    MOST_BYTES,
    DynamoSessionTable,
    SessionConflict,
    SessionExists,
    SessionGone,
    SessionTable,
    SessionTooLarge,
    StoredSession,
    digest_of,
    new_key,
)
from storefront.sessions.vault import Unreadable, Vault
from storefront.sessions.watersheds import Watershed, Watersheds

__all__ = [
    "MOST_BYTES",
    "DynamoSessionTable",
    "EntryRules",
    "MemorySessionTable",
    "OwnedSession",
    "SessionConflict",
    "SessionExists",
    "SessionGone",
    "SessionRegistry",
    "SessionTable",
    "SessionTooLarge",
    "StoredSession",
    "Unreadable",
    "Vault",
    "Watershed",
    "Watersheds",
    "digest_of",
    "new_key",
]
