"""What people say about themselves can be read, or is refused."""

import pytest

from apptier.kit.models import Contact
from apptier.kit.problems import Problem
from apptier.orders.people import checked_contact


@pytest.mark.parametrize("name", ["\u202e\u2066", "\u200b\u2060", "\u3164", " \ufeff"])
def test_a_name_without_anything_to_see_is_refused(name):
    with pytest.raises(Problem) as refused:
        checked_contact(Contact(email="robin@example.com", name=name))
    assert refused.value.status == 422


@pytest.mark.parametrize("name", ["Robin", "علی\u200cرضا", "李", "क्\u200dष"])
def test_names_of_all_scripts_are_taken(name):
    assert checked_contact(Contact(email="robin@example.com", name=name)).name == name
