"""django-oscar, installed from the package index into an environment of its own, and run with our products.

It is no dependency of the project: its environment lies in the bench's state and may be deleted at any time.
"""

import json
import re
import urllib.request
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench import tasks
from bench.catalogue import MARKET, endless
from bench.environments import built
from bench.lab import WORKERS, Lab, Server
from bench.tasks import scratch
from dev.catalogue.demo.build import build
from dev.ports import HOST, Ports, base_environment
from dev.stack import probes
from dev.stack.emulators import REPOSITORY
from dev.stack.service import PortUse, Service

PINNED = (
    "django-oscar==4.2.1",
    "Django==5.2.19",
    "sorl-thumbnail==13.4.0",
    "Whoosh==2.7.4",
    "gunicorn==27.0.1",
)
# What served it best when it was tried: its pages are work for one core, and more threads wait for one lock.
THREADS = 4
FILL_SECONDS = 600
SETTINGS = "bench.oscar_site.settings"


@dataclass(frozen=True, slots=True)
class Peer:
    """The peer's server, and paths of its pages."""

    server: Server
    list: str
    category: str
    product: str


def oscar(lab: Lab) -> Peer:
    """django-oscar with as many products as the lab's shop, started. StackError tells what went wrong."""
    python = built("oscar-venv", PINNED, "\n".join(PINNED))
    state = scratch() / "oscar-site"
    state.mkdir(parents=True, exist_ok=True)
    variables = {"OSCAR_STATE": str(state), "DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONPATH": str(REPOSITORY)}
    goods = state / "goods.json"
    goods.write_text(json.dumps(_goods(lab.products)), encoding="utf-8")
    tasks.run((str(python), "-m", "bench.oscar_site.fill", str(goods)), variables, FILL_SECONDS)
    port = Ports.free().web
    server = lab.add(_service(python, port, variables), port)
    everything = "/catalogue/"
    page = _page(server.origin + everything)
    return Peer(
        server,
        everything,
        _first(page, r'href="(/catalogue/category/[^"]+)"'),
        _first(page, r'href="(/catalogue/(?!category/|search/)[^"/]+/)"'),
    )


def _service(python: Path, port: int, variables: dict[str, str]) -> Service:
    size = ("--workers", str(WORKERS), "--threads", str(THREADS), "--worker-class", "gthread")
    return Service(
        name="oscar",
        argv=(
            *(str(python), "-m", "gunicorn", "bench.oscar_site.wsgi:application"),
            *("--bind", f"{HOST}:{port}", "--keep-alive", "75", "--timeout", "60", *size),
        ),
        cwd=REPOSITORY,
        env={**base_environment(), **variables},
        ready=probes.http_answer(port, "/catalogue/", below=300),
        ports=(PortUse(port, "-"),),
        start_seconds=60,
        about="django-oscar",
        address=f"http://{HOST}:{port}",
    )


def _goods(count: int) -> dict[str, list[dict[str, str | None]]]:
    """Our products as far as the peer's shop holds the like."""
    demo = build()
    parents = {each.id: each.parent_id for each in demo.categories}

    def depth(category: str | None) -> int:
        return 0 if category is None else 1 + depth(parents[category])

    categories: list[dict[str, str | None]] = [
        {"id": each.id, "name": each.name, "description": each.description, "parent": each.parent_id}
        for each in sorted(demo.categories, key=lambda each: depth(each.id))
    ]
    products: list[dict[str, str | None]] = [
        {
            "sku": each.variants[0].sku,
            "title": each.title,
            "text": each.description_html,
            "category": each.category_ids[0],
            "price": str(each.variants[0].prices[MARKET].amount / 100),
        }
        for each in islice(endless(demo.products), count)
    ]
    return {"categories": categories, "products": products}


def _page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
        return body.decode()


def _first(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    if found is None:
        raise ValueError(f"the peer's list has no link that matches {pattern}")
    return found.group(1)
