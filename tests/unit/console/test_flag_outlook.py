"""What is told before a change is kept, approved or taken back: who gets what, what looks like a slip."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from storefront.flags.records import Who
from storefront.flags.state import WHOLE, Condition, FlagState, Rule, Segment, Serve, Window
from tests.unit.cart.shopper import text_of
from tests.unit.console.forms import plain, sent_by

HERE = "/console/flags/"
WAITING = f"{HERE}proposals/"
THEME = f"{HERE}f/theme/"
BANNER = f"{HERE}f/site-banner/"
LINKS = f"{HERE}f/header-links/"
CHECKOUT = f"{HERE}f/checkout/"
OTHER = Who("other", "Olga Other")
HARBOUR = Serve(weights=(("harbour", WHOLE),))
LATE = Serve(weights=(("late", WHOLE),))
OFF = Serve(weights=(("off", WHOLE),))
GERMANY = Condition(attribute="country", op="is", values=("de",))
UNSEEN = "late (not shown: no text in this language)"


def banner(**text: str) -> FlagState:
    """A banner for everybody, in these languages."""
    return FlagState(
        key="site-banner", values={"late": {"kind": "info", "text": text, "href": ""}}, otherwise=LATE
    )


def looked_at(client, path, **typed):
    """The look at the form of a flag as it is, with this typed over."""
    edit = f"{path}edit/"
    return client.post(edit, {**sent_by(client.get(edit), **typed), "do": "look"})


def row(page, region):
    """What is told of a region."""
    found = re.search(rf'<th scope="row">{region}</th>(.*?)</tr>', text_of(page), re.DOTALL)
    assert found, region
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split())


def test_a_banner_is_promised_in_no_language_that_it_has_no_words_in(mika, changes):
    changes.save(banner(en="Parcels are late"), 0, OTHER, "a storm")
    for page in (looked_at(mika, BANNER), mika.get(BANNER)):
        assert row(page, "Ireland, English") in ("late", "late late")
        assert UNSEEN in row(page, "Germany, Deutsch")
        assert UNSEEN in row(page, "Germany, العربية")


def test_a_banner_without_words_is_shown_nowhere(mika, changes):
    changes.save(banner(), 0, OTHER, "a storm")
    assert plain(mika.get(BANNER)).count(UNSEEN) == 9


def test_the_banner_of_nobody_is_not_said_to_lack_words(mika):
    assert "not shown" not in plain(mika.get(BANNER))


def test_links_are_told_apart_by_language(mika, changes):
    links = [
        {"label": {"en": "Mugs", "de": "Becher"}, "href": "/c/mugs/"},
        {"label": {"en": "Sale"}, "href": "/c/textiles/"},
    ]
    everybody = Serve(weights=(("more", WHOLE),))
    state = FlagState(key="header-links", values={"more": {"links": links}}, otherwise=everybody)
    changes.save(state, 0, OTHER, "a sale")
    page = mika.get(LINKS)
    assert row(page, "Ireland, English") == "more"
    assert row(page, "Ireland, Deutsch") == "more (not all of it: some links have no text in this language)"
    assert row(page, "Ireland, العربية") == "more (not shown: no text in this language)"


@pytest.mark.parametrize(
    ("href", "there"),
    [
        ("/c/does-not-exist/", False),
        ("/nowhere/at/all/", False),
        ("/p/meadow-cushion/", True),
        ("/de/de/p/meadow-cushion/", True),
        ("/cart/", True),
        ("/media/catalogue.pdf", True),  # a file, of which no page tells
    ],
)
def test_a_link_that_leads_nowhere_is_told_before_it_goes_live(mika, href, there):
    edit = f"{BANNER}edit/"
    added = mika.post(edit, {**sent_by(mika.get(edit)), "do": "add-value"})
    typed = {"v1-name": "late", "v1-text-en": "Late", "v1-href": href}
    look = mika.post(edit, {**sent_by(added, **typed), "do": "look"})
    assert look.status_code == 200
    told = f"The link {href} leads nowhere: the shop has no such page."
    assert (told not in plain(look)) is there


def test_a_time_that_is_over_is_told_before_it_is_kept(mika):
    past = {"f-ends": "2020-01-01T00:00", "f-zone": "Europe/Berlin"}
    words = plain(looked_at(mika, THEME, **past))
    assert "The time of the whole flag is over already: everybody gets “meadow”." in words
    edit = f"{THEME}edit/"
    added = mika.post(edit, {**sent_by(mika.get(edit)), "do": "add-rule"})
    typed = {"r1-gets": "harbour", "r1-ends": "2020-01-01T00:00"}
    words = plain(mika.post(edit, {**sent_by(added, **typed), "do": "look"}))
    assert "The time of rule 1 is over already: nobody gets anything by it." in words
    assert "is over already" not in plain(looked_at(mika, THEME, **{"f-ends": "2099-01-01T00:00"}))


@pytest.mark.parametrize(
    ("days", "mark", "words"),
    [((1, 2), "scheduled", "scheduled"), ((-2, -1), "over", "its time is over"), ((-1, 1), "", "")],
)
def test_the_list_tells_of_what_has_not_begun_and_of_what_is_over(mika, twins, changes, days, mark, words):
    now = twins.shop.clock.now()
    starts, ends = (f"{now + timedelta(days=one):%Y-%m-%dT%H:%M}" for one in days)
    rule = Rule(name="a while", conditions=(), serve=HARBOUR, window=Window(starts=starts, ends=ends))
    changes.save(FlagState(key="theme", rules=(rule,)), 0, OTHER, "a sale")
    for name in ("scheduled", "over"):
        assert ('id="flag-theme"' in text_of(mika.get(HERE, {"mark": name}))) is (name == mark)
    assert words in plain(mika.get(THEME)).split("What is decided")[0]


def test_times_are_shown_in_the_zone_in_which_they_were_typed(mika):
    typed = {"f-starts": "2036-12-01T00:00", "f-zone": "Europe/Berlin"}
    words = plain(looked_at(mika, THEME, **typed))
    assert "From 1 December 2036, 00:00 (Europe/Berlin)" in words
    assert "UTC" not in words


def test_a_zone_of_the_market_is_chosen_beforehand(mika):
    assert sent_by(mika.get(f"{THEME}edit/"))["f-zone"] == "Europe/Dublin"
    for path in (f"{HERE}why/", f"{HERE}preview/"):
        form = sent_by(mika.get(path), marker='name="zone"')
        assert form["zone"] == "Europe/Dublin", path


def test_changes_are_told_with_their_time_and_its_zone(mika, changes):
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "spring")
    assert re.search(r"Olga Other, .*?, \d\d:\d\d \(Europe/Dublin\)", plain(mika.get(f"{HERE}audit/")))


def proposed(changes, state: FlagState) -> str:
    """The id of the proposal."""
    return changes.save(state, changes.state(state.key).version, OTHER, "a trial").proposal.id


def test_an_approver_sees_who_gets_what(ada, changes):
    german = Rule(name="de", conditions=(GERMANY,), serve=OFF)
    proposed(changes, FlagState(key="checkout", rules=(german,)))
    page = ada.get(WAITING)
    assert row(page, "Germany, Deutsch") == "on off"
    assert row(page, "Ireland, English") == "on on"


def test_a_proposal_that_was_overtaken_is_shown_beside_what_stands_and_not_to_be_approved(ada, changes):
    proposed(changes, FlagState(key="checkout", note="mine"))
    changes.kill("checkout", OTHER, "the bank is away")
    page = ada.get(WAITING)
    words = plain(page)
    assert "The kill switch is down: everybody gets “off”. Reason: the bank is away" in words
    assert "so it can’t be approved" in words
    assert 'value="approve"' not in text_of(page)
    assert 'value="reject"' in text_of(page)


def test_a_reason_that_is_missing_is_said_at_its_field(ada, changes):
    first = proposed(changes, FlagState(key="checkout", note="mine"))
    refused = ada.post(WAITING, {"id": first, "do": "reject", "reason": " "})
    page = text_of(refused)
    assert refused.status_code == 422
    assert f'href="#reason-{first}"' in page
    assert f'id="reason-{first}-error"' in page
    assert "checkout, reason: Please fill this in." in plain(refused)
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")


def test_what_is_off_is_not_said_to_be_given(mika, changes):
    changes.save(FlagState(key="suggestions", enabled=False), 0, OTHER, "slow")
    words = plain(mika.get(f"{HERE}f/suggestions/"))
    off = "The flag is switched off: everybody gets “off”."
    assert f"{off} While it is on, this holds: Everybody gets “on”" in words
    entry = plain(mika.get(f"{HERE}audit/"))
    assert f"new: {off}" in entry
    assert "new: Everybody gets “on”" not in entry


def test_a_change_that_waits_is_one_press_away(mika, changes):
    waits = proposed(changes, FlagState(key="checkout", note="mine"))
    for path in (CHECKOUT, f"{CHECKOUT}edit/"):
        assert f'href="{WAITING}#proposal-{waits}"' in text_of(mika.get(path)), path
    assert f'href="{WAITING}#proposal-{waits}"' in text_of(looked_at(mika, CHECKOUT))
    assert "#proposal-" not in text_of(mika.get(THEME))


def test_before_something_old_is_taken_back_it_is_shown_what_will_stand(mika, changes):
    changes.save(FlagState(key="theme", otherwise=HARBOUR), 0, OTHER, "spring")
    changes.save(FlagState(key="theme", otherwise=HARBOUR, note="more"), 1, OTHER, "a note")
    page = mika.post(f"{HERE}audit/1/undo/", {"reason": "ugly"})
    assert page.status_code == 409
    assert row(page, "Ireland, English") == "harbour meadow"
    then = plain(page).split("What will stand")[2]
    assert "new: Everybody gets “meadow”, the default of the code." in then
    us = Segment(key="us", name="US", alternatives=((GERMANY,),))
    changes.save_segment(us, 0, OTHER, "one")
    changes.save_segment(Segment(key="us", name="Us", alternatives=((GERMANY,),)), 1, OTHER, "two")
    assert "“US”" in plain(mika.post(f"{HERE}audit/3/undo/", {"reason": "wrong"}))


def test_what_reads_from_the_right_is_kept_apart_from_the_sentence(mika, changes):
    changes.save(banner(ar="الطرود متأخرة"), 0, OTHER, "a storm")
    page = mika.get(BANNER)
    assert "<bdi>\u2068الطرود متأخرة\u2069</bdi>" in text_of(page)
    assert "Value “late”, Text, العربية: \u2068الطرود متأخرة\u2069" in plain(page)
    assert "{" not in plain(page)


@pytest.mark.parametrize(
    ("path", "place", "current"),
    [
        (HERE, HERE, "page"),
        (THEME, HERE, "true"),
        (WAITING, WAITING, "page"),
        (f"{HERE}segments/new/", f"{HERE}segments/", "true"),
    ],
)
def test_the_menu_says_where_one_is(mika, path, place, current):
    menu = text_of(mika.get(path)).split("console__tools", 1)[1].split("</nav>", 1)[0]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', " ".join(menu.split())) == [(place, current)]


def test_on_a_phone_a_row_of_the_list_says_what_is_in_it(mika):
    """Its cells stand below each other there, without the heads of their columns."""
    page = text_of(mika.get(HERE))
    labels = re.findall(r'<td data-label="([^"]+)"', page.split('id="flag-theme"')[1].split("</tr>")[0])
    assert labels == ["Type", "Owner", "Seen now", "Expires", "How it stands", "Kill switch"]
