"""The varnishd of the local stack: found on this machine, started with the rules of config/cdn.py."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dev.ports import HOST, base_environment
from dev.stack import probes
from dev.stack.errors import MissingPart
from dev.stack.service import PortUse, Service

if TYPE_CHECKING:
    from pathlib import Path as Folder

# Debian keeps it where ordinary people's PATH does not look.
_PLACES = ("varnishd", "/usr/sbin/varnishd", "/usr/local/sbin/varnishd", "/opt/homebrew/sbin/varnishd")
_PARAMETERS = {
    # Pages come compressed from the shop, and each coding is a copy of its own, as at CloudFront.
    "http_gzip_support": "off",
    "thread_pools": "1",
    "thread_pool_min": "20",
    "thread_pool_max": "400",
    # The header of a ban for fifty tags.
    "http_req_hdr_len": "16k",
}


def find_varnishd() -> str:
    """The path of varnishd.

    Raises:
        MissingPart: there is none; `scripts/ensure-varnish` installs it where it may.
    """
    for place in _PLACES:
        if found := shutil.which(place):
            return found
    raise MissingPart("varnish: no varnishd on the PATH or in /usr/sbin; run scripts/ensure-varnish")


def varnish(rules: str, port: int, folder: Folder, *, name: str = "varnish") -> Service:
    """Varnish on `port` of loopback with these rules; they, and what it keeps on disk, lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = Path(folder) / "cdn.vcl"
    file.write_text(rules, encoding="utf-8")
    return Service(
        name=name,
        argv=(
            find_varnishd(),
            "-F",
            # Its own user could not write into the folder of a stack.
            *("-j", "none"),
            *("-f", str(file)),
            *("-n", str(folder / "work")),
            *("-a", f"{HOST}:{port}"),
            # No command line over the network.
            *("-T", "none"),
            *("-s", "malloc,128m"),
            *(part for each in _PARAMETERS.items() for part in ("-p", "=".join(each))),
        ),
        cwd=folder,
        env=base_environment(),
        ready=probes.tcp(port),
        ports=(PortUse(port, "VARNISH_PORT"),),
        about="Varnish as the CDN",
        address=f"http://{HOST}:{port}",
    )
