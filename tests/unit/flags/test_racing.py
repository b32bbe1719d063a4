"""Two people at once, whatever they do: whoever writes second is judged by what the first has written."""

from __future__ import annotations

import random

import pytest

from storefront.flags.memory import MemoryFlagTable
from storefront.flags.replay import replay, whole_audit
from tests.unit.flags.changing import changes
from tests.unit.flags.steps import check_history, dealt_step, take


class Overtaking(MemoryFlagTable):
    """Between what somebody reads and what they write, `other` does something."""

    def __init__(self):
        super().__init__()
        self.other = None

    def commit(self, wanted, judged=None):
        other, self.other = self.other, None
        if other is not None:
            other()
        return super().commit(wanted, judged)


@pytest.mark.parametrize("seed", range(60))
def test_saves_undos_imports_approvals_and_kills_may_meet_and_nothing_goes_wrong(seed):
    dice = random.Random(seed)
    table = Overtaking()
    made, other = changes(table), changes(table)
    for _ in range(40):
        mine, theirs = dealt_step(dice, made), dealt_step(dice, made)
        table.other = lambda step=theirs: take(other, step)
        take(made, mine)
        table.other = None
    entries = list(whole_audit(table))
    assert replay(entries) == table.read()
    check_history(made, entries)
