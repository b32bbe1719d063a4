"""The folder is read anew when it changes, in whatever way, and a bad file never takes a page away."""

import json
import logging
import os
import shutil
import threading

import pytest

from storefront.configuration import Configuration
from storefront.configuration.folder import MOST_BYTES
from storefront.core import ManualClock


def page(title: str) -> str:
    block = {"kind": "text", "title": title, "text": "Words."}
    return json.dumps({"title": title, "description": "A page", "sections": [block]})


class Shared:
    """A folder of templates, a Configuration that reads it, and a clock that says when it looks again."""

    def __init__(self, root):
        self.root = root
        self.clock = ManualClock()
        self.configuration = Configuration(root, self.clock)

    def write(self, file: str, text: str) -> None:
        path = self.root / "templates" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def title(self) -> str | None:
        """What the home page is called after the next look."""
        self.clock.advance(3)
        home = self.configuration.home()
        return home.title.text("en") if home else None


@pytest.fixture
def shared(tmp_path) -> Shared:
    folder = Shared(tmp_path / "configuration")
    folder.write("home.json", page("First"))
    return folder


def test_a_page_is_there_at_once_and_landing_pages_by_slug(shared):
    shared.write("landing/gifts.json", page("Gifts"))
    assert shared.title() == "First"
    landing = shared.configuration.landing("gifts")
    assert landing is not None
    assert landing.title.text("de") == "Gifts"
    assert shared.configuration.landing("nothing") is None
    assert list(shared.configuration.landings()) == ["gifts"]


@pytest.mark.parametrize("folder", [None, "missing"])
def test_without_a_folder_there_are_no_templates(tmp_path, folder):
    configuration = Configuration(tmp_path / folder if folder else None)
    assert configuration.home() is None
    assert configuration.landings() == {}
    assert configuration.problems() == ()


def test_a_file_written_over_is_seen_after_the_next_look_only(shared):
    shared.title()
    shared.write("home.json", page("Second"))
    home = shared.configuration.home()
    assert home is not None
    assert home.title.text("en") == "First", "looked a moment ago"
    assert shared.title() == "Second"


def test_a_file_renamed_into_place_is_seen_even_with_the_old_one_s_time(shared):
    shared.title()
    old = shared.root / "templates/home.json"
    new = shared.root / "templates/.home.json.new"
    new.write_text(page("Other"), encoding="utf-8")
    stat = old.stat()
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    new.replace(old)
    assert shared.title() == "Other"


def test_a_swapped_symlink_is_seen(tmp_path):
    for name in ("one", "two"):
        Shared(tmp_path / name).write("home.json", page(name))
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "one")
    shared = Shared(link)
    assert shared.title() == "one"
    fresh = tmp_path / "next"
    fresh.symlink_to(tmp_path / "two")
    fresh.replace(link)
    assert shared.title() == "two"


def test_the_last_good_copy_serves_while_a_file_is_bad_and_the_log_says_so_once(shared, caplog):
    shared.title()
    with caplog.at_level(logging.ERROR, "storefront.configuration"):
        shared.write("home.json", '{"title": "Half')
        assert [shared.title() for _ in range(5)] == ["First"] * 5
    (record,) = caplog.records
    assert record.message == "configuration_invalid"
    assert record.file == "templates/home.json"
    assert "templates/home.json: " in record.problem
    assert record.last_good_copy
    (problem,) = shared.configuration.problems()
    assert problem.file == "templates/home.json"
    shared.write("home.json", page("Mended"))
    assert shared.title() == "Mended"
    assert shared.configuration.problems() == ()


def test_a_file_that_was_never_good_is_no_page(tmp_path, caplog):
    shared = Shared(tmp_path)
    shared.write("home.json", "[]")
    assert shared.title() is None
    assert not caplog.records[0].last_good_copy


def test_a_file_is_gone_when_two_looks_have_missed_it(shared):
    shared.title()
    (shared.root / "templates/home.json").unlink()
    assert shared.title() == "First", "an editor may be about to put it back"
    assert shared.title() is None


def test_a_file_put_back_between_looks_was_never_away(shared):
    shared.title()
    (shared.root / "templates/home.json").unlink()
    shared.title()
    shared.write("home.json", page("Back"))
    assert [shared.title() for _ in range(3)] == ["Back"] * 3


def test_everything_serves_on_while_the_folder_is_unmounted(shared, caplog):
    shared.title()
    away = shared.root.with_name("away")
    shared.root.rename(away)
    assert [shared.title() for _ in range(4)] == ["First"] * 4
    assert [record.message for record in caplog.records] == ["configuration_folder_away"]
    away.rename(shared.root)
    assert shared.title() == "First"


def test_unreadable_and_enormous_files_are_told(shared):
    shared.title()
    shared.write("landing/big.json", " " * (MOST_BYTES + 1))
    (shared.root / "templates/landing/loop.json").symlink_to("loop.json")
    shared.title()
    told = {problem.file: problem.message for problem in shared.configuration.problems()}
    assert told["templates/landing/big.json"] == "is larger than 256 kB"
    assert told["templates/landing/loop.json"].startswith("cannot be read")


def test_files_that_nothing_reads_are_told(shared):
    for file in ("hme.json", "landing/Gifts.json", "landing/deep/gifts.json"):
        shared.write(file, page("Lost"))
    shared.write(".home.json.swp.json", "{")
    told = [problem.file for problem in shared.configuration.problems()]
    assert told == ["templates/hme.json", "templates/landing/Gifts.json"]


def test_requests_share_one_look(shared):
    shared.title()
    shutil.rmtree(shared.root / "templates")
    shared.write("home.json", page("Second"))
    shared.clock.advance(3)
    seen: list[str] = []

    def ask() -> None:
        home = shared.configuration.home()
        seen.append(home.title.text("en") if home else "nothing")

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 16
    assert set(seen) <= {"First", "Second"}
    assert shared.title() == "Second"
