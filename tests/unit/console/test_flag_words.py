"""What who approves, edits or looks is told: all that differs, and who is meant by a segment."""

from __future__ import annotations

import pytest
from django.utils import translation

from storefront.console.flags.draft import changed_by, draft_of, read_draft, sent_by
from storefront.console.flags.entries import sides_of
from storefront.console.flags.reading import read_state
from storefront.flags.declared import DECLARED
from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Segment, Serve, Window
from tests.unit.console.forms import plain

HERE = "/console/flags/"
WAITING = f"{HERE}proposals/"
THEME = f"{HERE}f/theme/"
OTHER = Who("other", "Olga Other")
HARBOUR = Serve(weights=(("harbour", WHOLE),))
MEADOW = Serve(weights=(("meadow", WHOLE),))
OFF = Serve(weights=(("off", WHOLE),))
US = Condition(attribute="market", op="is", values=("us",))
GERMANY = Condition(attribute="country", op="is", values=("de",))
OPS = Condition(attribute="group", op="is", values=("ops",))
PHONES = Condition(attribute="device", op="is", values=("phone",))
STAFF = Condition(attribute="segment", op="is", values=("staff",))


def marked(before, after, segments=None):
    """What is marked on both sides."""
    sides = sides_of(before, after, segments or {})
    return [[line.words for line in side if line.other] for side in (sides.before, sides.after)]


def test_two_rules_that_change_places_are_marked():
    """The first rule that fits decides, so that is a change like any other."""
    german = Rule(name="de", conditions=(GERMANY,), serve=HARBOUR)
    american = Rule(name="us", conditions=(US,), serve=MEADOW)
    before = FlagState(key="theme", rules=(german, american))
    gone, new = marked(before, FlagState(key="theme", rules=(american, german)))
    assert len(gone) == len(new) == 1
    assert gone == new
    assert marked(before, before) == [[], []]


def test_of_two_equal_lines_only_the_one_that_goes_is_marked():
    twice = Segment(key="far", name="Far", alternatives=((US,), (US,)))
    once = Segment(key="far", name="Far", alternatives=((US,),))
    gone, new = marked(twice, once)
    assert (len(gone), len(new)) == (1, 0)


def test_while_it_is_killed_it_is_said_what_comes_true_with_the_revive():
    before = FlagState(key="theme", killed="ugly")
    gone, new = marked(before, FlagState(key="theme", killed="ugly", enabled=False))
    assert gone == []
    assert new == ["The flag is switched off: everybody gets “meadow”."]


def test_another_note_of_a_segment_is_a_change_to_be_seen():
    before = Segment(key="far", name="Far", alternatives=((US,),), note="old")
    after = Segment(key="far", name="Far", alternatives=((US,),), note="new")
    assert marked(before, after) == [["Note: old"], ["Note: new"]]


def test_an_approver_reads_who_a_segment_means(mika, ada, changes):
    """By its name alone somebody would approve an empty promise: what it asks is what decides."""
    changes.save_segment(
        Segment(key="staff", name="Staff", alternatives=((OPS,), (PHONES, US))), 0, OTHER, "x"
    )
    rule = Rule(name="trial", conditions=(STAFF,), serve=OFF)
    changes.save(FlagState(key="checkout", rules=(rule,)), 0, OTHER, "a trial")
    for client in (mika, ada):
        page = plain(client.get(WAITING))
        assert "new: trial: if segment is “Staff” (staff): “off”." in page
        assert "new: Segment “Staff” (staff) means: group is “ops”." in page
        assert "new: Or, for segment “Staff” (staff): device is “phone” and market is “us”." in page


def test_a_segment_that_is_gone_is_named_as_such():
    state = FlagState(key="theme", rules=(Rule(name="trial", conditions=(STAFF,), serve=HARBOUR),))
    _gone, new = marked(FlagState(key="theme"), state)
    assert "trial: if segment is “staff”: “harbour”." in new
    assert "There is no segment “staff”." in new


