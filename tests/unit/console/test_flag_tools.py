"""Beside changing flags: why somebody sees something, preview links, import and export, segments."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Segment, Serve, Window
from storefront.web.flags.previews import preview_of
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import staff
from tests.unit.console.forms import plain, sent_by

WHY = "/console/flags/why/"
PREVIEW = "/console/flags/preview/"
IMPORT = "/console/flags/import/"
EXPORT = "/console/flags/export/"
SEGMENTS = "/console/flags/segments/"
NEW = f"{SEGMENTS}new/"
OTHER = Who("other", "Olga Other")
HARBOUR = Serve(weights=(("harbour", WHOLE),))
NOTE = Serve(weights=(("note", WHOLE),))
SHOPPER = {
    "address": "",
    "region": "ie-en",
    "signed_in": "no",
    "visitor": "new",
    "device": "phone",
    "group": "",
    "id": "robin",
    "at": "",
    "zone": "UTC",
}
GERMANY = Condition(attribute="country", op="is", values=("de",))


def told(page, key):
    """The row of a flag, as text."""
    row = re.search(rf'<tr id="why-{key}">(.*?)</tr>', text_of(page), re.DOTALL)
    assert row, f"nothing is said of {key}"
    return " ".join(re.sub(r"<[^>]+>", " ", row.group(1)).split())


def test_why_somebody_sees_something(mika, changes):
    rule = Rule(name="the Germans", conditions=(GERMANY,), serve=HARBOUR)
    changes.save(FlagState(key="theme", rules=(rule,)), 0, OTHER, "a test")
    changes.kill("suggestions", OTHER, "slow")
    there = mika.get(WHY, {**SHOPPER, "region": "de-ar"})
    assert told(there, "theme").startswith("theme harbour A rule fits. Rule: the Germans.")
    assert "off The kill switch is down." in told(there, "suggestions")
    here = mika.get(WHY, SHOPPER)
    assert told(here, "theme").startswith("theme meadow No rule fits")
    assert "Nothing was decided" in told(here, "checkout")


def test_why_knows_the_shopper_and_the_time(mika, changes):
    phones = Condition(attribute="device", op="is", values=("phone",))
    staff = Condition(attribute="group", op="is", values=("staff",))
    rule = Rule(name="phones of staff", conditions=(phones, staff), serve=NOTE)
    state = FlagState(
        key="delivery-note", rules=(rule,), holdout=False, window=Window(starts="2031-01-01T00:00")
    )
    changes.save(state, 0, OTHER, "a test")
    later = {**SHOPPER, "group": "shopper, staff", "at": "2031-01-01T01:00", "zone": "Europe/Dublin"}
    assert "delivery-note note A rule fits." in told(mika.get(WHY, later), "delivery-note")
    assert "Its time has not begun." in told(mika.get(WHY, {**later, "at": ""}), "delivery-note")
    early = {**later, "zone": "Europe/Berlin", "at": "2031-01-01T00:30"}
    assert "Its time has not begun." in told(mika.get(WHY, early), "delivery-note")
    desk = told(mika.get(WHY, {**later, "device": "desktop"}), "delivery-note")
    assert "delivery-note control No rule fits" in desk


def test_why_of_an_address_asks_about_what_that_page_reads(mika, changes):
    changes.save(
        FlagState(key="theme", rules=(Rule(name="de", conditions=(GERMANY,), serve=HARBOUR),)), 0, OTHER, "x"
    )
    page = mika.get(WHY, {**SHOPPER, "address": "http://testserver/de/de/p/meadow-cushion/?variant=1"})
    assert "What they see in Germany, Deutsch" in plain(page)
    assert "harbour" in told(page, "theme")
    assert 'id="why-delivery-note"' in text_of(page)
    assert 'id="why-home-layout"' not in text_of(page)
    private = text_of(mika.get(WHY, {**SHOPPER, "address": "/de/de/cart/"}))
    assert 'id="why-checkout"' in private


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"address": "/nowhere/"}, "address"),
        ({"address": "https://evil.example/ie/en/"}, "address"),
        ({"region": "fr-fr"}, "region"),
        ({"device": "fridge"}, "device"),
        ({"at": "soon"}, "at"),
        ({"at": "0001-01-01T00:00", "zone": "Europe/Berlin"}, "at"),
        ({"at": "9999-12-31T23:59", "zone": "America/New_York"}, "at"),
        ({"zone": "Mars"}, "zone"),
    ],
)
def test_why_says_what_it_does_not_understand(mika, typed, field):
    page = mika.get(WHY, {**SHOPPER, **typed})
    assert page.status_code == 422
    assert f'href="#{field}"' in text_of(page)


def test_a_preview_link_holds_what_was_chosen_and_changes_nothing(mika, twins, changes):
    typed = {"path": "/de/de/", "at": "2031-12-24T18:00", "zone": "Europe/Berlin", "hours": "24"}
    page = mika.post(PREVIEW, {**typed, "flag-theme": "harbour"})
    link = unescape(re.search(r'<a href="([^"]+)" id="link">', page.content.decode()).group(1))
    assert link.startswith("http://testserver/console/preview/?")
    now = twins.shop.clock.now()
    made = preview_of(parse_qs(urlsplit(link).query)["token"][0], now)
    assert (made.by, made.path, dict(made.overrides)) == ("Mika", "/de/de/", {"theme": "harbour"})
    assert made.moment.isoformat() == "2031-12-24T17:00:00+00:00"
    assert timedelta(hours=23) < made.until - now < timedelta(hours=25)
    assert changes.audit() == ()


@pytest.mark.parametrize(
    ("name", "told"),
    [("Mika Lindqvist", "Mika"), ("", "merchandiser"), ("mika@example.com", "merchandiser")],
)
def test_a_preview_link_tells_its_readers_a_first_name_or_a_group(twins, name, told):
    """What the token holds can be read by whoever has it, and the strip is on public pages."""
    typed = {"path": "/ie/en/", "zone": "Europe/Berlin", "hours": "1"}
    page = staff(twins, name=name).post(PREVIEW, typed)
    link = unescape(re.search(r'<a href="([^"]+)" id="link">', page.content.decode()).group(1))
    made = preview_of(parse_qs(urlsplit(link).query)["token"][0], twins.shop.clock.now())
    assert made.by == told


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"path": "https://evil.example/"}, "path"),
        ({"path": "//evil.example/ie/en/"}, "path"),
        ({"path": "/nowhere/"}, "path"),
        ({"flag-theme": "pink"}, "flag-theme"),
        ({"at": "0001-01-01T00:00", "zone": "Europe/Berlin"}, "at"),
        ({"hours": "9999"}, "hours"),
    ],
)
def test_no_preview_of_what_is_not_there(mika, typed, field):
    page = mika.post(PREVIEW, {"path": "/ie/en/", "hours": "1", "zone": "UTC", **typed})
    assert page.status_code == 422
    assert f'href="#{field}"' in text_of(page)
    assert 'id="link"' not in text_of(page)


def test_what_was_exported_can_be_imported_after_a_look(mika, changes):
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "spring")
    response = mika.get(EXPORT)
    assert 'filename="flags.json"' in response["Content-Disposition"]
    document = json.loads(response.content)
    (state,) = document["flags"]
    state["otherwise"]["weights"] = [["meadow", WHOLE]]
    document["flags"].append({"key": "checkout", "enabled": False})
    typed = {"document": json.dumps(document), "reason": "from the other shop"}
    look = mika.post(IMPORT, {**typed, "do": "look"})
    words = plain(look)
    assert "gone: Everybody gets “harbour”. After new: Everybody gets “meadow”." in words
    assert "checkout Waits until somebody else approves it." in words
    assert len(changes.audit()) == 1
    form = sent_by(look, marker='id="bring"')
    assert mika.post(IMPORT, {**form, "do": "import"}).status_code == 303
    assert changes.state("theme").otherwise == Serve(weights=(("meadow", WHOLE),))
    assert changes.state("checkout").enabled
    page = plain(mika.get("/console/flags/"))
    assert "1 change was imported." in page
    assert "Some changes wait until somebody else approves them." in page


def test_an_import_that_others_overtook_is_looked_at_again(mika, changes):
    typed = {"document": '{"flags": [{"key": "theme", "enabled": false}]}', "reason": "because"}
    look = mika.post(IMPORT, {**typed, "do": "look"})
    form = sent_by(look, marker='id="bring"')
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "spring")
    late = mika.post(IMPORT, {**form, "do": "import"})
    assert late.status_code == 409
    assert "“theme” was changed meanwhile." in plain(late)
    assert changes.state("theme").enabled


def test_what_is_imported_is_what_was_looked_at(mika, changes):
    """The document can be typed over after the look; nobody has seen what that would do."""
    typed = {"document": '{"flags": [{"key": "theme",\n"note": "spring"}]}', "reason": "because"}
    form = sent_by(mika.post(IMPORT, {**typed, "do": "look"}), marker='id="bring"')
    other = form["document"].replace("theme", "suggestions").replace("spring", "summer")
    again = mika.post(IMPORT, {**form, "document": other, "do": "import"})
    assert again.status_code == 409
    assert "The document was changed after the look at it." in plain(again)
    assert "Note: summer" in plain(again)
    assert changes.audit() == ()
    shown = sent_by(again, marker='id="bring"')
    lines = shown["document"].replace("\n", "\r\n")  # as browsers send it
    assert mika.post(IMPORT, {**shown, "document": lines, "do": "import"}).status_code == 303
    assert changes.state("suggestions").note == "summer"
    assert changes.state("theme").version == 0


def test_a_rule_and_its_segment_are_shown_as_the_document_has_them(mika):
    far = {"key": "far", "name": "Far away", "alternatives": [[condition("market", "us")]]}
    rule = {
        "name": "far",
        "conditions": [condition("segment", "far")],
        "serve": {"weights": [["harbour", WHOLE]]},
    }
    document = json.dumps({"flags": [{"key": "theme", "rules": [rule]}], "segments": [far]})
    words = plain(mika.post(IMPORT, {"document": document, "reason": "because", "do": "look"}))
    assert "far: if segment is “Far away” (far): “harbour”." in words
    assert "Segment “Far away” (far) means: market is “us”." in words


def condition(attribute, value):
    return {"attribute": attribute, "op": "is", "values": [value]}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("flags", "This is no JSON."),
        ('{"flags": [{"key": "theme", "values": {"a": ' + "[" * 2_000, "This is no JSON."),
        ('{"flags": [{"key": "pink"}]}', "There is no flag “pink”."),
        ('{"flags": [{"key": "theme", "colour": 1}]}', "not built as it must be"),
        ('{"format": 7}', "Another release has written this"),
    ],
)
def test_an_import_that_makes_no_sense_writes_nothing(mika, changes, document, words):
    page = mika.post(IMPORT, {"document": document, "reason": "because", "do": "look"})
    assert page.status_code == 422
    assert words in plain(page)
    assert changes.audit() == ()


def test_a_segment_is_made_asked_for_and_not_deleted_while_it_is(mika, changes):
    more = mika.post(NEW, {**segment_form(mika.get(NEW)), "do": "add-rule"})
    typed = {
        "key": "far-away",
        "called": "Far away",
        "r1c1-attribute": "market",
        "r1c1-values": "us",
        "r2c1-attribute": "locale",
        "r2c1-op": "is_not",
        "r2c1-values": "en, de",
        "reason": "for the theme",
    }
    assert mika.post(NEW, {**segment_form(more), **typed, "do": "save"}).status_code == 303
    made = changes.segment("far-away")
    assert made.alternatives == (
        (Condition(attribute="market", op="is", values=("us",)),),
        (Condition(attribute="locale", op="is_not", values=("en", "de")),),
    )
    assert "language is not “en” or “de”" in plain(mika.get(SEGMENTS))
    asked = Condition(attribute="segment", op="is", values=("far-away",))
    rule = Rule(name="far", conditions=(asked,), serve=HARBOUR)
    changes.save(FlagState(key="theme", rules=(rule,)), 0, OTHER, "far")
    page = plain(mika.get("/console/flags/f/theme/"))
    assert "far: if segment is “Far away” (far-away): “harbour”." in page
    assert "Segment “Far away” (far-away) means: market is “us”." in page
    assert "Or, for segment “Far away” (far-away): language is not “en” or “de”." in page
    path = f"{SEGMENTS}s/far-away/"
    refused = mika.post(path, {**segment_form(mika.get(path)), "reason": "gone", "do": "delete"})
    assert refused.status_code == 422
    assert "Flag “theme” asks for this segment." in plain(refused)
    changes.save(FlagState(key="theme"), 1, OTHER, "near")
    gone = mika.post(path, {**segment_form(mika.get(path)), "reason": "gone", "do": "delete"})
    assert gone.status_code == 303
    assert changes.segment("far-away") is None


def segment_form(response):
    """What the form of the page would send."""
    return sent_by(response, marker='name="version"')


def test_two_editors_of_a_segment(mika, changes):
    us = (Condition(attribute="market", op="is", values=("us",)),)
    changes.save_segment(Segment(key="far", name="Far", alternatives=(us,)), 0, OTHER, "first")
    path = f"{SEGMENTS}s/far/"
    form = {**segment_form(mika.get(path)), "called": "Mine", "reason": "mine"}
    changes.save_segment(Segment(key="far", name="Theirs", alternatives=(us,)), 1, OTHER, "second")
    lost = mika.post(path, {**form, "do": "save"})
    assert lost.status_code == 409
    assert "“Theirs”" in plain(lost)
    assert segment_form(lost)["called"] == "Mine"
    assert changes.segment("far").name == "Theirs"
    assert mika.post(path, {**segment_form(lost), "do": "save"}).status_code == 303
    assert changes.segment("far").name == "Mine"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"key": "Far Away"}, "key"),
        ({"called": ""}, "called"),
        ({"reason": ""}, "reason"),
        ({"r1c1-values": "mars"}, "r1c1-values"),
    ],
)
def test_what_is_wrong_with_a_segment_is_said(mika, changes, typed, field):
    sound = {"key": "far", "called": "Far", "r1c1-attribute": "market", "r1c1-values": "us", "reason": "x"}
    page = mika.post(NEW, {**segment_form(mika.get(NEW)), **sound, **typed, "do": "save"})
    assert page.status_code == 422
    assert f'href="#{field}"' in text_of(page)
    assert changes.audit() == ()
