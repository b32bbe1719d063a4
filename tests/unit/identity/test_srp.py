"""Our proof of a password, checked by a server written from the RFCs; and what is refused to be proved."""

import base64
import hashlib
import hmac
import locale
import subprocess
import sys
from datetime import UTC, datetime

import gmpy2
import pytest

from storefront.identity import srp
from storefront.identity.srp import ChallengeInvalid, SrpProof, srp_timestamp
from tests.unit.identity.srp_server import N, SrpServer

POOL = "eu-west-1_Pool9name"
NAME = "Pool9name"
PASSWORD = "correct horse battery"
SUB = "3f1c2a60-0d6b-4f9a-9d77-0b6f7f1d2c11"
NOON = datetime(2026, 11, 2, 20, 5, 1, tzinfo=UTC)


def proof(password: str = PASSWORD, email: str = "a@example.com", **more) -> SrpProof:
    return SrpProof(email, password, pool_id=POOL, client_id="client", now=lambda: NOON, **more)


def exchange(server: SrpServer, client: SrpProof) -> bool:
    challenge = server.challenge(client.get_auth_params()["SRP_A"])
    return server.accepts(client.process_challenge(challenge))


def test_the_group_is_that_of_the_rfc():
    assert proof().big_n == N
    assert N.bit_length() == 3072


@pytest.mark.parametrize("turn", range(8))
def test_a_server_written_from_the_rfcs_accepts_the_right_password(turn):
    salt = (
        bytes([turn % 2 * 0x8F]) + bytes([turn]) + bytes(range(14))
    )  # with leading zeros, and with a high bit
    assert exchange(SrpServer(NAME, SUB, PASSWORD, salt), proof())


@pytest.mark.parametrize("zeros", ["", "0", "00", "0000"])
def test_zeros_before_a_salt_are_no_part_of_it(zeros):
    server, client = SrpServer(NAME, SUB, PASSWORD), proof()
    challenge = server.challenge(client.get_auth_params()["SRP_A"])
    assert server.accepts(client.process_challenge({**challenge, "SALT": zeros + challenge["SALT"]}))


@pytest.mark.parametrize("password", ["", "🐎" * 40, "pässwörd", "x" * 10_240, " ", "a:b", "\x00"])
def test_any_text_can_be_a_password(password):
    assert exchange(SrpServer(NAME, SUB, password), proof(password))


@pytest.mark.parametrize("password", ["correct horse batterY", PASSWORD + " ", "", "x" * 10_240])
def test_it_does_not_accept_another_password(password):
    assert not exchange(SrpServer(NAME, SUB, PASSWORD), proof(password))


def test_a_proof_is_bound_to_the_user_the_block_and_the_time():
    server, client = SrpServer(NAME, SUB, PASSWORD), proof()
    responses = client.process_challenge(server.challenge(client.get_auth_params()["SRP_A"]))

    assert server.accepts(responses)
    assert not server.accepts({**responses, "TIMESTAMP": "Mon Nov 2 20:05:02 UTC 2026"})
    server.block = b"\x00" * 64
    assert not server.accepts(responses)


def test_it_works_without_the_fast_library_and_agrees_with_it():
    slow, fast = proof(power=pow), proof()
    assert exchange(SrpServer(NAME, SUB, PASSWORD), slow)
    slow.small_a_value = fast.small_a_value
    assert slow.calculate_a() == fast.large_a_value


def test_without_the_library_pow_serves(monkeypatch):
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    assert srp._fastest_power() is pow
    assert exchange(SrpServer(NAME, SUB, PASSWORD), proof())


def test_pages_are_served_while_a_proof_is_worked_out(monkeypatch):
    """A proof takes tens of milliseconds; with the interpreter's lock held, nobody else would be answered."""
    real, lets_others_run = gmpy2.powmod_sec, []

    def watched(*numbers):
        lets_others_run.append(gmpy2.get_context().allow_release_gil)
        return real(*numbers)

    monkeypatch.setattr(gmpy2, "powmod_sec", watched)
    assert exchange(SrpServer(NAME, SUB, PASSWORD), proof())
    assert lets_others_run
    assert all(lets_others_run)


@pytest.mark.parametrize("multiple", [0, 1, 2, 3])
def test_a_b_that_is_zero_modulo_n_ends_the_exchange(multiple):
    client, server = proof(), SrpServer(NAME, SUB, PASSWORD)
    challenge = server.challenge(client.get_auth_params()["SRP_A"])
    with pytest.raises(ChallengeInvalid):
        client.process_challenge({**challenge, "SRP_B": f"{multiple * N:x}"})


def test_a_u_of_zero_ends_the_exchange(monkeypatch):
    monkeypatch.setattr(srp, "calculate_u", lambda _a, _b: 0)
    with pytest.raises(ChallengeInvalid):
        exchange(SrpServer(NAME, SUB, PASSWORD), proof())


@pytest.mark.parametrize(
    "odd",
    [
        {"SRP_B": "no number"},
        {"SRP_B": ""},
        {"SRP_B": "1" * 1025},
        {"SALT": "xyz"},
        {"SALT": "1" * 1025},
        {"SECRET_BLOCK": "not base 64!"},
        {"SRP_B": None},
        {"SALT": None},
        {"SECRET_BLOCK": None},
        {"USER_ID_FOR_SRP": None},
    ],
)
def test_a_challenge_that_makes_no_sense_is_invalid(odd):
    client, server = proof(), SrpServer(NAME, SUB, PASSWORD)
    challenge = {**server.challenge(client.get_auth_params()["SRP_A"]), **odd}
    with pytest.raises(ChallengeInvalid):
        client.process_challenge({name: value for name, value in challenge.items() if value is not None})


def test_the_answer_is_given_under_the_pools_own_name_for_the_user():
    client = proof(client_secret="s3cret")
    opened = client.get_auth_params()
    challenge = SrpServer(NAME, SUB, PASSWORD).challenge(opened["SRP_A"], username="internal-name")

    responses = client.process_challenge(challenge)

    assert opened["USERNAME"] == "a@example.com"
    assert opened["SECRET_HASH"] == _hash("a@example.com")
    assert responses["USERNAME"] == "internal-name"
    assert responses["SECRET_HASH"] == _hash("internal-name")


def _hash(name: str) -> str:
    return base64.b64encode(hmac.new(b"s3cret", f"{name}client".encode(), hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (NOON, "Mon Nov 2 20:05:01 UTC 2026"),
        (datetime(2026, 11, 22, 9, 5, 1, tzinfo=UTC), "Sun Nov 22 09:05:01 UTC 2026"),
        (datetime(2027, 3, 31, 0, 0, 0, tzinfo=UTC), "Wed Mar 31 00:00:00 UTC 2027"),
    ],
)
def test_the_time_is_written_in_english_without_a_leading_zero(moment, written):
    assert srp_timestamp(moment) == written


def test_the_locale_of_the_process_is_left_alone(monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("setlocale was called")

    monkeypatch.setattr(locale, "setlocale", refuse)
    assert exchange(SrpServer(NAME, SUB, PASSWORD), proof())


def test_the_token_check_that_believes_the_token_cannot_be_used():
    with pytest.raises(NotImplementedError):
        proof().verify_token("a.b.c", "id_token", "id")


def test_a_start_does_not_load_what_only_sign_ins_need():
    code = (
        "import sys, storefront.identity, storefront.identity.cognito, storefront.identity.hosted\n"
        "print([name for name in ('warrant_lite', 'gmpy2', 'jose', 'envs') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_every_exchange_has_a_secret_of_its_own():
    assert len({proof().get_auth_params()["SRP_A"] for _ in range(5)}) == 5
