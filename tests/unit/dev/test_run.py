"""`make run`: a file that is no catalogue is refused before anything starts; a good one names its shop."""

from pathlib import Path

import pytest

from dev import run
from dev.ports import Ports
from dev.stack.tiers import seeding

GOODS = b"Handle,Title,Vendor,Variant Price\nmug,Mug,Acme,9\n"


class Opened(Exception):  # noqa: N818 - says how far it came
    """The stack was about to start, under this name and on this folder."""


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    def stop(state_dir, **options):
        raise Opened(options["shop_name"], options["extra"], state_dir)

    monkeypatch.setattr(run, "REPOSITORY", tmp_path)
    monkeypatch.setattr(run, "DevStack", stop)
    monkeypatch.delenv("SHOP_NAME", raising=False)
    return tmp_path


def started_as(*arguments: str) -> str:
    with pytest.raises(Opened) as opened:
        run.main([*arguments])
    return opened.value.args[0]


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", b"\x00\x01", b"Handle;Title;Variant Price\n", b"Handle,Title\n", b"H\xe9\n"],
)
def test_a_bad_catalogue_is_one_line_and_leaves_nothing(repository, capsys, data):
    file = repository / "goods.csv"
    file.write_bytes(data)

    assert run.main(["--catalog", str(file)]) == 1

    said = capsys.readouterr()
    assert said.err.startswith("error: goods.csv ")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not (repository / "var").exists()


def test_a_catalogue_names_its_shop_unless_the_caller_does(repository, monkeypatch):
    file = repository / "goods.csv"
    file.write_bytes(GOODS)

    assert started_as("--catalog", str(file)) == "Acme"
    assert started_as() == "Fieldnote"

    monkeypatch.setenv("SHOP_NAME", "Harbour & Sons")
    assert started_as("--catalog", str(file)) == "Harbour & Sons"
    assert started_as() == "Harbour & Sons"


def test_a_setting_of_the_web_tier_reaches_it(repository, monkeypatch):
    monkeypatch.setenv("PAGE_CACHE", "off")
    with pytest.raises(Opened) as opened:
        run.main([])
    assert opened.value.args[1]["web"]["PAGE_CACHE"] == "off"


def test_the_mails_are_read_at_the_port_that_was_chosen():
    told = run._python
    assert told(Ports()) == ".venv/bin/python"
    assert told(Ports(ministack=9002)) == "MINISTACK_PORT=9002 .venv/bin/python"


def steps(catalog: Path | None, name: str) -> tuple[str, str]:
    catalogue, content = seeding(catalog, Path("/media"), {}, shop_name=name)
    return " ".join(catalogue.argv), " ".join(content.argv)


def test_a_file_is_the_whole_catalogue_of_its_shop_and_gets_plain_words():
    catalogue, content = steps(Path("/goods.csv"), "-Acme-")

    assert "import /goods.csv --prune" in catalogue
    assert "--shop-name=-Acme-" in content


def test_the_demo_keeps_its_words_under_its_own_name_only():
    assert "--shop-name" not in steps(None, "Fieldnote")[1]
    assert "--shop-name=Acme" in steps(None, "Acme")[1]
