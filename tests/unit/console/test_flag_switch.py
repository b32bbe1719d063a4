"""What acts at once or waits for a second person: kill switch, audit with undo, proposals."""

from __future__ import annotations

import re

import pytest

from storefront.flags.changes import Changes
from storefront.flags.records import FlagConflict, Who
from storefront.flags.state import WHOLE, FlagState, Prerequisite, Serve
from tests.unit.cart.shopper import text_of
from tests.unit.console.conftest import MIKA, staff
from tests.unit.console.forms import plain, save, sent_by

HERE = "/console/flags/"
AUDIT = f"{HERE}audit/"
WAITING = f"{HERE}proposals/"
CHECKOUT = f"{HERE}f/checkout/"
THEME = f"{HERE}f/theme/"
OTHER = Who("other", "Olga Other")
HARBOUR = Serve(weights=(("harbour", WHOLE),))


def theme(changes, *, note):
    state = changes.state("theme")
    changed = FlagState(key="theme", otherwise=HARBOUR, note=note)
    return changes.save(changed, state.version, OTHER, f"for {note}").revision


@pytest.mark.parametrize("group", ["merchandiser", "ops"])
def test_a_kill_acts_at_once_even_on_a_critical_flag_and_says_why(twins, changes, group):
    client = staff(twins, groups=(group,))
    assert f'action="{CHECKOUT}"' in text_of(client.get(HERE))
    response = client.post(CHECKOUT, {"do": "kill", "reason": "payments fail"})
    assert (response.status_code, response["Location"]) == (303, CHECKOUT)
    assert changes.state("checkout").killed == "payments fail"
    page = plain(client.get(CHECKOUT))
    assert "“checkout” is off." in page
    assert "The kill switch is down: everybody gets “off”. Reason: payments fail" in page
    (entry,) = changes.audit()
    assert (entry.who.id, entry.action, entry.reason) == (MIKA, "kill", "payments fail")


def test_no_kill_without_a_reason(mika, changes):
    refused = mika.post(THEME, {"do": "kill", "reason": ""})
    assert refused.status_code == 422
    assert 'href="#reason"' in text_of(refused)
    assert changes.audit() == ()


def test_a_reason_typed_in_the_list_outlives_a_sign_in(twins, changes):
    late = staff(twins, ago=20 * 60)
    form = sent_by(late.get(HERE, {"kind": "ops"}), marker=f'action="{CHECKOUT}"')
    back = f"http://testserver{HERE}?kind=ops"
    response = late.post(
        CHECKOUT, {**form, "do": "kill", "reason": "payments fail"}, headers={"referer": back}
    )
    assert (response.status_code, "again=1" in response["Location"]) == (303, True)
    assert changes.audit() == ()
    page = late.get(HERE, {"kind": "ops"})
    assert sent_by(page, marker=f'action="{CHECKOUT}"')["reason"] == "payments fail"
    assert sent_by(page, marker='action="/console/flags/f/suggestions/"')["reason"] == ""
    assert len(re.findall(r'<details class="fold" open>', text_of(page))) == 1


@pytest.mark.parametrize("sent", [{}, {"do": ""}, {"do": "killl"}, {"do": "approve"}])
def test_only_what_is_asked_for_is_done(mika, changes, sent):
    """Whatever else a form may send: no flag comes on again by it."""
    changes.kill("theme", OTHER, "ugly")
    assert mika.post(THEME, {**sent, "reason": "because"}).status_code == 403
    assert changes.state("theme").killed == "ugly"


@pytest.mark.parametrize("action", ["kill", "revive"])
def test_who_loses_a_race_is_told_so(mika, changes, monkeypatch, action):
    def beaten(self, key, _who, _reason):
        raise FlagConflict(f"flag#{key}", None)

    monkeypatch.setattr(Changes, action, beaten)
    lost = mika.post(THEME, {"do": action, "reason": "because"})
    assert lost.status_code == 409
    assert "Somebody changed it this moment." in plain(lost)
    assert sent_by(lost, marker='id="turn"')["reason"] == "because"


