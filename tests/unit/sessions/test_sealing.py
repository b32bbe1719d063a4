"""Entries that only the keys of the shop open: nowhere in the clear, moved along, kept where no key fits."""

from dataclasses import replace

from cryptography.fernet import Fernet

from storefront.sessions import EntryRules, Vault
from storefront.sessions.backend import SessionStore
from storefront.sessions.contents import Codec
from tests.unit.sessions.stores import sealed_session

SECRET = {"access": "eyJhbGciOiJSUzI1NiJ9.e30.x", "refresh": "eyJjdHkiOiJKV1QifQ"}


def test_sealed_entries_are_nowhere_in_the_clear(table, vault):
    session = sealed_session(table, vault, tokens=SECRET, auth={"email": "robin@example.com"}, step="x")
    kept = repr(table.sessions)
    assert not [word for word in ("eyJ", "robin", "access", "email") if word in kept]
    found = SessionStore(session.session_key, table, vault)
    assert (found["tokens"], found["auth"], found["step"]) == (SECRET, {"email": "robin@example.com"}, "x")


def test_sealed_entries_move_along_when_the_key_changes(table, vault):
    session = sealed_session(table, vault, tokens=SECRET)
    session.cycle_key()
    assert SessionStore(session.session_key, table, vault)["tokens"] == SECRET


def test_what_was_sealed_is_not_written_again_without_a_change(table, vault):
    session = SessionStore(sealed_session(table, vault, tokens=SECRET).session_key, table, vault)
    assert session["tokens"] == SECRET
    table.calls.clear()
    session.save()
    assert table.calls == []


def test_an_entry_in_the_clear_that_has_to_be_sealed_does_not_count(table, vault):
    session = sealed_session(table, vault, step="x")
    table.update(session.digest, {"auth": '{"sub":"somebody"}'}, ())
    assert SessionStore(session.session_key, table, vault).get("auth") is None


def test_tokens_of_another_session_do_not_count(table, vault):
    mine, theirs = sealed_session(table, vault, tokens=SECRET), sealed_session(table, vault, step="x")
    table.update(theirs.digest, {"tokens": table.sessions[mine.digest].data["tokens"]}, ())
    assert SessionStore(theirs.session_key, table, vault).get("tokens") is None


def test_a_new_key_reads_what_the_old_one_sealed_and_the_next_write_seals_it_anew(table):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    session = sealed_session(table, Vault([old]), tokens=SECRET)
    rotated = SessionStore(session.session_key, table, Vault([new, old]))
    assert rotated["tokens"] == SECRET
    rotated["step"] = "x"
    rotated.save()
    assert SessionStore(session.session_key, table, Vault([new]))["tokens"] == SECRET


def test_sealing_anew_never_brings_back_older_tokens(table):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    session = sealed_session(table, Vault([old]), tokens=SECRET)
    late = SessionStore(session.session_key, table, Vault([new, old]))
    assert late["tokens"] == SECRET
    quick = SessionStore(session.session_key, table, Vault([new, old]))
    quick["tokens"] = {"access": "newer"}
    quick.save()
    late["step"] = "x"
    late.save()
    found = SessionStore(session.session_key, table, Vault([new]))
    assert (found["tokens"], found["step"]) == ({"access": "newer"}, "x")


def test_without_the_key_a_session_goes_on_and_what_it_cannot_read_stays(table, vault):
    session = sealed_session(table, vault, tokens=SECRET, step="x")
    before = table.sessions[session.digest].data["tokens"]
    stranger = SessionStore(session.session_key, table, Vault([Fernet.generate_key().decode()]))
    assert (stranger.get("tokens"), stranger["step"]) == (None, "x")
    stranger["step"] = "y"
    stranger.save()
    assert table.sessions[session.digest].data["tokens"] == before


def test_what_a_later_release_seals_still_opens_after_a_move_by_this_one(table, vault):
    """This one takes it for plain text. What only looks like it, or belongs elsewhere, stays what it is."""
    session = sealed_session(table, vault, step="x", note="s1:no")
    rules = EntryRules(sealed=("auth", "tokens", "tomorrow"))
    seals = Codec(rules, lambda: vault)
    copied = seals.close("f" * 64, "tomorrow", '"theirs"')
    added = {"tomorrow": seals.close(session.digest, "tomorrow", '"mine"'), "copied": copied}
    table.update(session.digest, added, ())
    here = SessionStore(session.session_key, table, vault)
    here.cycle_key()
    kept = table.sessions[here.digest].data
    assert seals.open(here.digest, "tomorrow", kept["tomorrow"]) == '"mine"'
    assert (kept["copied"], kept["note"]) == (copied, '"s1:no"')
    here["step"] = "y"
    here.save()
    assert table.sessions[here.digest].data["tomorrow"] == kept["tomorrow"]


def test_without_a_vault_such_text_is_text(table, settings):
    settings.SESSION_ENTRIES = {}
    session = SessionStore(None, table)
    session["note"] = "s1:no"
    session.save()
    session.cycle_key()
    assert session["note"] == "s1:no"


def test_what_a_later_release_wrote_is_kept_by_this_one(table, vault):
    session = sealed_session(table, vault, step="x")
    table.sessions[session.digest] = replace(
        table.sessions[session.digest],
        data={"step": '"x"', "of_tomorrow": "\x02packed", "tokens": '"s9:tomorrow"', "plain": "[1]"},
        others={"shelf": 7},
    )
    here = SessionStore(session.session_key, table, vault)
    here["step"] = "y"
    here.save()
    here.cycle_key()
    kept = table.sessions[here.digest]
    assert kept.data["of_tomorrow"] == "\x02packed"
    assert kept.data["tokens"] == '"s9:tomorrow"'
    assert (kept.data["plain"], kept.data["step"], kept.others) == ("[1]", '"y"', {"shelf": 7})
