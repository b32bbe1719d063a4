"""Flags in the console: the list, a flag's page, its form, kill switch, audit and approval."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from storefront.core import SystemClock
from storefront.flags.changes import Changes
from storefront.flags.declared import DECLARED
from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Prerequisite, Rule, Serve, Window
from storefront.web.identity.stamps import STAMP_FIELD
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import MIKA, staff
from tests.unit.console.forms import plain, save, sent_by

HERE = "/console/flags/"
THEME = "/console/flags/f/theme/"
EDIT = f"{THEME}edit/"
NOTE = "/console/flags/f/delivery-note/edit/"
HARBOUR = Serve(weights=(("harbour", WHOLE),))
OTHER = Who("other", "Olga Other")


def test_the_list_tells_of_every_flag_and_what_each_market_sees(mika, changes):
    rule = Rule(
        name="us", conditions=(Condition(attribute="market", op="is", values=("us",)),), serve=HARBOUR
    )
    changes.save(FlagState(key="theme", rules=(rule,)), 0, OTHER, "for the us")
    page = plain(mika.get(HERE))
    for words in ("site-banner", "checkout", "Operations", "EU meadow US harbour", "critical", "experiment"):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ({"q": "colours"}, "flag-theme", "flag-checkout"),
        ({"kind": "ops"}, "flag-checkout", "flag-theme"),
        ({"owner": "Operations"}, "flag-suggestions", "flag-theme"),
        ({"mark": "critical"}, "flag-checkout", "flag-theme"),
        ({"mark": "killed"}, "flag-suggestions", "flag-checkout"),
    ],
)
def test_the_list_can_be_narrowed(mika, changes, query, there, gone):
    changes.kill("suggestions", OTHER, "too slow")
    page = text_of(mika.get(HERE, query))
    assert f'id="{there}"' in page
    assert f'id="{gone}"' not in page


@pytest.mark.parametrize(
    ("expires", "mark", "words"),
    [(3, "expiring", "expires soon"), (-1, "expired", "expired"), (100, "stale", "stale")],
)
def test_flags_that_are_due_are_listed(mika, twins, changes, expires, mark, words):
    day = (twins.shop.clock.now() + timedelta(days=expires)).date().isoformat()
    changes.save(FlagState(key="delivery-note", expires=day), 0, OTHER, "soon over")
    page = text_of(mika.get(HERE, {"mark": mark}))
    assert 'id="flag-delivery-note"' in page
    assert 'id="flag-theme"' not in page
    assert words in plain(mika.get(HERE))


def test_a_theme_for_one_country_is_looked_at_and_saved(mika, changes):
    start = mika.post(EDIT, {**sent_by(mika.get(EDIT)), "do": "add-rule"})
    typed = {"r1-name": "Germany", "r1c1-attribute": "country", "r1c1-values": "de", "r1-gets": "harbour"}
    look = mika.post(EDIT, {**sent_by(start, **typed), "do": "look"})
    words = plain(look)
    assert "Germany: if country is “de”: “harbour”." in words
    assert "Germany, Deutsch meadow harbour" in words
    assert "Ireland, English meadow meadow" in words
    assert changes.state("theme").version == 0
    done = mika.post(EDIT, {**sent_by(look), "reason": "a test in Germany", "do": "save"})
    assert (done.status_code, done["Location"]) == (303, THEME)
    (rule,) = changes.state("theme").rules
    assert rule == Rule(
        name="Germany",
        conditions=(Condition(attribute="country", op="is", values=("de",)),),
        serve=HARBOUR,
    )
    page = plain(mika.get(THEME))
    assert "Saved." in page
    assert "a test in Germany" in page
    (entry,) = changes.audit()
    assert (entry.who.id, entry.reason) == (MIKA, "a test in Germany")


def test_nothing_is_saved_without_a_reason(mika, changes):
    look = mika.post(EDIT, {**sent_by(mika.get(EDIT), **{"o-gets": "harbour"}), "do": "look"})
    refused = mika.post(EDIT, {**sent_by(look), "reason": " ", "do": "save"})
    assert refused.status_code == 422
    assert 'href="#reason"' in text_of(refused)
    assert changes.audit() == ()
    assert mika.post(EDIT, {**sent_by(refused), "reason": "now", "do": "save"}).status_code == 303
    assert changes.state("theme").otherwise == HARBOUR


def test_the_form_that_changes_nothing_says_so(mika, changes):
    changes.save(whole_state(), 0, OTHER, "all there is")
    assert save(mika, NOTE).status_code == 303
    assert "Nothing had to be changed." in plain(mika.get(NOTE.removesuffix("edit/")))
    assert len(changes.audit()) == 1


def whole_state():
    """A state with something in every field that the form has."""
    phone = Condition(attribute="device", op="is", values=("phone",))
    abroad = Condition(attribute="country", op="is_not", values=("ie", "de"))
    half = Serve(weights=(("control", 50_000), ("note", 50_000)), share=12_500)
    return FlagState(
        key="delivery-note",
        rules=(
            Rule(name="phones", conditions=(phone, abroad), serve=half),
            Rule(
                name="later",
                conditions=(),
                serve=Serve(weights=(("note", WHOLE),)),
                window=Window(starts="2030-12-01T09:00", zone="Europe/Berlin"),
            ),
        ),
        otherwise=Serve(weights=(("note", WHOLE),), share=1_000),
        window=Window(ends="2031-01-31T23:59", zone="America/New_York"),
        prerequisites=(Prerequisite(flag="theme", variants=("meadow", "harbour")),),
        holdout=False,
        owner="Olga",
        expires="2030-12-31",
        note="see the plan",
        salt="second run",
    )


def test_a_state_is_said_in_sentences(mika, changes):
    changes.save(whole_state(), 0, OTHER, "all there is")
    words = plain(mika.get(NOTE.removesuffix("edit/")))
    for sentence in (
        "It acts until 31 January 2031, 23:59 (America/New_York); outside of that everybody gets “control”.",
        "It acts only where flag “theme” is “meadow” or “harbour”; elsewhere they get “control”.",
        "phones: if device is “phone” and country is not “ie” or “de”: 12.5% of them take part and get",
        "50% “control” and 50% “note”; the others get “control”.",
        "later: everybody gets “note”. Only from 1 December 2030, 09:00 on (Europe/Berlin).",
        "All others: 1% of them take part and get “note”; the others get “control”.",
        "Shares are dealt by the word “second run”.",
        "Owner: Olga",
        "Expires: 31 December 2030",
        "Note: see the plan",
    ):
        assert sentence in words, sentence
    assert "holdout" not in words.split("Kill switch")[0]


def test_rules_are_added_moved_and_taken_away_without_a_script(mika, changes):
    changes.save(whole_state(), 0, OTHER, "all there is")
    form = sent_by(mika.get(NOTE))

    def press(form, button):
        answer = mika.post(NOTE, {**form, "do": button})
        assert answer.status_code == 200
        return sent_by(answer)

    moved = press(form, "down-rule-1")
    assert (moved["r1-name"], moved["r2-name"]) == ("later", "phones")
    assert moved["r2c1-values"] == "phone"
    less = press(moved, "remove-rule-1")
    assert (less["r1-name"], less["r1-w1"], less["r1-share"]) == ("phones", "50", "12.5")
    assert "r2-name" not in less
    more = press(press(less, "add-condition-1"), "add-rule")
    assert more["r1c3-attribute"] == ""
    assert more["r2c1-attribute"] == ""
    gone = press(press(more, "remove-condition-1-1"), "remove-need-1")
    assert gone["r1c1-attribute"] == "country"
    assert "n1-flag" not in gone
    assert len(changes.audit()) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"r1-gets": ""}, "r1-gets"),
        ({"r1-share": "101"}, "r1-share"),
        ({"r1-share": "a few"}, "r1-share"),
        ({"r1-w1": "60"}, "r1-w1"),
        ({"r1c1-values": ""}, "r1c1-values"),
        ({"r1c1-values": "fridge"}, "r1c1-values"),
        ({"r1c1-attribute": "height"}, "r1c1-attribute"),
        ({"r1c1-op": "above"}, "r1c1-op"),
        ({"r2-ends": "2029-01-01T00:00"}, "r2-ends"),
        ({"f-zone": "Mars/North"}, "f-zone"),
        ({"f-starts": "soon"}, "f-starts"),
        ({"n1-variants": "pink"}, "n1-variants"),
        ({"n1-flag": "delivery-note"}, "n1-flag"),
        ({"expires": "soon"}, "expires"),
        ({"r2-name": "phones"}, "r2-name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(mika, changes, typed, field):
    changes.save(whole_state(), 0, OTHER, "all there is")
    refused = mika.post(NOTE, {**sent_by(mika.get(NOTE), **typed), "do": "look"})
    page = text_of(refused)
    assert refused.status_code == 422
    assert f'href="#{field}"' in page
    assert f'id="{field}-error"' in page
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")
    for name, value in typed.items():
        assert sent_by(refused)[name] == value


BANNER = "/console/flags/f/site-banner/edit/"
LINKS = "/console/flags/f/header-links/edit/"


def with_value(mika, path, **typed):
    """The form with one more value."""
    added = mika.post(path, {**sent_by(mika.get(path)), "do": "add-value"})
    return sent_by(added, **typed)


def test_a_banner_gets_words_in_fields_of_their_own(mika, changes):
    words = {"v1-kind": "trouble", "v1-text-en": "Parcels are late", "v1-text-de": "Pakete sind spät"}
    again = mika.post(BANNER, {**with_value(mika, BANNER, **{"v1-name": "late"}, **words), "do": "add-rule"})
    form = sent_by(again, **{"r1-gets": "late", "r1c1-attribute": "market", "r1c1-values": "eu"})
    look = mika.post(BANNER, {**form, "do": "look"})
    assert "Rule 1: if market is “eu”: “late”." in plain(look)
    assert "Value “late”, Kind: trouble" in plain(look)
    assert "Value “late”, Text, Deutsch: Pakete sind spät" in plain(look)
    done = mika.post(BANNER, {**sent_by(look), "reason": "a storm", "do": "save"})
    assert done.status_code == 303, plain(done)
    texts = {"en": "Parcels are late", "de": "Pakete sind spät"}
    assert changes.state("site-banner").values == {"late": {"kind": "trouble", "text": texts, "href": ""}}
    shown = sent_by(mika.get(BANNER))
    assert (shown["v1-text-de"], shown["v1-kind"], shown["v1-text-ar"]) == ("Pakete sind spät", "trouble", "")


def test_links_of_the_menu_are_rows_and_empty_ones_are_none(mika, changes):
    typed = {"v1-links-2-label-en": "Sale", "v1-links-2-href": "/c/textiles/"}
    form = with_value(mika, LINKS, **{"v1-name": "sale"}, **typed)
    look = mika.post(LINKS, {**form, "o-gets": "sale", "do": "look"})
    mika.post(LINKS, {**sent_by(look), "reason": "a sale", "do": "save"})
    links = [{"label": {"en": "Sale"}, "href": "/c/textiles/"}]
    assert changes.state("header-links").values == {"sale": {"links": links}}


def test_what_is_wrong_with_a_part_of_a_value_is_said_there(mika):
    form = with_value(mika, BANNER, **{"v1-name": "late", "v1-href": "https://evil.example/"})
    refused = mika.post(BANNER, {**form, "do": "look"})
    assert refused.status_code == 422
    assert 'href="#v1-href"' in text_of(refused)
    assert sent_by(refused)["v1-href"] == "https://evil.example/"
    form = with_value(mika, LINKS, **{"v1-name": "sale", "v1-links-1-label-en": "Sale"})
    refused = mika.post(LINKS, {**form, "do": "look"})
    assert 'href="#v1-links-1-href"' in text_of(refused)


def test_a_name_of_a_value_is_checked(mika):
    refused = mika.post(BANNER, {**with_value(mika, BANNER, **{"v1-name": "Too Late!"}), "do": "look"})
    assert 'href="#v1-name"' in text_of(refused)
    refused = mika.post(BANNER, {**with_value(mika, BANNER, **{"v1-name": "none"}), "do": "look"})
    assert 'href="#v1-name"' in text_of(refused) or 'href="#v1-kind"' in text_of(refused)
    assert "“none” is what everybody gets while the flag is off" in plain(refused)


def test_no_form_has_more_fields_than_a_request_may(mika, settings):
    """Whatever is added: what the form sends is not refused as too much."""
    form = sent_by(mika.get(LINKS))
    for _ in range(12):
        for button in ("add-value", "add-rule", "add-condition-1", "add-condition-2", "add-need"):
            answer = mika.post(LINKS, {**form, "do": button})
            assert answer.status_code == 200
            page = answer.content.decode()
            if f'value="{button}"' in page or button == "add-condition-2":
                form = sent_by(answer)
    assert len(form) < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_two_editors_both_versions_are_shown_and_nothing_typed_is_lost(mika, changes):
    look = mika.post(EDIT, {**sent_by(mika.get(EDIT), **{"o-gets": "harbour"}), "do": "look"})
    rule = Rule(
        name="us", conditions=(Condition(attribute="market", op="is", values=("us",)),), serve=HARBOUR
    )
    changes.save(FlagState(key="theme", rules=(rule,)), 0, OTHER, "for the us")
    lost = mika.post(EDIT, {**sent_by(look), "reason": "mine", "do": "save"})
    words = plain(lost)
    assert lost.status_code == 409
    assert "Everybody gets “harbour”." in words
    assert "us: if market is “us”: “harbour”." in words
    assert "Olga Other" in words
    assert "for the us" in words
    assert changes.state("theme").rules == (rule,)
    again = mika.post(EDIT, {**sent_by(lost), "do": "change"})
    assert sent_by(again)["o-gets"] == "harbour"
    look = mika.post(EDIT, {**sent_by(again), "do": "look"})
    assert mika.post(EDIT, {**sent_by(look), "reason": "mine", "do": "save"}).status_code == 303
    state = changes.state("theme")
    assert (state.otherwise, state.rules, state.version) == (HARBOUR, (), 2)


def test_somebody_who_is_faster_by_a_moment_is_not_overwritten(mika, changes, monkeypatch):
    look = mika.post(EDIT, {**sent_by(mika.get(EDIT), **{"o-gets": "harbour"}), "do": "look"})
    checked = Changes.problems

    def slowly(self, decision):
        found = checked(self, decision)
        monkeypatch.undo()
        changes.save(FlagState(key="theme", note="first"), 0, OTHER, "faster")
        return found

    monkeypatch.setattr(Changes, "problems", slowly)
    lost = mika.post(EDIT, {**sent_by(look), "reason": "mine", "do": "save"})
    assert lost.status_code == 409
    assert "Note: first" in plain(lost)
    assert changes.state("theme").note == "first"
    assert len(changes.audit()) == 1


def test_the_preview_knows_when_a_schedule_begins(mika):
    added = mika.post(EDIT, {**sent_by(mika.get(EDIT)), "do": "add-rule"})
    typed = {"r1-gets": "harbour", "r1-starts": "2031-12-01T09:00", "r1-zone": "Europe/Berlin"}
    words = plain(mika.post(EDIT, {**sent_by(added, **typed), "do": "look"}))
    assert "From 1 December 2031, 09:00 (Europe/Berlin)" in words
    assert "Only from 1 December 2031, 09:00 on (Europe/Berlin)." in words
    assert "Ireland, English meadow meadow harbour" in words


def test_a_form_outlives_a_sign_in(twins, changes):
    late = staff(twins, ago=20 * 60)
    form = sent_by(late.get(EDIT), **{"o-gets": "harbour", "note": "kept"})
    response = late.post(EDIT, {**form, "do": "look"})
    assert (response.status_code, "again=1" in response["Location"]) == (303, True)
    assert sent_by(late.get(EDIT))["o-gets"] == "harbour"
    assert changes.audit() == ()


def test_of_a_long_form_nothing_is_kept_rather_than_a_part(twins, changes):
    """Kept by half it would lack rules, and somebody would save it so."""
    changes.save(whole_state(), 0, OTHER, "all there is")
    late = staff(twins, ago=20 * 60)
    many = ", ".join(f"group-{n}" for n in range(900))
    typed = {"r1c1-attribute": "group", "r1c1-values": many, "note": "changed"}
    assert late.post(NOTE, {**sent_by(late.get(NOTE), **typed), "do": "look"}).status_code == 303
    page = late.get(NOTE)
    assert "too much to be kept" in plain(page)
    assert sent_by(page)["note"] == "see the plan"


def test_rules_without_a_name_are_kept_without_one(mika, changes):
    form = sent_by(mika.post(EDIT, {**sent_by(mika.get(EDIT)), "do": "add-rule"}))
    form = sent_by(mika.post(EDIT, {**form, "do": "add-rule"}))
    typed = {"r1-name": "spring", "r1-gets": "harbour", "r2-gets": "meadow"}
    look = mika.post(EDIT, {**form, **typed, "do": "look"})
    mika.post(EDIT, {**sent_by(look), "reason": "because", "do": "save"})
    assert [rule.name for rule in changes.state("theme").rules] == ["spring", ""]


def test_the_table_away_is_a_page_that_says_so(mika, twins):
    twins.flags.away = True
    for path in (HERE, THEME, EDIT):
        assert mika.get(path).status_code == 503


def test_what_the_code_of_this_release_does_not_know_is_told(mika, twins):
    others = Changes(
        twins.flags, {"dark-mode": replace(DECLARED["theme"], key="dark-mode")}, {}, SystemClock()
    )
    others.save(FlagState(key="dark-mode", enabled=False), 0, OTHER, "a newer release")
    assert "not in the code of this release: dark-mode" in plain(mika.get(HERE))
    page = plain(mika.get("/console/flags/audit/"))
    assert "dark-mode changed" in page
    assert mika.get("/console/flags/f/dark-mode/").status_code == 404


@pytest.mark.parametrize("path", [HERE, THEME, EDIT, "/console/flags/audit/", "/console/flags/import/"])
def test_every_form_that_changes_something_says_whose_it_is(mika, changes, path):
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "spring")
    main = mika.get(path).content.decode().split("<main", 1)[1]
    forms = [one for one in re.findall(r"<form.*?</form>", main, re.DOTALL) if 'method="post"' in one]
    assert forms
    for form in forms:
        assert 'name="csrfmiddlewaretoken"' in form
        assert f'name="{STAMP_FIELD}"' in form


@pytest.mark.parametrize(
    "path", [HERE, THEME, NOTE, BANNER, f"{HERE}why/", f"{HERE}preview/", f"{HERE}import/"]
)
def test_what_describes_a_field_is_on_the_page_and_no_name_is_there_twice(mika, path):
    page = mika.get(path).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    described = {one for found in re.findall(r'aria-describedby="([^"]+)"', page) for one in found.split()}
    labelled = set(re.findall(r'(?:aria-labelledby|<label[^>]* for)="([^"]+)"', page))
    assert described | labelled <= set(ids)
