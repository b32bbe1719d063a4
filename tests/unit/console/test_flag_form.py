"""The form of a flag in the hands of people: pressed twice, half filled in, typed in their own way."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from storefront.console.flags.draft import Draft, RuleDraft, ServeDraft, changed_by, new_value
from storefront.console.flags.problems import plain_words
from storefront.flags.declared import DECLARED
from storefront.flags.records import Problem, Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Segment, Serve
from tests.unit.cart.shopper import text_of
from tests.unit.console.forms import plain, save, sent_by

THEME = "/console/flags/f/theme/"
EDIT = f"{THEME}edit/"
CHECKOUT = "/console/flags/f/checkout/"
NOTE = "/console/flags/f/delivery-note/edit/"
BANNER = "/console/flags/f/site-banner/edit/"
LINKS = "/console/flags/f/header-links/edit/"
IMPORT = "/console/flags/import/"
SEGMENTS = "/console/flags/segments/"
OTHER = Who("other", "Olga Other")
HARBOUR = Serve(weights=(("harbour", WHOLE),))


def looked_at(mika, path=EDIT, **typed):
    """The form of the look, with a reason."""
    look = mika.post(path, {**sent_by(mika.get(path), **typed), "do": "look"})
    assert look.status_code == 200, plain(look)
    return {**sent_by(look), "reason": "because"}


def focused(response):
    """What has the focus when the page comes: the name of a field, or the value of a button."""
    (tag,) = re.findall(r"<(?:input|select|button)[^>]*\sautofocus[^>]*>", text_of(response))
    return re.search(r' value="([^"]+)"' if "<button" in tag else r' name="([^"]+)"', tag).group(1)


# -- Pressed twice -----------------------------------------------------------------------------------------


def test_who_presses_save_twice_reads_that_it_is_saved(mika, changes):
    form = looked_at(mika, **{"o-gets": "harbour"})
    for _ in range(2):
        done = mika.post(EDIT, {**form, "do": "save"})
        assert (done.status_code, done["Location"]) == (303, THEME)
    assert plain(mika.get(THEME)).count("Saved. Every page says so") == 1
    assert len(changes.audit()) == 1


def test_who_looks_at_what_stands_by_now_is_told_of_nobody_else(mika, changes):
    old = sent_by(mika.get(EDIT), **{"o-gets": "harbour"})
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "the same")
    look = mika.post(EDIT, {**old, "do": "look"})
    assert look.status_code == 200
    assert mika.post(EDIT, {**sent_by(look), "reason": "mine", "do": "save"}).status_code == 303
    assert "Nothing had to be changed." in plain(mika.get(THEME))


def test_who_proposes_twice_reads_that_it_waits(mika, changes):
    form = looked_at(mika, f"{CHECKOUT}edit/", **{"o-gets": "off"})
    for _ in range(2):
        assert mika.post(f"{CHECKOUT}edit/", {**form, "do": "save"}).status_code == 303
    assert plain(mika.get(CHECKOUT)).count("Somebody else has to approve this.") == 1
    assert len(changes.proposals()) == 1


def test_another_proposal_is_told_as_what_it_is(mika, changes):
    form = looked_at(mika, f"{CHECKOUT}edit/", **{"o-gets": "off"})
    changes.save(FlagState(key="checkout", note="theirs"), 0, OTHER, "first")
    late = mika.post(f"{CHECKOUT}edit/", {**form, "do": "save"})
    assert late.status_code == 409
    assert "A proposal by Olga Other waits already" in plain(late)


def test_a_segment_saved_or_deleted_twice_is_saved(mika, changes):
    typed = {"key": "far", "called": "Far", "r1c1-attribute": "market", "r1c1-values": "us", "reason": "x"}
    form = {**sent_by(mika.get(f"{SEGMENTS}new/"), marker='name="version"'), **typed}
    path = f"{SEGMENTS}s/far/"
    for _ in range(2):
        assert mika.post(f"{SEGMENTS}new/", {**form, "do": "save"}).status_code == 303
    assert plain(mika.get(SEGMENTS)).count("Saved.") == 1
    gone = {**sent_by(mika.get(path), marker='name="version"'), "reason": "gone", "do": "delete"}
    for _ in range(2):
        assert mika.post(path, gone).status_code == 303
    assert len(changes.audit()) == 2
    assert mika.get(path).status_code == 404


# -- Half filled in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [{"o-w1": "50", "o-w2": "50"}, {"o-w2": "100"}, {"o-share": "10"}])
def test_percentages_that_count_for_nothing_are_told(mika, typed):
    refused = mika.post(NOTE, {**sent_by(mika.get(NOTE), **typed), "do": "look"})
    assert refused.status_code == 422
    for name in typed:
        assert f'href="#{name}"' in text_of(refused)
    assert "counts for nothing while all others get “the default of the code”" in plain(refused)


def test_whoever_has_the_better_variant_keeps_what_was_dealt_before(mika, changes):
    """The percentages of the experiment stay in their fields when everybody gets one variant."""
    halves = Serve(weights=(("control", 50_000), ("note", 50_000)))
    changes.save(FlagState(key="delivery-note", otherwise=halves), 0, OTHER, "begin")
    assert save(mika, NOTE, **{"o-gets": "note"}).status_code == 303
    assert changes.state("delivery-note").otherwise == Serve(weights=(("note", WHOLE),))


def test_a_banner_is_put_up_in_one_go(mika, changes):
    added = mika.post(BANNER, {**sent_by(mika.get(BANNER)), "do": "add-value"})
    assert "value 1, as it is named above" in plain(added)
    typed = {"v1-name": "late", "v1-text-en": "Parcels are late", "o-gets": "*value-1*"}
    look = mika.post(BANNER, {**sent_by(added, **typed), "do": "look"})
    assert look.status_code == 200
    assert mika.post(BANNER, {**sent_by(look), "reason": "a storm", "do": "save"}).status_code == 303
    assert changes.state("site-banner").otherwise == Serve(weights=(("late", WHOLE),))


def test_a_value_that_was_chosen_wants_a_name(mika):
    added = sent_by(mika.post(BANNER, {**sent_by(mika.get(BANNER)), "do": "add-value"}))
    refused = mika.post(BANNER, {**added, "v1-text-en": "Late", "o-gets": "*value-1*", "do": "look"})
    assert refused.status_code == 422
    assert 'href="#v1-name"' in text_of(refused)
    assert sent_by(refused)["o-gets"] == "*value-1*"


def test_who_takes_a_value_away_chooses_none_by_its_place(mika):
    declared = replace(DECLARED["site-banner"])
    rules = (RuleDraft(serve=ServeDraft(gets=new_value(1))), RuleDraft(serve=ServeDraft(gets=new_value(2))))
    draft = Draft(values=(("", ""), ("", "")), rules=rules, otherwise=ServeDraft(gets="none"))
    left = changed_by(draft, "remove-value-1", declared)
    assert [rule.serve.gets for rule in left.rules] == ["", new_value(1)]
    assert left.otherwise.gets == "none"


def test_a_value_that_nobody_gets_is_told(mika, changes):
    added = mika.post(BANNER, {**sent_by(mika.get(BANNER)), "do": "add-value"})
    typed = {"v1-name": "late", "v1-text-en": "Parcels are late"}
    look = mika.post(BANNER, {**sent_by(added, **typed), "do": "look"})
    assert "The value “late” is given to nobody." in plain(look)
    look = mika.post(BANNER, {**sent_by(added, **typed, **{"o-gets": "late"}), "do": "look"})
    assert "is given to nobody" not in plain(look)


# -- Where one goes on -------------------------------------------------------------------------------------


def test_who_adds_moves_and_takes_away_goes_on_there(mika):
    form = sent_by(mika.get(EDIT))
    steps = {
        "add-rule": "r1-name",
        "add-condition-1": "r1c2-attribute",
        "remove-condition-1-2": "r1c1-attribute",
        "remove-condition-1-1": "add-condition-1",
        "add-need": "n1-flag",
        "remove-need-1": "add-need",
    }
    for button, name in (*steps.items(), ("add-rule", "r2-name"), ("up-rule-2", "r1-name")):
        answer = mika.post(EDIT, {**form, "do": button})
        assert focused(answer) == name, button
        form = sent_by(answer)
    steps = {"down-rule-1": "r2-name", "remove-rule-2": "r1-name", "remove-rule-1": "add-rule"}
    for button, name in steps.items():
        answer = mika.post(EDIT, {**form, "do": button})
        assert focused(answer) == name, button
        form = sent_by(answer)
    added = mika.post(BANNER, {**sent_by(mika.get(BANNER)), "do": "add-value"})
    assert focused(added) == "v1-name"


def test_who_changes_a_segment_goes_on_there(mika):
    path = f"{SEGMENTS}new/"
    form = sent_by(mika.get(path), marker='name="version"')
    for button, name in {
        "add-rule": "r2c1-attribute",
        "add-condition-2": "r2c2-attribute",
        "remove-condition-1-1": "add-condition-1",
        "remove-rule-2": "add-condition-1",
        "remove-rule-1": "add-rule",
    }.items():
        answer = mika.post(path, {**form, "do": button})
        assert focused(answer) == name, button
        form = sent_by(answer, marker='name="version"')


def test_the_reason_is_kept_on_every_way_back(mika, changes):
    form = looked_at(mika, **{"o-gets": "harbour"})
    back = mika.post(EDIT, {**form, "do": "change"})
    look = mika.post(EDIT, {**sent_by(back), "do": "look"})
    assert sent_by(look)["reason"] == "because"
    changes.save(FlagState(key="theme", note="faster"), 0, OTHER, "first")
    lost = mika.post(EDIT, {**sent_by(look), "do": "save"})
    assert lost.status_code == 409
    mine = mika.post(EDIT, {**sent_by(lost), "do": "change"})
    look = mika.post(EDIT, {**sent_by(mine), "do": "look"})
    assert mika.post(EDIT, {**sent_by(look), "do": "save"}).status_code == 303
    assert changes.audit()[0].reason == "because"


# -- Typed in their own way --------------------------------------------------------------------------------


def asks(mika, path=EDIT, **typed):
    form = sent_by(mika.post(path, {**sent_by(mika.get(path)), "do": "add-rule"}))
    return mika.post(path, {**form, "r1-gets": "harbour", **typed, "do": "look"})


def test_values_are_taken_in_whatever_case(mika, changes):
    look = asks(mika, **{"r1c1-attribute": "market", "r1c1-values": "EU, eu, Us"})
    mika.post(EDIT, {**sent_by(look), "reason": "because", "do": "save"})
    (rule,) = changes.state("theme").rules
    assert rule.conditions == (Condition(attribute="market", op="is", values=("eu", "us")),)
    phones = {"r1-gets": "note", "r1c1-attribute": "signed_in", "r1c1-values": "Yes"}
    assert asks(mika, NOTE, **phones).status_code == 200


@pytest.mark.parametrize(
    ("path", "asked", "typed", "words"),
    [
        (EDIT, "locale", "Deutsch", "“Deutsch” is none of its values, which are “en”, “de” or “ar”."),
        (NOTE, "signed_in", "maybe", "“maybe” is none of its values, which are yes or no."),
    ],
)
def test_values_that_are_none_are_told_which_there_are(mika, path, asked, typed, words):
    refused = asks(mika, path, **{"r1c1-attribute": asked, "r1c1-values": typed})
    assert refused.status_code == 422
    assert words in plain(refused)


def test_a_rule_without_a_name_is_told_by_its_place_wherever_it_goes(mika, changes):
    rules = tuple(
        Rule(name=name, conditions=(Condition(attribute="market", op="is", values=(value,)),), serve=HARBOUR)
        for name, value in (("", "us"), ("home", "eu"), ("", "us"))
    )
    changes.save(FlagState(key="theme", rules=rules), 0, OTHER, "three")
    words = plain(mika.get(THEME))
    assert "Rule 1: if market is “us”" in words
    assert "Rule 3: if market is “us”" in words
    moved = mika.post(EDIT, {**sent_by(mika.get(EDIT)), "do": "down-rule-1"})
    look = mika.post(EDIT, {**sent_by(moved), "do": "look"})
    assert "Rule 2: if market is “us”" in plain(look)
    mika.post(EDIT, {**sent_by(look), "reason": "because", "do": "save"})
    assert [rule.name for rule in changes.state("theme").rules] == ["home", "", ""]


@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        (BANNER, {"v1-name": "late", "v1-href": "https://shop.example/"}, "v1-href"),
        (LINKS, {"v1-name": "sale", "v1-links-1-label-en": "Sale"}, "v1-links-1-href"),
    ],
)
def test_what_an_address_may_be_is_said_before_and_after(mika, path, typed, field):
    added = mika.post(path, {**sent_by(mika.get(path)), "do": "add-value"})
    assert f'id="{field}-hint"' in text_of(added)
    refused = mika.post(path, {**sent_by(added, **typed), "do": "look"})
    words = re.search(rf'id="{field}-error">([^<]+)', text_of(refused)).group(1)
    assert words == "Enter an address of this shop that begins with “/”, like /c/textiles/."


def test_a_segment_without_a_name_is_asked_for_one_of_a_segment(mika):
    form = sent_by(mika.get(f"{SEGMENTS}new/"), marker='name="version"')
    refused = plain(mika.post(f"{SEGMENTS}new/", {**form, "key": "far", "do": "save"}))
    assert "Name: please fill this in." in refused
    assert "full name" not in refused


# -- Brought in --------------------------------------------------------------------------------------------


def test_an_import_says_of_its_field_what_is_wrong(mika):
    refused = mika.post(IMPORT, {"document": "flags", "reason": "because", "do": "look"})
    page = " ".join(text_of(refused).split())
    assert "<title>Error:" in page.replace("<title> ", "<title>")
    assert '<a href="#document">What to import: This is no JSON.</a>' in page
    assert 'id="document-error"' in page
    assert 'aria-invalid="true"' in page


def test_an_import_names_flags_and_rules_as_people_do(mika):
    rule = '{"name": "%s", "conditions": [], "serve": {"weights": [["pink", 100000]]}}'
    flag = '{"key": "theme", "rules": [%s, %s], "otherwise": {"weights": [["blue", 100000]]}}'
    document = '{"flags": [{"key": "checkout"}, ' + flag % (rule % "spring", rule % "") + "]}"
    words = plain(mika.post(IMPORT, {"document": document, "reason": "because", "do": "look"}))
    assert "theme, spring: There is no variant “pink”." in words
    assert "theme, Rule 2: There is no variant “pink”." in words
    assert "theme, All others: There is no variant “blue”." in words
    assert "flags.1" not in words


def test_a_refusal_without_a_form_names_what_it_is_about():
    assert plain_words([Problem("reason", "required")]) == "Reason: Please fill this in."
    assert plain_words([Problem("", "own_proposal")]).startswith("Somebody else")
    assert plain_words([Problem("flags.7.note", "too_long", {"most": 9})], {}).startswith("flags.7: Use")


def test_how_much_can_be_imported_is_said_before_and_after(mika):
    assert "64 kB at most" in plain(mika.get(IMPORT))
    refused = mika.post(IMPORT, {"document": "x" * 70_000, "reason": "because", "do": "look"})
    assert refused.status_code == 413
    assert "64 kB at most" in plain(refused)


def test_an_older_segment_is_still_shown(mika, changes):
    us = (Condition(attribute="market", op="is", values=("us",)),)
    changes.save_segment(Segment(key="far", name="Far", alternatives=(us,)), 0, OTHER, "first")
    assert sent_by(mika.get(f"{SEGMENTS}s/far/"), marker='name="version"')["called"] == "Far"
