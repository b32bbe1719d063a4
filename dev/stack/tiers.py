"""The shop itself on the local stack: the backend's services in one process, and the web tier."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dev.ports import HOST, Ports, base_environment
from dev.stack import probes
from dev.stack.emulators import REPOSITORY
from dev.stack.environment import DEMO_NAME, Tier, backend_origin, web_origin
from dev.stack.service import PortUse, Service, Task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIERS: tuple[Tier, ...] = ("backend", "web")
WEB_THREADS = 16
# A worker answers its supervisor's questions only between imports, of which it has many: on a busy machine
# uvicorn's own 5 s end it before it has started, again and again.
WORKER_SILENCE_SECONDS = 60


def port_of(tier: Tier, ports: Ports) -> PortUse:
    """The port that a tier listens on; known before anything is provisioned, so checked first."""
    return PortUse(ports.web, "WEB_PORT") if tier == "web" else PortUse(ports.backend, "BACKEND_PORT")


def backend(ports: Ports, variables: Mapping[str, str], *, workers: int = 1) -> Service:
    """All services of the reference backend in `workers` uvicorn processes."""
    application = ("uvicorn", "--factory", "apptier.all:create_app")
    listen = ("--host", HOST, "--port", str(ports.backend), "--workers", str(workers), "--no-access-log")
    patience = ("--timeout-worker-healthcheck", str(WORKER_SILENCE_SECONDS))
    return Service(
        name="backend",
        argv=(sys.executable, "-m", *application, *listen, *patience),
        cwd=REPOSITORY,
        env={**base_environment(), **variables},
        ready=probes.http_answer(ports.backend, "/healthz", below=300),
        ports=(port_of("backend", ports),),
        about="reference backend (eight services)",
        address=backend_origin(ports),
    )


def web(ports: Ports, variables: Mapping[str, str], *, workers: int = 2) -> Service:
    """The web tier under gunicorn, `workers` processes of 16 threads."""
    # As in the Dockerfile: with an arena for each thread glibc holds a tenth more memory for nothing.
    size = {"WEB_WORKERS": str(workers), "WEB_THREADS": str(WEB_THREADS), "MALLOC_ARENA_MAX": "1"}
    return Service(
        name="web",
        argv=(sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi:application"),
        cwd=REPOSITORY,
        env={**base_environment(), **size, **variables},
        ready=probes.http_answer(ports.web, "/healthz", below=300),
        ports=(port_of("web", ports),),
        about="the shop (gunicorn)",
        address=web_origin(ports),
    )


def warehouse(ports: Ports, variables: Mapping[str, str]) -> Service:
    """What stands in for an order management system: takes orders from the queue and reports on them."""
    return Service(
        name="warehouse",
        argv=(sys.executable, "-m", "dev.warehouse", "--orders", f"{backend_origin(ports)}/orders/v1"),
        cwd=REPOSITORY,
        env={**base_environment(), **variables},
        # It serves nobody; until it has a queue and an order service it tries again.
        ready=lambda: True,
        about="takes paid orders and ships them after some seconds (WAREHOUSE=0: off)",
        address="order queue",
    )


def purger(variables: Mapping[str, str]) -> Service:
    """What gives up cached copies as the backend's events tell that they are old."""
    return Service(
        name="purger",
        argv=(sys.executable, "manage.py", "purge_events"),
        cwd=REPOSITORY,
        env={**base_environment(), **variables},
        # It serves nobody; what is told before it runs waits in its queue.
        ready=lambda: True,
        about="gives up cached pages when what they show has changed",
        address="purge queue",
    )


def guardrail(variables: Mapping[str, str]) -> Service:
    """What switches an experiment off that does harm."""
    return Service(
        name="guardrail",
        argv=(sys.executable, "manage.py", "watch_experiments"),
        cwd=REPOSITORY,
        env={**base_environment(), **variables},
        # It serves nobody, and goes by what was counted before it ran, too.
        ready=lambda: True,
        about="switches an experiment off that costs orders or brings errors",
        address="experiments",
    )


def static_files(variables: Mapping[str, str]) -> Task:
    """Collect the web tier's static files anew, as its image does when it is built."""
    return Task(
        name="static",
        argv=(sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "-v0"),
        cwd=REPOSITORY,
        env={**base_environment(), **variables},
    )


def seeding(
    catalog: Path | None, media_root: Path, variables: Mapping[str, str], *, shop_name: str = DEMO_NAME
) -> tuple[Task, ...]:
    """Fill tables, index and media, then the content that features what is there.

    The catalogue is the demo shop's, or a product CSV in the Shopify export format. Such a file is all that
    its state folder sells, so what has left it is retired. The demo's words are for the demo shop under its
    own name; any other shop gets plain ones.
    """
    source = ("demo",) if catalog is None else ("import", str(catalog), "--prune")
    # Joined by "=", so that a name that begins with a hyphen is no option.
    words = () if catalog is None and shop_name == DEMO_NAME else (f"--shop-name={shop_name}",)
    steps = {"catalogue": ("dev.catalogue", *source), "content": ("apptier.seed", *words)}
    return tuple(
        Task(
            name=name,
            argv=(sys.executable, "-m", *module, "--media-root", str(media_root)),
            cwd=REPOSITORY,
            env={**base_environment(), **variables},
        )
        for name, module in steps.items()
    )
