"""What is measured, running: a local stack, web tiers on it, proxies between them, references beside them.

All of it belongs to a `DevStack`, so it ends with the block, on Ctrl-C, and even when this process is killed.
"""

import json
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from bench import cores, environments, limits, tasks
from dev.ports import HOST, Ports, base_environment
from dev.stack import probes, tiers
from dev.stack.devstack import DevStack
from dev.stack.emulators import EMULATORS, REPOSITORY
from dev.stack.environment import SERVICES
from dev.stack.errors import StackError
from dev.stack.service import PortUse, Service

SEED_SECONDS = 1_500
WORKERS, THREADS = 2, 16
# Load, shop and backend share one machine here: a call that waits for a core is not a fault of the backend.
PATIENT = ("CATALOG", "OFFERS", "SEARCH", "CONTENT", "REVIEWS", "STORES")
PATIENCE_SECONDS = "3"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it answers, and the process that all its workers descend from."""

    name: str
    origin: str
    pid: int


@dataclass(frozen=True, slots=True)
class Proxy(Server):
    """A `bench.proxy`, with its controls."""

    def set(self, *, delay_ms: float | None = None, mode: str | None = None) -> None:
        """Delay every answer from now on, or be `up`, `down` or `hung`."""
        asked = {"delay_ms": delay_ms, "mode": mode}
        self._own("&".join(f"{name}={value}" for name, value in asked.items() if value is not None))

    def counts(self, *, reset: bool = False) -> dict[str, int]:
        """Requests so far by operation, or by method and address."""
        counted: dict[str, int] = self._own("reset=1" if reset else "")
        return counted

    def _own(self, query: str) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.origin}/-bench/set?{query}", timeout=5) as answer:
            told: dict[str, int] = json.load(answer)
            return told


class Lab:
    """A stack with so many products, and what is started on it by name; what has a name is started once.

    `options` are gunicorn's, for every shop: to try what another value of its configuration does.
    """

    def __init__(self, products: int, options: Sequence[str] = ()) -> None:
        self.products = products
        self._options = tuple(options)
        self.state = tasks.STATE / f"lab-{products}"
        self._stack = DevStack(self.state, ports=Ports.free(), services=EMULATORS)
        self._servers: dict[str, Server] = {}
        self.python = str(environments.image())  # of every server that is measured
        self._static = False

    def __enter__(self) -> Self:
        with cores.everywhere():
            self._stack.__enter__()
            try:
                self._seed()
                self._stack.start("backend")
                for service in self._stack.running():
                    cores.keep(self._stack.pid(service.name), cores.OTHERS)
            except BaseException as error:
                self._stack.__exit__(type(error), error, error.__traceback__)
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    # -- servers

    def shop(
        self,
        name: str,
        settings: Mapping[str, str],
        *,
        workers: int = WORKERS,
        threads: int = THREADS,
        options: Sequence[str] = (),
    ) -> Server:
        """A web tier of its own, with `settings` in its environment and gunicorn's `options` at the end.

        Each has a release of its own, so that none finds in the shared cache what another has put there.
        """
        if name in self._servers:
            return self._servers[name]
        ports = replace(self._stack.ports, web=Ports.free().web)
        variables = self._variables(ports, name) | {"WEB_THREADS": str(threads)} | dict(settings)
        self._collect(variables)
        service = tiers.web(ports, variables, workers=workers)
        return self._start(
            replace(service, name=name, argv=(self.python, *service.argv[1:], *self._options, *options)),
            ports.web,
        )

    def reference(
        self,
        name: str = "reference",
        *,
        workers: int = WORKERS,
        threads: int = THREADS,
        options: Sequence[str] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Server:
        """The bare WSGI page under the same gunicorn, with as many workers and threads."""
        if name in self._servers:
            return self._servers[name]
        port = Ports.free().web
        size = ("--workers", str(workers), "--threads", str(threads), *options)
        return self._start(reference(self.python, name, port, size, settings or {}), port)

    def limit(self, application: str) -> Server:
        """One of `bench.limits`, as the reference runs."""
        if application in self._servers:
            return self._servers[application]
        port, settings = Ports.free().web, {limits.ADDRESS: self.redis}
        size = ("--workers", str(WORKERS), "--threads", str(THREADS))
        service = reference(self.python, application, port, size, settings, f"bench.limits:{application}")
        return self._start(service, port)

    def proxy(self, name: str, behind: str) -> Proxy:
        """A proxy before `behind` (scheme, host and port)."""
        if name in self._servers:
            known = self._servers[name]
            assert isinstance(known, Proxy)
            return known
        port = Ports.free().web
        service = Service(
            name=name,
            argv=(sys.executable, "-m", "bench.proxy", "--port", str(port), "--behind", behind),
            cwd=REPOSITORY,
            env=base_environment(),
            ready=probes.http_answer(port, "/-bench/counts", below=300),
            ports=(PortUse(port, "-"),),
            grace_seconds=2,
        )
        started = self._start(service, port, measured=False)
        proxy = Proxy(started.name, started.origin, started.pid)
        self._servers[name] = proxy
        return proxy

    def add(self, service: Service, port: int) -> Server:
        """Any other server: a peer."""
        return self._servers.get(service.name) or self._start(service, port)

    def stop(self, name: str) -> None:
        """End a server; nothing happens when it does not run."""
        if self._servers.pop(name, None) is not None:
            self._stack.stop(name)

    # -- the stack's own

    @property
    def backend(self) -> str:
        return f"http://{HOST}:{self._stack.ports.backend}"

    @property
    def aws(self) -> str:
        return f"http://{HOST}:{self._stack.ports.ministack}"

    @property
    def redis(self) -> str:
        return f"redis://{HOST}:{self._stack.ports.valkey}/0"

    def through(self, backend: Proxy, aws: Proxy | None = None) -> dict[str, str]:
        """The settings that lead a web tier's calls through proxies."""
        settings = {f"{name.upper()}_URL": f"{backend.origin}/{name}/v1" for name in SERVICES}
        if aws is not None:
            told = self._stack.environment("web")
            # The issuer is a name that tokens carry, not an address that is called.
            settings |= {
                name: value.replace(self.aws, aws.origin)
                for name, value in told.items()
                if value.startswith(self.aws) and name != "COGNITO_ISSUER"
            }
        return settings

    def pause(self, name: str) -> None:
        """Let an emulator hang (SIGSTOP) until `resume`."""
        self._stack.pause(name)

    def resume(self, name: str) -> None:
        self._stack.resume(name)

    def _variables(self, ports: Ports, name: str) -> dict[str, str]:
        origin = f"http://{HOST}:{ports.web}"
        own = {"WEB_BIND": f"{HOST}:{ports.web}", "PUBLIC_ORIGIN": origin, "RELEASE": f"bench-{name}"}
        patience = {f"{upstream}_READ_TIMEOUT": PATIENCE_SECONDS for upstream in PATIENT}
        return self._stack.environment("web") | own | patience

    def _start(self, service: Service, port: int, *, measured: bool = True) -> Server:
        self._stack.start(services=(service,))
        server = Server(service.name, f"http://{HOST}:{port}", self._stack.pid(service.name))
        if measured:
            cores.keep(server.pid, cores.MEASURED)
        self._servers[service.name] = server
        return server

    def _collect(self, variables: Mapping[str, str]) -> None:
        if not self._static:
            tasks.run(tiers.static_files(variables).argv, variables, 60)
            self._static = True

    def _seed(self) -> None:
        """Products, content, and no events left in the queues that would be worked off while we measure."""
        began = time.monotonic()
        variables = self._stack.environment("backend")
        filling = (sys.executable, "-m", "bench.catalogue", "--products", str(self.products))
        tasks.run(filling, variables, SEED_SECONDS)
        tasks.run((sys.executable, "-m", "apptier.seed"), variables, SEED_SECONDS)
        queues = self._stack.boto("sqs")
        for address in queues.list_queues().get("QueueUrls", []):
            with suppress(queues.exceptions.PurgeQueueInProgress):
                queues.purge_queue(QueueUrl=address)
        print(
            f"  {self.products} products are in the shop after {time.monotonic() - began:.0f} s", flush=True
        )


def reference(
    python: str,
    name: str,
    port: int,
    size: Sequence[str],
    settings: Mapping[str, str],
    application: str = "bench.reference:application",
) -> Service:
    """gunicorn of a `size` (its options) as the shop runs it, with nothing but a function behind it."""
    return Service(
        name=name,
        argv=(
            *(python, "-m", "gunicorn", application, "--bind", f"{HOST}:{port}"),
            *("--keep-alive", "75", "--worker-class", "gthread", *size),
        ),
        cwd=REPOSITORY,
        env={**base_environment(), **settings},
        ready=probes.http_answer(port, "/", below=300),
        ports=(PortUse(port, "-"),),
        about="bare WSGI page",
        address=f"http://{HOST}:{port}",
    )


__all__ = ["Lab", "Proxy", "Server", "StackError", "reference"]
