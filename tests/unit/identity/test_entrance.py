"""Signing in: two round trips, every challenge with its session, and nothing told to strangers by time."""

import json
from datetime import timedelta

import pytest

from storefront.core import Reason, UpstreamInvalid, UpstreamUnavailable
from storefront.identity import (
    Challenge,
    ChallengeExpired,
    ExpiredCode,
    NotConfirmed,
    NotSupported,
    RefreshRefused,
    ResetRequired,
    TooManyTries,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.tokens import Tokens
from tests.unit.identity.conftest import CLIENT, SUB, claims
from tests.unit.identity.pools import EMAIL, PASSWORD, SECRET, SrpPool, error, hashed, people_on

SESSION = "session-of-the-pool-1234"


@pytest.fixture
def pool(signer, clock):
    return SrpPool(signer, clock)


@pytest.fixture
def people(pool, clock, signer):
    return people_on(pool, clock, signer=signer)


def challenge(name, **parameters):
    return {"ChallengeName": name, "Session": SESSION, "ChallengeParameters": parameters}


def test_the_right_password_brings_tokens_in_two_round_trips(people, pool, clock):
    tokens = people.sign_in(email=f" {EMAIL.upper()}", password=PASSWORD)

    assert isinstance(tokens, Tokens)
    assert tokens.refresh == "refresh-1"
    assert tokens.expires_at == int(clock.now().timestamp()) + 3600
    assert people.person(tokens).sub == SUB
    (first, opened), (second, proved) = pool.calls
    assert (first, second) == ("initiate_auth", "respond_to_auth_challenge")
    assert opened["AuthParameters"]["USERNAME"] == EMAIL
    assert proved["ChallengeResponses"]["USERNAME"] == SUB
    assert PASSWORD not in json.dumps(pool.calls)


def test_a_wrong_password_does_not(people):
    with pytest.raises(WrongCredentials):
        people.sign_in(email=EMAIL, password="wrong horse battery")


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_proof_holds_while_our_clock_is_ten_minutes_off(people, clock, minutes):
    clock.advance(timedelta(minutes=minutes).total_seconds())
    assert isinstance(people.sign_in(email=EMAIL, password=PASSWORD), Tokens)


def test_a_client_with_a_secret_proves_it_in_both_round_trips(pool, clock, signer):
    people_on(pool, clock, secret=SECRET, signer=signer).sign_in(email=EMAIL, password=PASSWORD)

    (_, opened), (_, proved) = pool.calls
    assert opened["AuthParameters"]["SECRET_HASH"] == hashed(EMAIL)
    assert proved["ChallengeResponses"]["SECRET_HASH"] == hashed(SUB)
    assert SECRET not in json.dumps(pool.calls)


@pytest.mark.parametrize(
    ("name", "parameters", "answer", "sent"),
    [
        ("NEW_PASSWORD_REQUIRED", {"requiredAttributes": "[]"}, "another long password", "NEW_PASSWORD"),
        ("SOFTWARE_TOKEN_MFA", {"FRIENDLY_DEVICE_NAME": "x"}, "123 456", "SOFTWARE_TOKEN_MFA_CODE"),
        ("SMS_MFA", {}, "123456", "SMS_MFA_CODE"),
        ("EMAIL_OTP", {}, "12345678", "EMAIL_OTP_CODE"),
    ],
)
def test_a_challenge_keeps_its_session_and_is_answered_in_the_pools_words(
    people, pool, name, parameters, answer, sent
):
    pool.after = [challenge(name, USER_ID_FOR_SRP=SUB, **parameters)]
    asked = people.sign_in(email=EMAIL, password=PASSWORD)

    assert asked == Challenge(name, SESSION, SUB, {"USER_ID_FOR_SRP": SUB, **parameters})
    assert isinstance(people.answer(challenge=asked, answer=answer), Tokens)
    _, answered = pool.calls[-1]
    assert answered["Session"] == SESSION
    assert answered["ChallengeName"] == name
    assert answered["ChallengeResponses"] == {"USERNAME": SUB, sent: answer.replace("123 456", "123456")}


def test_where_the_pool_lets_choose_the_authenticator_is_chosen(people, pool):
    pool.after = [
        challenge("SELECT_MFA_TYPE", MFAS_CAN_CHOOSE='["SMS_MFA","SOFTWARE_TOKEN_MFA"]'),
        challenge("SOFTWARE_TOKEN_MFA"),
    ]

    assert people.sign_in(email=EMAIL, password=PASSWORD).name == "SOFTWARE_TOKEN_MFA"
    assert pool.calls[-1][1]["ChallengeResponses"]["ANSWER"] == "SOFTWARE_TOKEN_MFA"


@pytest.mark.parametrize(
    "answer",
    [
        challenge("CUSTOM_CHALLENGE"),
        challenge("DEVICE_SRP_AUTH"),
        challenge("NEW_PASSWORD_REQUIRED", requiredAttributes='["userAttributes.phone_number"]'),
        {"ChallengeName": "SMS_MFA", "ChallengeParameters": {}},
        challenge("SELECT_MFA_TYPE", MFAS_CAN_CHOOSE='["SMS_MFA"]'),
    ],
)
def test_a_challenge_nobody_here_can_answer_is_not_supported(people, pool, answer):
    pool.after = [answer]
    with pytest.raises(NotSupported):
        people.sign_in(email=EMAIL, password=PASSWORD)


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("CodeMismatchException", "Invalid code received for user", WrongCode),
        ("CodeMismatchException", "Invalid session for the user, session is expired.", ChallengeExpired),
        ("ExpiredCodeException", "Your software token has already been used once.", ExpiredCode),
        ("NotAuthorizedException", "Invalid session for the user.", ChallengeExpired),
        ("NotAuthorizedException", "Password attempts exceeded", TooManyTries),
        (
            "InvalidPasswordException",
            "Password does not conform to policy: Password not long enough",
            WeakPassword,
        ),
        ("PasswordHistoryPolicyViolationException", "used", WeakPassword),
        ("InvalidParameterException", "Session is malformed", ChallengeExpired),
        ("LimitExceededException", "Attempt limit exceeded", TooManyTries),
        ("SoftwareTokenMFANotFoundException", "", NotSupported),
    ],
)
def test_a_refused_answer_says_why(people, pool, code, message, kind):
    pool.after = [error("RespondToAuthChallenge", code, message)]
    asked = Challenge("SOFTWARE_TOKEN_MFA", SESSION, SUB, {})

    with pytest.raises(kind) as refused:
        people.answer(challenge=asked, answer="123456")

    assert type(refused.value) is kind
    assert message not in str(refused.value) or not message


