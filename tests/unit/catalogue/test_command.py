"""The command line: one clear line and exit code 2 for a file that is not a product CSV."""

from __future__ import annotations

import json

from shop_files import row, shop_file

from dev.catalogue.__main__ import main


def test_a_file_that_is_none_gives_one_line_and_code_two(tmp_path, capsys) -> None:
    file, media = tmp_path / "page.csv", tmp_path / "media"
    file.write_bytes(b"<html></html>")
    assert main(["import", str(file), "--media-root", str(media), "--dry-run"]) == 2
    said = capsys.readouterr()
    assert said.err == "page.csv is an HTML or XML page, not a CSV.\n"
    assert said.out == ""
    assert not media.exists()


def test_a_missing_file_gives_one_line_and_code_two(tmp_path, capsys) -> None:
    assert main(["import", str(tmp_path / "no.csv"), "--media-root", str(tmp_path), "--dry-run"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_import_prints_its_counts_and_writes_its_report(tmp_path, capsys) -> None:
    file, report = tmp_path / "goods.csv", tmp_path / "report.json"
    file.write_bytes(shop_file(row("mug", "Mug", "9"), row("bad", "Bad", "x")))
    code = main(
        ["import", str(file), "--media-root", str(tmp_path / "m"), "--dry-run", "--report", str(report)]
    )
    out = capsys.readouterr().out
    assert code == 0
    assert "1 created, 0 updated, 0 unchanged, 0 retired" in out
    assert "line 3, Variant Price" in out
    assert json.loads(report.read_text())["problems"][0]["line"] == 3