def test_what_is_no_truth_is_not_said_as_one():
    named = {"true": Segment(key="true", name="True friends", alternatives=((US,),))}
    asked = Condition(attribute="segment", op="is", values=("true",))
    state = FlagState(key="theme", rules=(Rule(name="r", conditions=(asked,), serve=HARBOUR),))
    _gone, new = marked(FlagState(key="theme"), state, named)
    assert "r: if segment is “True friends” (true): “harbour”." in new


@pytest.mark.parametrize(
    ("local", "shown", "said"),
    [
        ("2030-12-01T09:00:30", "2030-12-01T09:00:30", "09:00:30"),
        ("20301201T090030", "2030-12-01T09:00:30", "09:00:30"),
        ("2030-12-01T09:00:00", "2030-12-01T09:00", "09:00 on"),
        ("2030-12-01", "2030-12-01T00:00", "00:00 on"),
    ],
)
def test_a_time_that_was_imported_stays_through_the_form(mika, changes, local, shown, said):
    """To the second, and as browsers show it: an empty field would be saved as no time at all."""
    state = FlagState(key="theme", window=Window(starts=local, zone="Europe/Berlin"))
    changes.save(state, 0, OTHER, "by import")
    assert said in plain(mika.get(THEME))
    draft = draft_of(state, DECLARED["theme"])
    assert draft.times.starts == shown
    with translation.override("en"):
        read = read_state(read_draft(sent_by(draft)), DECLARED["theme"], state)
    assert read.state.window == Window(starts=shown, zone="Europe/Berlin")


@pytest.mark.parametrize("version", ["²", "1" * 5_000, "-1", "x"])
def test_a_version_that_is_none_is_a_conflict_and_no_fault(mika, changes, version):
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "spring")
    edit = f"{THEME}edit/"
    sent = sent_by(draft_of(FlagState(key="theme"), DECLARED["theme"])) | {"version": version, "do": "look"}
    assert mika.post(edit, sent).status_code == 409
    undo = f"{HERE}audit/1/undo/"
    assert mika.get(f"{HERE}audit/", {"before": version[:1_000]}).status_code == 200
    assert mika.post(undo, {"reason": "because", "seen": version}).status_code == 303
    sent = {"document": '{"flags": []}', "reason": "because", "seen": version, "do": "import"}
    assert mika.post(f"{HERE}import/", sent).status_code == 200


@pytest.mark.parametrize("typed", ["1e999999", "-1e999999", "NaN", "sNaN", "1e-999999", "Infinity", "²"])
def test_a_share_that_is_no_number_is_said_to_be_none(mika, typed):
    edit = f"{HERE}f/delivery-note/edit/"
    state = FlagState(key="delivery-note", otherwise=Serve(weights=(("note", WHOLE),), share=10))
    sent = sent_by(draft_of(state, DECLARED["delivery-note"])) | {
        "o-share": typed,
        "version": "0",
        "do": "look",
    }
    refused = mika.post(edit, sent)
    assert refused.status_code == 422
    assert "Enter a percentage from 0 to 100" in plain(refused)


def test_a_value_beyond_all_bounds_is_no_json(mika):
    sent = {"v1-name": "deep", "v1-value": "[" * 30_000, "version": "0", "o-gets": "", "do": "look"}
    refused = mika.post(f"{HERE}f/site-banner/edit/", sent)
    assert refused.status_code == 422
    assert "This is no JSON." in plain(refused)


def test_what_is_taken_away_takes_its_own_percentage_along():
    """The off variant has a percentage, but no value to be typed: places of the two differ."""
    words = {name: {"kind": "info", "text": {"en": name}, "href": ""} for name in ("late", "storm", "sale")}
    weights = (("none", 10_000), ("late", 20_000), ("storm", 30_000), ("sale", 40_000))
    us = Rule(name="us", conditions=(US,), serve=Serve(weights=weights))
    draft = draft_of(FlagState(key="site-banner", rules=(us,), values=words), DECLARED["site-banner"])
    assert [name for name, _text in draft.values] == ["late", "storm", "sale"]
    left = changed_by(draft, "remove-value-2", DECLARED["site-banner"])
    assert [name for name, _text in left.values] == ["late", "sale"]
    assert left.rules[0].serve.weights == ("10", "20", "40")
