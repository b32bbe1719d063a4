"""Static files and pictures in a bucket: by hashed names, for good, beside those of the release before."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config.env import Env, SettingError
from config.files import read_buckets
from dev.ports import base_environment
from dev.stack.devstack import DevStack
from dev.stack.emulators import REGION, REPOSITORY

BUCKET = "storefront-files-test"
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevStack]:
    with DevStack(tmp_path_factory.mktemp("files"), services=("ministack",)) as stack:
        yield stack


@pytest.fixture
def s3(stack: DevStack) -> Iterator[Any]:
    """An empty bucket of the emulator."""
    s3 = stack.boto("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield s3
    for key in keys(s3):
        s3.delete_object(Bucket=BUCKET, Key=key)
    s3.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def publish(stack: DevStack, s3: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command for a release, with files as `collectstatic` leaves them; returns what it says."""
    named = {"STATIC_BUCKET": BUCKET, "MEDIA_BUCKET": BUCKET}
    endpoint = f"http://127.0.0.1:{stack.ports.ministack}"
    settings.STORAGES = {**settings.STORAGES, **read_buckets(Env(named), REGION, endpoint)}
    settings.STATIC_ROOT = tmp_path / "built"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    def run(release: str, files: dict[str, str], **options: Any) -> str:
        settings.RELEASE = release
        built(settings.STATIC_ROOT, files)
        out = io.StringIO()
        call_command("publish_files", stdout=out, **options)
        time.sleep(0.01)
        return out.getvalue()

    return run


def built(folder: Path, files: dict[str, str]) -> None:
    """A folder of static files and its manifest; `files` are hashed names and what is in them."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        (folder / f"{name}.gz").write_text("smaller", encoding="utf-8")
    paths = {name.replace(".1", "").replace(".2", ""): name for name in files}
    folder.with_name(f"{folder.name}.json").write_text(json.dumps({"paths": paths}), encoding="utf-8")


def keys(s3: Any) -> set[str]:
    return {one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def test_static_files_are_sent_by_hashed_names_to_be_kept_for_good(publish: Any, s3: Any) -> None:
    said = publish("r1", {"css/main.1.css": "a{}", "js/tt.1.js": "x"})
    assert said.startswith("2 sent, 0 there already")
    assert keys(s3) == {"static/css/main.1.css", "static/js/tt.1.js", "releases/r1.json"}
    found = s3.get_object(Bucket=BUCKET, Key="static/css/main.1.css")
    assert (found["CacheControl"], found["ContentType"]) == (FOREVER, "text/css")
    assert found["Body"].read() == b"a{}"
    assert "ContentEncoding" not in found


def test_the_release_before_keeps_its_files_and_older_ones_lose_what_nobody_needs(
    publish: Any, s3: Any
) -> None:
    publish("r1", {"css/main.1.css": "a", "js/tt.1.js": "x"})
    assert publish("r2", {"css/main.2.css": "b", "js/tt.1.js": "x"}).startswith("1 sent, 1 there already")
    assert "static/css/main.1.css" in keys(s3), "pages of the release before ask for it"
    assert publish("r3", {"css/main.3.css": "c", "js/tt.1.js": "x"}).endswith("1 taken away\n")
    assert keys(s3) == {
        *("static/css/main.2.css", "static/css/main.3.css", "static/js/tt.1.js"),
        *("releases/r2.json", "releases/r3.json"),
    }


def test_a_release_that_goes_out_again_takes_nothing_away_from_itself(publish: Any, s3: Any) -> None:
    for release, name in (("r1", "a.1.css"), ("r2", "b.1.css"), ("r1", "a.1.css")):
        publish(release, {name: release})
    assert {"static/a.1.css", "static/b.1.css"} <= keys(s3)


def test_a_folder_that_was_not_built_is_said(publish: Any, settings: Any, capsys: Any) -> None:
    settings.STATIC_ROOT = Path("/nowhere/at/all")
    with pytest.raises(SystemExit):
        call_command("publish_files")
    assert "collectstatic" in capsys.readouterr().err


def test_pictures_that_are_new_or_have_changed_are_sent(publish: Any, s3: Any, tmp_path: Path) -> None:
    folder = tmp_path / "media"
    (folder / "products").mkdir(parents=True)
    first, second = folder / "products" / "rug-360.avif", folder / "products" / "rug-720.avif"
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    for picture in (first, second):
        os.utime(picture, (time.time() - 60,) * 2)
    assert publish("r1", {}, media=folder).startswith("2 sent")
    assert publish("r1", {}, media=folder).startswith("0 sent, 2 there")
    second.write_bytes(b"22")
    assert publish("r1", {}, media=folder).startswith("1 sent, 1 there")
    found = s3.get_object(Bucket=BUCKET, Key="media/products/rug-720.avif")
    assert found["Body"].read() == b"22"
    assert found["CacheControl"].startswith("public, max-age=86400")
    assert found["ContentType"] == "image/avif"


def test_the_shops_own_files_are_all_there_after_a_build(stack: DevStack, s3: Any, tmp_path: Path) -> None:
    """As an image does it: collect, publish, and every file that the manifest names is in the bucket."""
    root = tmp_path / "static"
    environment = {
        **base_environment(),
        "STATIC_MANIFEST": "1", "STATIC_ROOT": str(root), "RELEASE": "r9", "STATIC_BUCKET": BUCKET,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{stack.ports.ministack}", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "DJANGO_SETTINGS_MODULE": "config.settings.development",
    }  # fmt: skip
    for command in (["collectstatic", "--noinput", "-v0"], ["publish_files"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=REPOSITORY, env=environment, check=True)
    paths = json.loads((tmp_path / "static.json").read_text(encoding="utf-8"))["paths"]
    assert {f"static/{name}" for name in paths.values()} | {"releases/r9.json"} == keys(s3)


@pytest.mark.parametrize("name", ["Bucket", "a/b", "x"])
def test_an_odd_bucket_is_refused(name: str) -> None:
    with pytest.raises(SettingError):
        read_buckets(Env({"STATIC_BUCKET": name}), REGION, "")


def test_without_buckets_there_are_none_and_the_command_says_so(capsys: Any) -> None:
    assert read_buckets(Env({}), REGION, "") == {}
    with pytest.raises(SystemExit):
        call_command("publish_files")
    assert "STATIC_BUCKET" in capsys.readouterr().err
