"""Sessions as requests see them, over the table in memory: one that was saved, one that is opened again."""

from storefront.sessions import MemorySessionTable, Vault
from storefront.sessions.backend import SessionStore


def saved(table: MemorySessionTable, **entries: object) -> SessionStore:
    session = SessionStore(None, table)
    session.update(entries)
    session.save()
    return session


def again(table: MemorySessionTable, session: SessionStore) -> SessionStore:
    return SessionStore(session.session_key, table)


def sealed_session(table: MemorySessionTable, vault: Vault, **entries: object) -> SessionStore:
    session = SessionStore(None, table, vault)
    session.update(entries)
    session.save()
    return session
