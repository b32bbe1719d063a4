"""Accounts of strangers and one's own: what is sent to the pool, by its model, and what its answers mean."""

import threading

import pytest

from storefront.core import UpstreamUnavailable
from storefront.identity import (
    ChallengeExpired,
    ExpiredCode,
    NotSupported,
    TokenRefused,
    TooManyTries,
    WeakPassword,
    WrongCode,
    WrongCredentials,
)
from storefront.identity.tokens import Challenge
from tests.unit.identity.conftest import CLIENT
from tests.unit.identity.pools import EMAIL, PASSWORD, RESULT, error, hashed, people_on

ACCESS = "eyJ.access.token"
OTHER = "another long password"
MAILED = {"CodeDeliveryDetails": {"Destination": "a***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}}


@pytest.fixture
def people(stubbed_pool, clock):
    return people_on(stubbed_pool[0], clock)


@pytest.fixture
def answers(stubbed_pool):
    return stubbed_pool[1]


def settle(people):
    """Wait for what is done after the answer."""
    people._background.close()


def test_a_sign_up_sends_what_the_pool_wants(people, answers):
    answers.add_response(
        "sign_up",
        {"UserConfirmed": False, "UserSub": "x", **MAILED},
        {
            "ClientId": CLIENT,
            "Username": EMAIL,
            "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": EMAIL}, {"Name": "name", "Value": "Ann Ö."}],
        },
    )
    people.sign_up(email=" A@Example.COM", password=PASSWORD, name=" Ann\tÖ. ")


def test_a_client_with_a_secret_sends_its_hash(stubbed_pool, clock):
    client, answers = stubbed_pool
    answers.add_response(
        "forgot_password", MAILED, {"ClientId": CLIENT, "Username": EMAIL, "SecretHash": hashed(EMAIL)}
    )
    people_on(client, clock, secret="s3cret").forgot(email=EMAIL)


def test_the_owner_of_a_known_address_is_told_after_the_answer(people, answers):
    answers.add_client_error("sign_up", "UsernameExistsException")
    answers.add_client_error(
        "resend_confirmation_code", "InvalidParameterException", "User is already confirmed."
    )
    answers.add_response("forgot_password", MAILED, {"ClientId": CLIENT, "Username": EMAIL})

    people.sign_up(email=EMAIL, password=PASSWORD, name="")

    settle(people)


def test_who_never_confirmed_a_known_address_gets_the_code_again(people, answers):
    answers.add_client_error("sign_up", "UsernameExistsException")
    answers.add_response("resend_confirmation_code", MAILED, {"ClientId": CLIENT, "Username": EMAIL})

    people.sign_up(email=EMAIL, password=PASSWORD, name="")

    settle(people)


def test_the_answer_to_a_known_address_does_not_wait_for_the_mail(clock):
    asked, go_on = threading.Event(), threading.Event()

    class Slow:
        def sign_up(self, **_arguments):
            raise error("SignUp", "UsernameExistsException")

        def resend_confirmation_code(self, **_arguments):
            asked.set()
            go_on.wait(10)
            return MAILED

    people = people_on(Slow(), clock)
    people.sign_up(email=EMAIL, password=PASSWORD, name="")  # returns while the mail hangs
    assert asked.wait(5)
    go_on.set()
    settle(people)


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
            WeakPassword,
        ),
        ("InvalidParameterException", "Value at 'password' failed to satisfy constraint", WeakPassword),
        ("InvalidParameterException", "Invalid email address format.", WrongCredentials),
        ("UserLambdaValidationException", "PreSignUp failed", WrongCredentials),
        ("LimitExceededException", "", TooManyTries),
        ("CodeDeliveryFailureException", "", UpstreamUnavailable),
        ("TooManyRequestsException", "", UpstreamUnavailable),
    ],
)
def test_a_refused_sign_up_says_why(people, answers, code, message, kind):
    answers.add_client_error("sign_up", code, message)
    with pytest.raises(kind):
        people.sign_up(email=EMAIL, password=PASSWORD, name="")


