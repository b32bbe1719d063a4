"""Nobody learns from an answer whether an address has an account here: same status, same bytes."""

import pytest

from tests.paths import ShopClient
from tests.unit.signin.visitor import EMAIL, OTHER_PASSWORD, Visitor, told

# As long as the known one, so that lengths can be compared, too.
UNKNOWN = "nobdy@example.com"
WAITING = "wait2@example.com"
FORMS = {
    "sign_in": ("/account/sign-in/", {"password": OTHER_PASSWORD}),
    "sign_up": ("/account/sign-up/", {"name": "Jo Nolan", "password": OTHER_PASSWORD}),
    "sign_up_weak": ("/account/sign-up/", {"name": "Jo Nolan", "password": "short"}),
    "forgot": ("/account/forgot/", {}),
    "resend": ("/account/confirm/again/", {}),
    "confirm": ("/account/confirm/", {"code": "000000"}),
    "reset": ("/account/reset/", {"code": "000000", "password": OTHER_PASSWORD}),
    "passkey": ("/account/sign-in/passkey/", {}),
}


@pytest.fixture
def waiting(twins):
    """An account whose address was never confirmed."""
    twins.people.sign_up(email=WAITING, password=OTHER_PASSWORD, name="Wren")


def everything(twins, path: str, email: str, data: dict[str, str]) -> list[dict[str, object]]:
    """The answer to a form, the page it leads to, and all answers up to the limit."""
    someone = Visitor(ShopClient(REMOTE_ADDR=f"203.0.113.{len(email) + ord(email[0])}"), twins)
    answers = []
    for _ in range(6):
        answer = someone.post(path, email=email, **data)
        answers.append(told(answer, email))
        if answer.status_code == 303:
            answers.append(told(someone.client.get(answer["Location"]), email))
    return answers


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("state", ["known", "waiting"])
def test_known_and_unknown_addresses_get_the_same_answer(twins, waiting, form, state):
    path, data = FORMS[form]
    known = everything(twins, path, EMAIL if state == "known" else WAITING, data)
    unknown = everything(twins, path, UNKNOWN, data)
    for one, other in zip(known, unknown, strict=True):
        assert one == other
    assert known[0]["status"] in {303, 422}


def test_the_comparison_sees_a_difference(twins):
    path, data = FORMS["sign_in"]
    assert everything(twins, path, EMAIL, data) != everything(twins, path, UNKNOWN, {"password": "x"})[:3]