@pytest.mark.parametrize(
    ("code", "kind", "proven"),
    [
        ("UserNotConfirmedException", NotConfirmed, True),
        ("PasswordResetRequiredException", ResetRequired, True),
    ],
)
def test_what_the_pool_tells_after_the_proof_is_proven(people, pool, code, kind, proven):
    pool.after = [error("RespondToAuthChallenge", code)]
    with pytest.raises(kind) as refused:
        people.sign_in(email=EMAIL, password=PASSWORD)
    assert refused.value.proven is proven


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UserNotFoundException", WrongCredentials),
        ("NotAuthorizedException", WrongCredentials),
        ("UserLambdaValidationException", WrongCredentials),
        ("UserNotConfirmedException", NotConfirmed),
        ("PasswordResetRequiredException", ResetRequired),
    ],
)
def test_a_refusal_before_the_proof_takes_the_whole_way_all_the_same(people, pool, monkeypatch, code, kind):
    def refuse():
        raise error("InitiateAuth", code)

    pool.first = refuse
    arithmetic = []
    from storefront.identity.srp import SrpProof  # noqa: PLC0415 - as late as the code itself

    real = SrpProof.get_password_authentication_key
    monkeypatch.setattr(
        SrpProof, "get_password_authentication_key", lambda *a: arithmetic.append(1) or real(*a)
    )

    with pytest.raises(kind) as refused:
        people.sign_in(email=EMAIL, password=PASSWORD)

    assert arithmetic == [1]
    assert [name for name, _ in pool.calls] == ["initiate_auth", "respond_to_auth_challenge"]
    assert not getattr(refused.value, "proven", False)


@pytest.mark.parametrize(
    "first",
    [
        {"ChallengeName": "CUSTOM_CHALLENGE", "ChallengeParameters": {}},
        {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": {}},
        {
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeParameters": {
                "SRP_B": "0",
                "SALT": "1",
                "SECRET_BLOCK": "AA==",
                "USER_ID_FOR_SRP": "x",
            },
        },
    ],
)
def test_a_pool_that_answers_nonsense_gets_no_proof(people, pool, first):
    pool.first = lambda: first
    with pytest.raises(UpstreamInvalid):
        people.sign_in(email=EMAIL, password=PASSWORD)
    assert [name for name, _ in pool.calls] == ["initiate_auth"]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (error("X", "TooManyRequestsException", "Rate exceeded"), Reason.THROTTLED),
        (error("X", "InternalErrorException", "", 500), Reason.SERVER_ERROR),
        (error("X", "ResourceNotFoundException", "Client x not found."), Reason.SERVER_ERROR),
        (error("X", "ForbiddenException", "", 403), Reason.SERVER_ERROR),
        (error("X", "Whatever", "", 502), Reason.SERVER_ERROR),
    ],
)
def test_an_outage_is_an_outage(people, pool, failure, reason):
    pool.after = [failure, failure]
    with pytest.raises(UpstreamUnavailable) as down:
        people.sign_in(email=EMAIL, password=PASSWORD)
    assert down.value.reason is reason


