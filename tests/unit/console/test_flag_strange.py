"""What the console shows of decisions that another release has written, and of an open flag's off variant."""

from dataclasses import replace

from storefront.console.flags.draft import changed_by, draft_of, names_of
from storefront.console.flags.entries import entry_view
from storefront.console.flags.reading import read_state
from storefront.flags.declared import DECLARED
from storefront.flags.records import Unread
from storefront.flags.state import WHOLE, FlagState, Serve
from storefront.flags_admin.words import entry_lines, outcome_line
from tests.unit.flags.changing import MIKA, all_get, changes

UNREAD = Unread(1, '{"key":"colour","hologram":1}', '{"key":"colour","hologram":2}')


def entry():
    made = changes()
    made.save(all_get("green"), 0, MIKA, "a reason")
    return made.audit()[0]


def test_an_entry_of_another_release_is_shown_as_such_and_cannot_be_taken_back():
    strange = replace(entry(), before=None, after=None, unread=UNREAD)
    view = entry_view(strange, {}, may_undo=True)
    assert (view.who, view.reason, view.undo) == ("Mika", "a reason", "")
    assert [line.words for line in (*view.sides.before, *view.sides.after)] == [
        "Another release has written this; it can’t be shown here."
    ] * 2
    assert entry_view(entry(), {}, may_undo=True).undo


def test_the_command_shows_it_as_it_is_kept():
    strange = replace(entry(), before=None, after=None, unread=UNREAD)
    assert [line.split(maxsplit=1)[1] for line in entry_lines(strange, full=True)][1:] == [
        UNREAD.before,
        UNREAD.after,
    ]


def test_a_kill_of_what_is_not_understood_is_told_without_a_version():
    made = changes()
    outcome = replace(made.kill("colour", MIKA, "x"), decision=None)
    assert outcome_line(outcome) == "flag#colour: done, revision 1"


def test_the_off_variants_value_is_not_offered_and_the_others_keep_their_weights():
    declared = replace(DECLARED["site-banner"], pages=())
    values = {name: {"kind": "info", "text": {"en": name}, "href": ""} for name in ("late", "sale")}
    weights = (("none", 20_000), ("late", 30_000), ("sale", 50_000))
    state = FlagState(key="site-banner", values=values, otherwise=Serve(weights=weights))
    draft = draft_of(state, declared)
    assert [name for name, _text in draft.values] == ["late", "sale"]
    assert read_state(draft, declared, state).state == state
    left = changed_by(draft, "remove-value-1", declared)
    assert dict(zip(names_of(left, declared), left.otherwise.weights, strict=True)) == {
        "none": "20",
        "sale": "50",
    }
    assert sum(weight for _name, weight in weights) == WHOLE