def test_a_weak_password_names_the_rules_it_breaks(people, answers):
    words = (
        "Password did not conform with policy: Password must have uppercase characters; numeric characters"
    )
    answers.add_client_error("sign_up", "InvalidPasswordException", words)
    with pytest.raises(WeakPassword) as weak:
        people.sign_up(email=EMAIL, password=PASSWORD, name="")
    assert weak.value.reasons == ("uppercase", "number")


@pytest.mark.parametrize("operation", ["resend_confirmation_code", "forgot_password"])
@pytest.mark.parametrize(
    "code",
    [
        "UserNotFoundException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "LimitExceededException",
        "UserLambdaValidationException",
    ],
)
def test_asking_for_a_mail_tells_nothing(people, answers, operation, code):
    answers.add_client_error(operation, code, "whatever")
    (people.resend if operation.startswith("resend") else people.forgot)(email=EMAIL)


@pytest.mark.parametrize("operation", ["resend_confirmation_code", "forgot_password"])
def test_asking_for_a_mail_during_an_outage_says_so(people, answers, operation):
    answers.add_client_error(operation, "InternalErrorException", http_status_code=500)
    with pytest.raises(UpstreamUnavailable):
        (people.resend if operation.startswith("resend") else people.forgot)(email=EMAIL)


@pytest.mark.parametrize("operation", ["confirm_sign_up", "confirm_forgot_password"])
@pytest.mark.parametrize(
    "code",
    [
        "CodeMismatchException",
        "ExpiredCodeException",
        "NotAuthorizedException",
        "UserNotFoundException",
        "InvalidParameterException",
        "AliasExistsException",
        "UserNotConfirmedException",
    ],
)
def test_a_mailed_code_that_does_not_count_is_always_the_same_refusal(people, answers, operation, code):
    answers.add_client_error(operation, code, "whatever")
    more = {} if operation == "confirm_sign_up" else {"password": OTHER}
    call = people.reset if more else people.confirm
    with pytest.raises(WrongCode) as refused:
        call(email=EMAIL, code="123456", **more)
    assert type(refused.value) is WrongCode


def test_too_many_codes_is_said(people, answers):
    answers.add_client_error("confirm_sign_up", "TooManyFailedAttemptsException")
    with pytest.raises(TooManyTries):
        people.confirm(email=EMAIL, code="123456")


def test_a_reset_sends_the_code_as_digits(people, answers):
    answers.add_response(
        "confirm_forgot_password",
        {},
        {"ClientId": CLIENT, "Username": EMAIL, "ConfirmationCode": "123456", "Password": OTHER},
    )
    people.reset(email=EMAIL, code=" 123-456", password=OTHER)


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("NotAuthorizedException", "Incorrect username or password.", WrongCredentials),
        ("NotAuthorizedException", "Access Token has been revoked", TokenRefused),
        ("NotAuthorizedException", "Password attempts exceeded", TooManyTries),
        ("UserNotFoundException", "", TokenRefused),
        ("LimitExceededException", "Attempt limit exceeded", TooManyTries),
        ("PasswordHistoryPolicyViolationException", "", WeakPassword),
    ],
)
def test_a_password_that_is_not_changed_says_why(people, answers, code, message, kind):
    answers.add_client_error("change_password", code, message)
    with pytest.raises(kind):
        people.change_password(access_token=ACCESS, old=PASSWORD, new=OTHER)


@pytest.mark.parametrize(("details", "asked"), [([MAILED["CodeDeliveryDetails"]], True), ([], False)])
def test_a_new_address_waits_for_its_code_where_the_pool_mails_one(people, answers, details, asked):
    answers.add_response(
        "update_user_attributes",
        {"CodeDeliveryDetailsList": details},
        {"AccessToken": ACCESS, "UserAttributes": [{"Name": "email", "Value": "b@example.com"}]},
    )
    assert people.change_email(access_token=ACCESS, email="B@example.com") is asked


