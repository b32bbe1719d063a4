"""The floor: the lightest page that still lists 24 products, static files from the same server.

It has the shop's own first pictures and htmx, a dozen lines of style and nothing else. No page of a shop
can be expected to be faster than this one on the same machine in the same minutes.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django_htmx

HOST = "127.0.0.1"
_STYLE = """body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#222;background:#fff}main{padding:1rem;display:grid;gap:1rem;
grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}img{width:100%;height:auto;aspect-ratio:4/5}h1{grid-column:1/-1}a{color:#123}"""
_CARD = (
    '<article><a href="#{n}"><img src="{src}" width="360" height="450" alt="Product {n}"{lazy}>'
    "<h2>Product {n}</h2></a><p>€{n}.00</p></article>"
)
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Floor</title><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="The lightest list of 24 products."><link rel="stylesheet" href="/floor.css"><script src="/htmx.js" defer></script>
</head><body><main><h1>Products</h1>{cards}</main></body></html>
"""
_SERVER = """
from whitenoise import WhiteNoise
def missing(environ, start):
    start("404 Not Found", [("Content-Type", "text/plain")])
    return [b"not here"]
application = WhiteNoise(missing, root={root!r}, index_file=True)
"""


@contextmanager
def served(folder: Path, pictures: Path, names: list[str]) -> Iterator[str]:
    """The floor page's address while the block runs. `names` are picture files (AVIF, 360 wide) in `pictures`."""
    root = folder / "floor"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    _write(root, pictures, names)
    (folder / "floor_server.py").write_text(_SERVER.format(root=str(root)))
    subprocess.run([sys.executable, "-m", "whitenoise.compress", "-q", str(root)], check=True)
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "--threads", "4", "-b", f"{HOST}:{port}"]
    server = subprocess.Popen([*command, "floor_server:application"], cwd=folder, stderr=subprocess.DEVNULL)
    address = f"http://{HOST}:{port}/"
    try:
        _await(address)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _write(root: Path, pictures: Path, names: list[str]) -> None:
    cards = ""
    for number in range(24):
        name = names[number % len(names)]
        shutil.copy(pictures / name, root / Path(name).name)
        lazy = ' loading="lazy"' if number > 3 else ""
        cards += _CARD.format(n=number + 1, src=f"/{Path(name).name}", lazy=lazy)
    (root / "index.html").write_text(_PAGE.format(cards=cards))
    (root / "floor.css").write_text(_STYLE)
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    shutil.copy(htmx, root / "htmx.js")


def _await(address: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the floor page does not come")