def test_a_refusal_repeats_nothing_that_was_typed(people, pool):
    def refuse():
        raise error("InitiateAuth", "InvalidParameterException", f"Value '{EMAIL}' at 'username' failed")

    pool.first = refuse
    with pytest.raises(UpstreamInvalid) as refused:
        people.sign_in(email=EMAIL, password=PASSWORD)
    assert EMAIL not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


class RefreshPool:
    """Answers GetTokensFromRefreshToken and RevokeToken."""

    def __init__(self, answer):
        self.answer = answer
        self.sent = []

    def _said(self, **arguments):
        self.sent.append(arguments)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"AuthenticationResult": self.answer}

    get_tokens_from_refresh_token = revoke_token = _said


def fresh(signer, clock, **more):
    access = signer.sign(claims("access", clock))
    return {"AccessToken": access, "IdToken": signer.sign(claims("id", clock)), "ExpiresIn": 300, **more}


def test_a_pool_that_rotates_brings_a_new_refresh_token(signer, clock):
    pool = RefreshPool(fresh(signer, clock, RefreshToken="refresh-2"))
    tokens = people_on(pool, clock).refresh(refresh_token="refresh-1", sub=SUB)

    assert tokens.refresh == "refresh-2"
    assert tokens.expires_at == int(clock.now().timestamp()) + 300
    assert pool.sent == [{"RefreshToken": "refresh-1", "ClientId": CLIENT}]


def test_a_pool_that_does_not_leaves_the_old_one(signer, clock):
    pool = RefreshPool(fresh(signer, clock))
    tokens = people_on(pool, clock, secret=SECRET).refresh(refresh_token="refresh-1", sub=SUB)

    assert tokens.refresh == "refresh-1"
    assert pool.sent[0]["ClientSecret"] == SECRET


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("NotAuthorizedException", "Refresh Token has been revoked"),
        ("NotAuthorizedException", "Refresh Token has expired"),
        ("RefreshTokenReuseException", "Refresh token has been rotated"),
        ("UserNotFoundException", ""),
        ("InvalidParameterException", ""),
        ("UserLambdaValidationException", ""),
    ],
)
def test_a_refresh_that_is_refused_ends_the_sign_in(clock, code, message):
    with pytest.raises(RefreshRefused):
        people_on(RefreshPool(error("X", code, message)), clock).refresh(refresh_token="r", sub=SUB)


def test_a_refresh_during_an_outage_ends_nothing_and_is_not_repeated(clock):
    pool = RefreshPool(error("X", "InternalErrorException", "", 500))
    with pytest.raises(UpstreamUnavailable):
        people_on(pool, clock).refresh(refresh_token="r", sub=SUB)
    assert len(pool.sent) == 1  # a rotated token must not be asked for twice


def test_tokens_of_somebody_else_are_not_taken(signer, clock):
    pool = RefreshPool(fresh(signer, clock))
    with pytest.raises(RefreshRefused):
        people_on(pool, clock).refresh(refresh_token="r", sub="somebody-else")


@pytest.mark.parametrize(
    "answer", [{}, {"AccessToken": "a"}, {"AccessToken": "a", "IdToken": "b", "ExpiresIn": 1}]
)
def test_a_refresh_without_its_tokens_is_invalid(clock, answer):
    with pytest.raises(UpstreamInvalid):
        people_on(RefreshPool(answer), clock).refresh(refresh_token="r", sub=SUB)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        error("X", "UnauthorizedException"),
        error("X", "UnsupportedTokenTypeException"),
        error("X", "InvalidParameterException"),
        error("X", "UnsupportedOperationException"),
    ],
)
def test_revoking_what_has_ended_is_fine(clock, answer):
    pool = RefreshPool(answer)
    people_on(pool, clock, secret=SECRET).revoke(refresh_token="r")
    assert pool.sent == [{"Token": "r", "ClientId": CLIENT, "ClientSecret": SECRET}]


def test_revoking_during_an_outage_says_so(clock):
    with pytest.raises(UpstreamUnavailable):
        people_on(RefreshPool(error("X", "InternalErrorException", "", 500)), clock).revoke(refresh_token="r")
