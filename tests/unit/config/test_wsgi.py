"""What is loaded before gunicorn forks: all that workers can share, and nothing that they must not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import gc, json, os, socket, sys, threading
os.environ |= {"STOREFRONT_ENV": "development", "AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-"}
import config.wsgi
from config import gunicorn
from storefront.aws import ClientFactory
from storefront.core import Money
from storefront.web.formats import money
from storefront.web.jinja import template_environment
from storefront.web.regions import REGIONS, within

forked = {
    "threads": threading.active_count(),
    "sockets": sum(isinstance(one, socket.socket) for one in gc.get_objects()),
    "views": [name in sys.modules for name in ("storefront.console.flags.edit", "storefront.checkout.views")],
}
gunicorn.when_ready(None)
read = []
sys.addaudithook(lambda event, given: read.append(str(given[0])) if event == "open" else None)
environment = template_environment()
for name in environment.list_templates():
    environment.get_template(name)
for region in REGIONS:
    with within(region):
        money(Money(100, "EUR"))
ClientFactory("eu-west-1").dynamodb()
data = [name for name in read if "/locale-data/" in name or "/data/" in name or "/templates/" in name]
print(json.dumps({**forked, "read": data, "frozen": gc.get_freeze_count()}))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_no_thread_and_no_connection_is_there_to_be_forked(loaded):
    assert (loaded["threads"], loaded["sockets"]) == (1, 0)


def test_routes_are_there_before_the_first_request(loaded):
    assert loaded["views"] == [True, True]


def test_templates_languages_and_what_botocore_knows_of_its_services_are_not_read_again(loaded):
    assert loaded["read"] == []


def test_what_is_there_is_not_written_to_by_the_collector_of_each_worker(loaded):
    assert loaded["frozen"] > 50_000
