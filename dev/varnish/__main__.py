"""`python -m dev.varnish`: prints the CDN's rules as VCL, for a Varnish before a shop that runs."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

import django

from config.cdn import read_cdn
from config.start import choose_settings
from dev.varnish.rules import PURGERS, Site, vcl


def main() -> None:
    """Read the arguments, print the rules."""
    parser = argparse.ArgumentParser(prog="python -m dev.varnish", description=__doc__)
    parser.add_argument("--public", default="http://127.0.0.1:8080", help="the shop's PUBLIC_ORIGIN")
    parser.add_argument("--shop", default="http://127.0.0.1:8000", help="where the web tier listens")
    parser.add_argument("--purger", action="append", help="an address that may purge; loopback by default")
    asked = parser.parse_args()
    choose_settings()
    django.setup(set_prefix=False)
    shop = urlsplit(asked.shop)
    if not shop.hostname:
        parser.error("--shop has to be an origin such as http://127.0.0.1:8000")
    site = Site(urlsplit(asked.public).netloc, shop.hostname, shop.port or 80, tuple(asked.purger or PURGERS))
    print(vcl(read_cdn(), site))


if __name__ == "__main__":
    main()