def test_an_approver_neither_kills_nor_revives(ada, changes):
    assert 'value="kill"' not in text_of(ada.get(HERE))
    assert 'value="kill"' not in text_of(ada.get(THEME))
    for action in ("kill", "revive"):
        assert ada.post(THEME, {"do": action, "reason": "because"}).status_code == 403
    assert changes.audit() == ()


def test_ops_kill_but_do_not_revive(twins, changes):
    changes.kill("theme", OTHER, "ugly")
    ops = staff(twins, groups=("ops",))
    assert ops.post(THEME, {"do": "revive", "reason": "because"}).status_code == 403
    assert staff(twins).post(THEME, {"do": "revive", "reason": "fixed"}).status_code == 303
    assert changes.state("theme").killed == ""


def test_a_critical_flag_wants_a_second_person(mika, ada, changes):
    path = f"{CHECKOUT}edit/"
    assert "wait until somebody else approves them" in plain(mika.get(path))
    assert save(mika, path, **{"o-gets": "off"}).status_code == 303
    assert changes.state("checkout").version == 0
    assert "Somebody else has to approve this." in plain(mika.get(CHECKOUT))
    (waiting,) = changes.proposals()
    own = text_of(mika.get(WAITING))
    assert 'value="withdraw"' in own
    assert 'value="approve"' not in own
    page = plain(ada.get(WAITING))
    assert "new: Everybody gets “off”." in page
    assert "because" in page
    assert "1 change waits for approval" in plain(ada.get(HERE))
    form = {"id": waiting.id, "do": "approve", "reason": "seen"}
    assert ada.post(WAITING, form).status_code == 303
    assert changes.state("checkout").otherwise == Serve(weights=(("off", WHOLE),))
    entry = changes.audit()[0]
    assert (entry.who.id, entry.author.id) == ("ada-0001", MIKA)
    assert ada.post(WAITING, form).status_code == 409


def test_so_does_a_flag_that_a_critical_one_needs(mika, changes):
    assert "wait until somebody else approves them" not in plain(mika.get(f"{THEME}edit/"))
    needs = FlagState(key="checkout", prerequisites=(Prerequisite(flag="theme", variants=("meadow",)),))
    changes.approve(changes.save(needs, 0, OTHER, "odd").proposal.id, Who("second", "Sam"), "odd")
    assert "wait until somebody else approves them" in plain(mika.get(f"{THEME}edit/"))
    assert save(mika, f"{THEME}edit/", **{"o-gets": "harbour"}).status_code == 303
    assert changes.state("theme").version == 0
    assert len(changes.proposals()) == 1


def test_nobody_approves_their_own(twins, changes):
    both = staff(twins, groups=("merchandiser", "approver"))
    save(both, f"{CHECKOUT}edit/", **{"o-gets": "off"})
    (waiting,) = changes.proposals()
    refused = both.post(WAITING, {"id": waiting.id, "do": "approve", "reason": "me"})
    assert refused.status_code == 422
    assert "Somebody else has to decide on it: this proposal is yours." in plain(refused)
    assert changes.state("checkout").version == 0


def test_who_is_no_approver_decides_nothing(mika, twins, changes):
    save(mika, f"{CHECKOUT}edit/", **{"o-gets": "off"})
    (waiting,) = changes.proposals()
    another = staff(twins, sub="nina-0001", name="Nina")
    assert 'value="approve"' not in text_of(another.get(WAITING))
    for action in ("approve", "reject"):
        form = {"id": waiting.id, "do": action, "reason": "because"}
        assert another.post(WAITING, form).status_code == 403
    assert len(changes.proposals()) == 1


