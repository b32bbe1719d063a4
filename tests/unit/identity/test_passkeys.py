"""Passkeys on recorded shapes of Cognito's API, checked against botocore's model of it."""

import json
from datetime import UTC, datetime

import pytest

from storefront.identity import ChallengeExpired, NotSupported, TokenRefused, WrongCredentials
from storefront.identity.tokens import Challenge, Passkey
from tests.unit.identity.conftest import CLIENT
from tests.unit.identity.pools import EMAIL, RESULT, hashed, people_on

ACCESS = "eyJ.access.token"
SESSION = "session-of-the-pool-1234"
OPTIONS = {
    "rp": {"id": "shop.example", "name": "shop.example"},
    "user": {"id": "c3Vi", "name": EMAIL, "displayName": EMAIL},
    "challenge": "xA2qcbZ_m5Zr2eR6",
    "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    "timeout": 60000,
    "excludeCredentials": [],
    "authenticatorSelection": {"residentKey": "required", "userVerification": "preferred"},
}
CREDENTIAL = {
    "id": "9nYdJ4nH",
    "rawId": "9nYdJ4nH",
    "type": "public-key",
    "authenticatorAttachment": "platform",
    "response": {"clientDataJSON": "e30", "attestationObject": "o2M", "transports": ["internal"]},
    "clientExtensionResults": {},
}


@pytest.fixture
def passkeys(stubbed_pool, clock):
    return people_on(stubbed_pool[0], clock, secret="s3cret").passkeys


@pytest.fixture
def answers(stubbed_pool):
    return stubbed_pool[1]


def listed(number: int, day: int) -> dict:
    return {
        "CredentialId": f"id{number}",
        "FriendlyCredentialName": f"Passkey {number}",
        "RelyingPartyId": "shop.example",
        "AuthenticatorAttachment": "platform",
        "AuthenticatorTransports": ["internal"],
        "CreatedAt": datetime(2026, 11, day, tzinfo=UTC),
    }


def test_a_passkey_is_registered_with_the_browsers_own_words(passkeys, answers):
    answers.add_response(
        "start_web_authn_registration", {"CredentialCreationOptions": OPTIONS}, {"AccessToken": ACCESS}
    )
    answers.add_response(
        "complete_web_authn_registration", {}, {"AccessToken": ACCESS, "Credential": CREDENTIAL}
    )

    assert passkeys.begin_registration(access_token=ACCESS) == OPTIONS
    passkeys.finish_registration(access_token=ACCESS, credential=CREDENTIAL)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("WebAuthnChallengeNotFoundException", ChallengeExpired),
        ("WebAuthnRelyingPartyMismatchException", WrongCredentials),
        ("WebAuthnClientMismatchException", WrongCredentials),
        ("WebAuthnOriginNotAllowedException", WrongCredentials),
        ("WebAuthnCredentialNotSupportedException", WrongCredentials),
        ("WebAuthnNotEnabledException", NotSupported),
        ("NotAuthorizedException", TokenRefused),
        ("InvalidAction", NotSupported),
    ],
)
def test_a_credential_that_is_not_kept_says_why(passkeys, answers, code, kind):
    answers.add_client_error("complete_web_authn_registration", code)
    with pytest.raises(kind):
        passkeys.finish_registration(access_token=ACCESS, credential=CREDENTIAL)


@pytest.mark.parametrize(
    "code", ["WebAuthnNotEnabledException", "WebAuthnConfigurationMissingException", "InvalidAction"]
)
def test_a_pool_without_passkeys_says_so(passkeys, answers, code):
    answers.add_client_error("start_web_authn_registration", code)
    with pytest.raises(NotSupported):
        passkeys.begin_registration(access_token=ACCESS)


