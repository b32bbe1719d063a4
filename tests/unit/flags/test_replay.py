"""The audit tells everything: played back it gives what stands, whatever was done, and a gap is found."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.flags.memory import MemoryFlagTable
from storefront.flags.replay import AuditBroken, check_audit, replay, whole_audit
from tests.unit.flags.changing import MIKA, all_get, changes
from tests.unit.flags.steps import steps, take


@settings(max_examples=300, deadline=None)
@given(st.lists(steps, max_size=30))
def test_the_audit_replays_to_what_stands_whatever_was_done(done):
    table = MemoryFlagTable()
    made = changes(table)
    for step in done:
        take(made, step)
    entries = list(whole_audit(table))
    assert [one.revision for one in entries] == list(range(1, table.revision() + 1))
    assert replay(entries) == table.read()
    assert made.check_audit() == len(entries)


def some_audit():
    table = MemoryFlagTable()
    made = changes(table)
    for version, variant in enumerate(("green", "blue", "red")):
        made.save(all_get(variant), version, MIKA, "x")
    return table


def test_a_missing_entry_is_found():
    entries = list(whole_audit(some_audit()))
    with pytest.raises(AuditBroken) as broken:
        replay([entries[0], entries[2]])
    assert broken.value.revision == 2


def test_an_entry_that_was_changed_is_found():
    entries = list(whole_audit(some_audit()))
    entries[1] = replace(entries[1], after=all_get("red", version=2))
    with pytest.raises(AuditBroken) as broken:
        replay(entries)
    assert broken.value.revision == 3


def test_a_state_that_no_entry_explains_is_found():
    table = some_audit()
    table._decisions["flag#colour"] = all_get("green", version=3)
    with pytest.raises(AuditBroken, match="flag#colour"):
        check_audit(table)


def test_a_count_without_an_entry_is_found():
    class Counting(MemoryFlagTable):
        def entries(self, subject, before, limit):
            return super().entries(subject, min(before or 3, 3), limit)

    table = Counting()
    made = changes(table)
    for version, variant in enumerate(("green", "blue", "red")):
        made.save(all_get(variant), version, MIKA, "x")
    with pytest.raises(AuditBroken) as broken:
        check_audit(table)
    assert broken.value.revision == 3