@pytest.mark.parametrize(("action", "client"), [("reject", "ada"), ("withdraw", "mika")])
def test_a_proposal_can_end_without_a_change(mika, ada, changes, action, client):
    save(mika, f"{CHECKOUT}edit/", **{"o-gets": "off"})
    (waiting,) = changes.proposals()
    who = {"ada": ada, "mika": mika}[client]
    assert who.post(WAITING, {"id": waiting.id, "do": action, "reason": ""}).status_code == 422
    assert who.post(WAITING, {"id": waiting.id, "do": action, "reason": "no"}).status_code == 303
    assert changes.proposals() == ()
    assert changes.state("checkout").version == 0
    assert "Nothing waits." in plain(mika.get(WAITING))


def test_a_second_proposal_is_told_of_the_first(mika, twins, changes):
    save(mika, f"{CHECKOUT}edit/", **{"o-gets": "off"})
    nina = staff(twins, sub="nina-0001", name="Nina")
    late = save(nina, f"{CHECKOUT}edit/", **{"o-gets": "on"})
    assert late.status_code == 409
    assert "A proposal by mika@example.com (Mika) waits already" in plain(late)
    assert sent_by(late)["o-gets"] == "on"


def test_the_audit_shows_before_and_after_and_one_press_takes_back(mika, changes):
    theme(changes, note="spring")
    page = mika.get(AUDIT)
    words = plain(page)
    assert "Olga Other" in words
    assert "Reason: for spring" in words
    assert (
        "gone: Everybody gets “meadow”, the default of the code." in words or "Nothing was decided." in words
    )
    assert "new: Everybody gets “harbour”." in words
    action, reason = undo_form(page, 1)
    response = mika.post(action, {"reason": reason})
    assert (response.status_code, response["Location"]) == (303, THEME)
    assert changes.state("theme").otherwise is None
    assert "Change 1 was taken back." in plain(mika.get(THEME))
    assert changes.audit()[0].undoes == 1
    assert "theme took back a change (1)" in plain(mika.get(AUDIT))


def undo_form(page, revision):
    form = re.search(
        rf'<form method="post" action="({AUDIT}{revision}/undo/)">(.*?)</form>', text_of(page), re.DOTALL
    )
    assert form, f"change {revision} has no button"
    return form.group(1), re.search(r'name="reason"\s+value="([^"]+)"', form.group(2)).group(1)


def test_later_changes_are_shown_before_they_are_taken_back_with_it(mika, changes):
    first = theme(changes, note="spring")
    second = theme(changes, note="summer")
    path = f"{AUDIT}{first}/undo/"
    shown = mika.post(path, {"reason": "all wrong"})
    assert shown.status_code == 409
    assert "for summer" in plain(shown)
    assert changes.state("theme").version == 2
    assert f'name="seen" value="{second}"' in text_of(shown)
    third = theme(changes, note="autumn")
    again = mika.post(path, {"reason": "all wrong", "seen": str(second)})
    assert again.status_code == 409
    assert "for autumn" in plain(again)
    assert mika.post(path, {"reason": "all wrong", "seen": str(third)}).status_code == 303
    assert changes.state("theme").otherwise is None


def test_only_editors_take_back(twins, changes):
    revision = theme(changes, note="spring")
    ops = staff(twins, groups=("ops",))
    assert "/undo/" not in text_of(ops.get(AUDIT))
    assert ops.post(f"{AUDIT}{revision}/undo/", {"reason": "because"}).status_code == 403
    assert changes.state("theme").version == 1


def test_the_audit_goes_back_page_by_page_and_by_flag(mika, changes):
    for n in range(32):
        theme(changes, note=f"day {n}")
    changes.kill("suggestions", OTHER, "slow")
    first = mika.get(AUDIT)
    assert 'id="change-33"' in text_of(first)
    assert 'id="change-3"' not in text_of(first)
    older = re.search(r'href="([^"]*before=\d+)"', text_of(first)).group(1)
    assert 'id="change-1"' in text_of(mika.get(older))
    only = text_of(mika.get(AUDIT, {"flag": "suggestions"}))
    assert 'id="change-33"' in only
    assert 'id="change-32"' not in only
    assert mika.get(AUDIT, {"flag": "nonsense"}).status_code == 404
