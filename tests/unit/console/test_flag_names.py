"""The audit names people by what they can't choose: whoever calls themselves somebody else is found out."""

import pytest

from storefront.flags.records import Who, at_command_line
from storefront.flags.state import WHOLE, FlagState, Serve
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import MIKA, session_of, staff

THEME = "/console/flags/f/theme/"
AUDIT, WAITING = "/console/flags/audit/", "/console/flags/proposals/"
OFF = Serve(weights=(("off", WHOLE),))


@pytest.fixture
def posing(twins):
    """Mika, who calls herself Andrea Approver."""
    client = staff(twins)
    rewrite(client, twins, name="Andrea Approver")
    return client


def rewrite(client, twins, **fields):
    session = session_of(client, twins)
    session["auth"] = {**session["auth"], **fields}
    session.save()


def test_a_name_that_somebody_chose_stands_behind_their_address(posing, changes):
    posing.post(THEME, {"do": "kill", "reason": "because"})
    assert changes.audit()[0].who == Who(MIKA, "mika@example.com (Andrea Approver)")
    assert "mika@example.com (Andrea Approver)" in text_of(posing.get(AUDIT))


def test_an_address_that_nobody_has_proved_names_nobody(posing, twins, changes):
    rewrite(posing, twins, email="andrea@example.com", email_verified=False)
    posing.post(THEME, {"do": "kill", "reason": "because"})
    assert changes.audit()[0].who.name == f"{MIKA} (Andrea Approver)"


def test_a_name_is_one_line_that_turns_no_direction_and_is_short(posing, twins, changes):
    rewrite(posing, twins, name="Andrea\n  7  save by \u202eSam\u2069" + "a" * 200)
    posing.post(THEME, {"do": "kill", "reason": "because"})
    name = changes.audit()[0].who.name
    assert name.startswith("mika@example.com (Andrea 7 save by Sam")
    assert len(name) == len("mika@example.com ()") + 80


def test_who_has_chosen_no_name_is_named_by_their_address(posing, twins, changes):
    rewrite(posing, twins, name="")
    posing.post(THEME, {"do": "kill", "reason": "because"})
    assert changes.audit()[0].who.name == "mika@example.com"


def test_a_name_of_the_command_line_shows_that_it_was_given_there(mika, ada, changes):
    at_shell = at_command_line("Andrea Approver")
    changes.save(FlagState(key="checkout", otherwise=OFF), 0, at_shell, "winter")
    assert "command line (Andrea Approver)" in text_of(ada.get(WAITING))
    (waiting,) = changes.proposals()
    ada.post(WAITING, {"id": waiting.id, "do": "approve", "reason": "seen"})
    assert "proposed by command line (Andrea Approver)" in text_of(mika.get(AUDIT))