def test_a_new_address_that_somebody_has_is_not_told(people, answers):
    answers.add_client_error("update_user_attributes", "AliasExistsException")
    assert people.change_email(access_token=ACCESS, email="b@example.com") is True


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("CodeMismatchException", WrongCode),
        ("ExpiredCodeException", ExpiredCode),
        ("AliasExistsException", WrongCode),
        ("NotAuthorizedException", TokenRefused),
        ("InvalidAction", NotSupported),
    ],
)
def test_a_new_address_that_is_not_proved_says_why(people, answers, code, kind):
    answers.add_client_error("verify_user_attribute", code)
    with pytest.raises(kind):
        people.verify_email(access_token=ACCESS, code="123456")


def test_a_new_address_is_proved(people, answers):
    answers.add_response(
        "verify_user_attribute", {}, {"AccessToken": ACCESS, "AttributeName": "email", "Code": "123456"}
    )
    people.verify_email(access_token=ACCESS, code="123456")


def test_an_authenticator_is_confirmed_and_preferred(people, answers):
    answers.add_response(
        "verify_software_token",
        {"Status": "SUCCESS"},
        {"AccessToken": ACCESS, "UserCode": "123456", "FriendlyDeviceName": "Ann's phone"},
    )
    answers.add_response(
        "set_user_mfa_preference",
        {},
        {"AccessToken": ACCESS, "SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True}},
    )
    people.confirm_totp(access_token=ACCESS, code="123456", device="Ann's\nphone")


def test_an_authenticator_that_is_not_confirmed_is_not_preferred(people, answers):
    answers.add_response("verify_software_token", {"Status": "ERROR"})
    with pytest.raises(WrongCode):
        people.confirm_totp(access_token=ACCESS, code="123456", device="")
    answers.add_client_error("verify_software_token", "EnableSoftwareTokenMFAException", "Code mismatch")
    with pytest.raises(WrongCode):
        people.confirm_totp(access_token=ACCESS, code="123456", device="")


def test_a_pool_that_demands_an_authenticator_sets_it_up_before_anybody_is_in(people, answers):
    asked = Challenge(
        "MFA_SETUP", "session-of-the-pool-0001", "sub", {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}
    )
    answers.add_response(
        "associate_software_token",
        {"SecretCode": "A" * 32, "Session": "session-of-the-pool-0002"},
        {"Session": asked.session},
    )
    answers.add_response(
        "verify_software_token",
        {"Status": "SUCCESS", "Session": "session-of-the-pool-0003"},
        {"Session": "session-of-the-pool-0002", "UserCode": "123456"},
    )
    answers.add_response(
        "respond_to_auth_challenge",
        {"AuthenticationResult": RESULT},
        {
            "ClientId": CLIENT,
            "ChallengeName": "MFA_SETUP",
            "Session": "session-of-the-pool-0003",
            "ChallengeResponses": {"USERNAME": "sub"},
        },
    )

    secret, going_on = people.begin_totp_setup(challenge=asked)
    tokens = people.finish_totp_setup(challenge=going_on, code="123456")

    assert (secret, tokens.refresh) == ("A" * 32, "r")


def test_a_pool_that_wants_another_factor_than_an_authenticator_is_not_supported(people):
    with pytest.raises(NotSupported):
        people.begin_totp_setup(
            challenge=Challenge("MFA_SETUP", "s" * 20, "sub", {"MFAS_CAN_SETUP": '["SMS_MFA"]'})
        )


def test_a_set_up_that_took_too_long_starts_again(people, answers):
    asked = Challenge("MFA_SETUP", "session-of-the-pool-0001", "sub", {})
    answers.add_client_error(
        "associate_software_token", "NotAuthorizedException", "Invalid session for the user."
    )
    with pytest.raises(ChallengeExpired):
        people.begin_totp_setup(challenge=asked)
