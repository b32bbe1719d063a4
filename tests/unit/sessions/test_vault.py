"""What is sealed can be read with our keys, at its own place, and by nobody else."""

import base64
import json
import secrets

import pytest
from cryptography.fernet import Fernet

from storefront.sessions import Unreadable, Vault


def key() -> str:
    return Fernet.generate_key().decode()


def test_what_was_sealed_can_be_opened():
    vault = Vault([key()])
    sealed = vault.seal("Zoë’s token", "session/tokens")
    assert "token" not in sealed
    assert vault.opened(sealed, "session/tokens") == ("Zoë’s token", True)


def test_the_same_text_never_looks_the_same():
    vault = Vault([key()])
    assert vault.seal("x", "p") != vault.seal("x", "p")


def test_a_copy_in_another_session_or_under_another_name_does_not_open():
    vault = Vault([key()])
    sealed = vault.seal("x", "one/tokens")
    for place in ("two/tokens", "one/auth", ""):
        with pytest.raises(Unreadable):
            vault.open(sealed, place)


def test_old_keys_open_and_the_first_seals():
    old, new = key(), key()
    sealed = Vault([old]).seal("x", "p")
    rotated = Vault([new, old])
    assert rotated.opened(sealed, "p") == ("x", False)
    assert Vault([new]).open(rotated.seal("x", "p"), "p") == "x"
    with pytest.raises(Unreadable):
        Vault([new]).open(sealed, "p")


@pytest.mark.parametrize(
    "text", ["", "x", "s1:", "s1:x", "s9:gAAAA", '{"sub": "somebody"}', "s1:" + "A" * 500]
)
def test_anything_else_is_refused(text):
    with pytest.raises(Unreadable):
        Vault([key()]).open(text, "p")


def test_a_changed_text_is_refused():
    vault = Vault([key()])
    sealed = vault.seal("x" * 100, "p")
    for at in (5, 40, len(sealed) - 5):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(Unreadable):
            vault.open(sealed[:at] + other + sealed[at + 1 :], "p")


def test_no_sealed_text_looks_like_a_token_even_by_chance():
    vault = Vault([key()])
    long = secrets.token_urlsafe(12_000)  # one in four would hold the letters otherwise
    assert not [n for n in range(40) if "eyJ" in vault.seal(long, str(n))]


def test_tokens_take_less_room_sealed_than_in_the_clear_and_in_base64():
    claims = {f"claim-{n}": secrets.token_hex(16) for n in range(20)}
    token = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    assert len(Vault([key()]).seal(token, "p")) < len(token) * 1.1


@pytest.mark.parametrize("keys", [[], ["short"], ["not base64 !"]])
def test_odd_keys_are_refused_at_the_start(keys):
    with pytest.raises(ValueError, match="key"):
        Vault(keys)