def test_passkeys_are_listed_over_pages_oldest_first(passkeys, answers):
    answers.add_response(
        "list_web_authn_credentials",
        {"Credentials": [listed(2, 2)], "NextToken": "more"},
        {"AccessToken": ACCESS},
    )
    answers.add_response(
        "list_web_authn_credentials",
        {"Credentials": [listed(1, 1)]},
        {"AccessToken": ACCESS, "NextToken": "more"},
    )

    first, second = passkeys.list(access_token=ACCESS)

    assert first == Passkey("id1", "Passkey 1", int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()))
    assert second.id == "id2"


def test_a_passkey_is_removed_once_or_twice(passkeys, answers):
    expected = {"AccessToken": ACCESS, "CredentialId": "id1"}
    answers.add_response("delete_web_authn_credential", {}, expected)
    answers.add_client_error(
        "delete_web_authn_credential", "InvalidParameterException", expected_params=expected
    )

    passkeys.remove(access_token=ACCESS, passkey_id="id1")
    passkeys.remove(access_token=ACCESS, passkey_id="id1")


def test_signing_in_by_passkey(passkeys, answers):
    options = json.dumps({"challenge": "abc", "rpId": "shop.example"})
    answers.add_response(
        "initiate_auth",
        {
            "ChallengeName": "WEB_AUTHN",
            "Session": SESSION,
            "ChallengeParameters": {"CREDENTIAL_REQUEST_OPTIONS": options, "USERNAME": "sub-1"},
            "AvailableChallenges": ["WEB_AUTHN", "PASSWORD_SRP"],
        },
        {
            "AuthFlow": "USER_AUTH",
            "ClientId": CLIENT,
            "AuthParameters": {
                "USERNAME": EMAIL,
                "PREFERRED_CHALLENGE": "WEB_AUTHN",
                "SECRET_HASH": hashed(EMAIL),
            },
        },
    )
    answers.add_response(
        "respond_to_auth_challenge",
        {"AuthenticationResult": RESULT},
        {
            "ClientId": CLIENT,
            "ChallengeName": "WEB_AUTHN",
            "Session": SESSION,
            "ChallengeResponses": {
                "USERNAME": "sub-1",
                "CREDENTIAL": json.dumps(CREDENTIAL),
                "SECRET_HASH": hashed("sub-1"),
            },
        },
    )

    challenge = passkeys.begin_passkey_sign_in(email=" A@example.com")
    tokens = passkeys.finish_passkey_sign_in(challenge=challenge, credential=CREDENTIAL)

    assert challenge.parameters["CREDENTIAL_REQUEST_OPTIONS"] == options
    assert tokens.refresh == "r"


def test_an_account_without_a_passkey_is_offered_none(passkeys, answers):
    answers.add_response(
        "initiate_auth",
        {
            "ChallengeName": "SELECT_CHALLENGE",
            "Session": SESSION,
            "ChallengeParameters": {},
            "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD"],
        },
    )
    with pytest.raises(NotSupported):
        passkeys.begin_passkey_sign_in(email=EMAIL)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("NotAuthorizedException", WrongCredentials),
        ("UserNotFoundException", WrongCredentials),
        ("InvalidParameterException", NotSupported),
        ("FeatureUnavailableInTierException", NotSupported),
    ],
)
def test_a_refused_beginning_says_why(passkeys, answers, code, kind):
    answers.add_client_error("initiate_auth", code)
    with pytest.raises(kind):
        passkeys.begin_passkey_sign_in(email=EMAIL)


def test_a_wrong_credential_does_not_sign_in(passkeys, answers):
    answers.add_client_error("respond_to_auth_challenge", "NotAuthorizedException", "Incorrect credential")
    with pytest.raises(WrongCredentials):
        passkeys.finish_passkey_sign_in(
            challenge=Challenge("WEB_AUTHN", SESSION, "sub", {}), credential=CREDENTIAL
        )
    with pytest.raises(ChallengeExpired):
        passkeys.finish_passkey_sign_in(challenge=Challenge("SMS_MFA", SESSION, "sub", {}), credential={})
