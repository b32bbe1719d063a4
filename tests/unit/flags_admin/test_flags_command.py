"""`manage.py flags`: what ops and scripts see and do; the same rules and the same audit as in the console."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from storefront.flags.changes import Changes
from storefront.flags.records import Who
from tests.unit.web.shops import fakes

WHO = ("--who", "Ola", "--reason", "a bad day")


@pytest.fixture
def made(settings):
    twins = fakes()
    settings.SHOP_FACTORY = lambda: twins.shop
    return twins


@pytest.fixture
def changes(made) -> Changes:
    return made.shop.flag_changes


@pytest.fixture
def run(made):
    def call(*words):
        out, err = StringIO(), StringIO()
        try:
            call_command("flags", *words, stdout=out, stderr=err)
        except SystemExit as ended:
            return ended.code, err.getvalue()
        return 0, out.getvalue()

    return call


def refused(*words):
    with pytest.raises(CommandError) as error:
        call_command("flags", *words, stdout=StringIO())
    return error.value.returncode, str(error.value)


def test_the_list_tells_each_flag_in_a_line(run, changes):
    changes.kill("suggestions", Who("x", "X"), "search is slow")
    lines = run("list")[1].splitlines()
    assert any(
        line.startswith("checkout") and "on, as declared" in line and "critical" in line for line in lines
    )
    assert any(line.startswith("suggestions") and "KILLED: search is slow" in line for line in lines)


def test_set_gives_everybody_a_variant_and_the_audit_has_it(run):
    assert run("set", "theme", "--variant", "harbour", *WHO) == (
        0,
        "flag#theme: done, version 1, revision 1\n",
    )
    assert "stands     harbour" in run("show", "theme")[1]
    _, audit = run("audit", "theme", "--full")
    assert "flag#theme  save  command line (Ola): a bad day" in audit
    assert '"harbour"' in audit
    run("set", "theme", "--default", *WHO)
    assert "stands     meadow, as declared" in run("show", "theme")[1]


def test_off_and_on(run, changes):
    run("set", "suggestions", "--off", *WHO)
    assert not changes.state("suggestions").enabled
    assert "off: off" in run("show", "suggestions")[1]
    run("set", "suggestions", "--on", *WHO)
    assert changes.state("suggestions").enabled


def test_a_version_that_does_not_stand_any_more_is_not_replaced(run, changes):
    run("set", "theme", "--variant", "harbour", *WHO)
    code, said = run("set", "theme", "--variant", "meadow", "--version", "0", *WHO)
    assert (code, said) == (1, "flag#theme: version 1 stands; nothing was changed\n")
    assert changes.state("theme").version == 1


def test_kill_and_revive(run, changes):
    run("kill", "checkout", *WHO)
    assert changes.state("checkout").killed == "a bad day"
    _, said = run("revive", "checkout", *WHO)
    assert "a second person has to approve it" in said
    assert changes.state("checkout").killed == "a bad day"
    assert run("revive", "checkout", *WHO) == (1, "another proposal for it waits; nothing was changed\n")


def test_a_wish_that_makes_no_sense_is_said_with_its_field(made):
    code, said = refused("set", "theme", "--variant", "mauve", *WHO)
    assert code == 2
    assert "otherwise.weights.0: unknown variant (variant mauve)" in said
    assert refused("kill", "theme", "--who", "Ola", "--reason", " ")[1] == "reason: required"
    assert "--who is empty" in refused("kill", "theme", "--who", " ", "--reason", "x")[1]
    for words in (("kill", "nothing", *WHO), ("kill", "theme"), ("set", "theme", *WHO)):
        with pytest.raises(CommandError):
            call_command("flags", *words, stdout=StringIO())


def test_what_is_exported_can_be_imported_and_is_shown_before(run, changes, tmp_path):
    run("set", "theme", "--variant", "harbour", *WHO)
    file = tmp_path / "flags.json"
    assert run("export", str(file))[0] == 0
    assert json.loads(run("export")[1]) == json.loads(file.read_text())
    file.write_text(file.read_text().replace("harbour", "meadow"))
    _, said = run("import", str(file), *WHO)
    assert "flag#theme: version 1 would be replaced" in said
    assert "Nothing was done" in said
    assert changes.state("theme").version == 1
    assert "flag#theme: done, version 2" in run("import", str(file), "--yes", *WHO)[1]
    assert run("import", str(file), "--yes", *WHO) == (0, "Everything in it stands already.\n")


def test_a_file_that_is_not_there_or_no_document(made, tmp_path):
    assert refused("import", str(tmp_path / "none.json"), *WHO)[0] == 2
    file = tmp_path / "odd.json"
    file.write_text("{")
    assert refused("import", str(file), *WHO) == (2, "as a whole: not json")


def test_the_audit_is_checked_by_playing_it_back(run, made):
    run("set", "theme", "--variant", "harbour", *WHO)
    assert run("audit", "--check") == (0, "The audit gives what stands, at revision 1.\n")
    made.flags._decisions.clear()
    code, said = run("audit", "--check")
    assert code == 1
    assert "the audit is broken: entry 1 is not what stands for flag#theme" in said


@pytest.mark.parametrize("limit", ["0", "-5", "1001"])
def test_a_number_of_changes_that_is_none_is_refused(limit):
    assert refused("audit", "--limit", limit) == (2, "--limit is a number from 1 to 1000")


def test_a_table_that_is_away_is_said(run, made):
    made.flags.away = True
    assert run("list") == (1, "the table of flags does not answer (UpstreamUnavailable)\n")


def test_a_proposal_is_withdrawn_by_the_name_that_made_it(run, changes):
    assert "proposed as" in run("set", "checkout", "--variant", "off", *WHO)[1]
    (waiting,) = changes.proposals()
    other = ("--who", "Mika", "--reason", "not mine")
    assert refused("withdraw", waiting.id, *other) == (2, "as a whole: not own proposal")
    assert changes.proposals() == (waiting,)
    assert run("withdraw", waiting.id, *WHO) == (
        0,
        "flag#checkout: withdrawn as revision 2; nothing changes\n",
    )
    assert changes.proposals() == ()
    assert run("withdraw", waiting.id, *WHO) == (1, "no such proposal waits; nothing was changed\n")


def test_a_name_that_was_given_here_is_no_account_s(run, changes):
    run("set", "checkout", "--variant", "off", "--who", "Andrea Approver", "--reason", "winter")
    (waiting,) = changes.proposals()
    changes.approve(waiting.id, Who("ada-0001", "ada@example.com (Ada)"))
    first = run("audit", "--limit", "1")[1]
    assert "ada@example.com (Ada), proposed by command line (Andrea Approver): winter" in first
