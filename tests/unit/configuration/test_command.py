"""`manage.py check_configuration` says what is wrong where, and its exit status says whether anything is."""

import json

import pytest
from django.core.management import call_command

GOOD = {"title": "Home", "description": "A shop", "sections": [{"kind": "text", "title": "A", "text": "B"}]}


def run(folder, capsys) -> tuple[int, str, str]:
    status = 0
    try:
        call_command("check_configuration", folder)
    except SystemExit as left:
        status = int(left.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "templates/landing").mkdir(parents=True)
    return tmp_path


def test_a_good_folder_passes_with_notes_on_what_is_not_translated(folder, capsys):
    (folder / "templates/home.json").write_text(json.dumps(GOOD))
    status, out, err = run(folder, capsys)
    assert (status, err) == (0, "")
    assert "note: templates/home.json: sections[0].title: has no text in de, ar" in out
    assert "1 templates can be used." in out


def test_every_problem_of_every_file_is_listed(folder, capsys):
    (folder / "templates/home.json").write_text(
        json.dumps(GOOD | {"sections": [{"kind": "x"}, {"kind": "text"}]})
    )
    (folder / "templates/landing/gifts.json").write_text("{")
    status, _, err = run(folder, capsys)
    assert status == 1
    lines = err.splitlines()
    assert lines[0].startswith("templates/home.json: sections[0].kind: ")
    assert lines[1].startswith("templates/home.json: sections[1].title: is missing")
    assert lines[2].startswith("templates/landing/gifts.json: is not JSON")


def test_a_folder_that_is_not_there_fails(tmp_path, capsys):
    status, _, err = run(tmp_path / "nowhere", capsys)
    assert status == 1
    assert "there is no such folder" in err
