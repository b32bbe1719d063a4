"""The local stack as one object: what `make run` and the tests bring up, each on its own ports and state."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Self

from dev.ports import HOST, Ports
from dev.provision import Provisioned, client, provision
from dev.stack import probes, tiers
from dev.stack.emulators import BUILDERS, EMULATORS, emulator
from dev.stack.environment import DEMO_NAME, Setting, Tier, environment, web_origin
from dev.stack.errors import StackError
from dev.stack.portcheck import refuse_taken_ports
from dev.stack.state import load_secrets, lock
from dev.stack.supervisor import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import NoReturn

    from dev.stack.service import Service

WARM_SECONDS = 30.0
PURGER = "purger"


class DevStack:
    """A whole stack on loopback, for a `with` block.

    Entering starts the emulators named in `services`, deploys the data stack (when MiniStack is among them),
    then starts the tiers named in `services`, the web tier with its purger. Leaving ends everything.
    `extra` adds or replaces variables of a tier: `extra={"web": {"RELEASE": "7"}}`; a `Service` given in
    `also` starts with the emulators. The shop is called `shop_name`.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        ports: Ports | None = None,
        services: Sequence[str] = EMULATORS,
        also: Sequence[Service] = (),
        extra: Mapping[Tier, Mapping[str, str]] | None = None,
        web_workers: int = 2,
        backend_workers: int = 1,
        shop_name: str = DEMO_NAME,
    ) -> None:
        unknown = sorted(set(services) - set(BUILDERS) - set(tiers.TIERS))
        if unknown:
            raise StackError(f"no such service: {', '.join(unknown)}")
        self.state_dir = state_dir.resolve()
        self.ports = ports or Ports.free()
        self.timings: dict[str, float] = {}
        self._wanted = tuple(services)
        self._also = tuple(also)
        self._extra = dict(extra or {})
        self._workers = {"web": web_workers, "backend": backend_workers}
        self._shop_name = shop_name
        self._stack = Stack(self.state_dir / "logs")
        self._provisioned: Provisioned | None = None
        self._lock: int | None = None

    def __enter__(self) -> Self:
        self.open()
        try:
            self.start_emulators()
            if "ministack" in self._wanted:
                self.provision()
            self.start(*(name for name in tiers.TIERS if name in self._wanted))
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stack.__exit__(kind, error, trace)
        finally:
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    # -- the steps of coming up, for callers that report between them

    def open(self) -> None:
        """Claim the state folder and start the guardian; from here on `__exit__` has to be called.

        Raises:
            StateBusy: another stack runs on the folder.
        """
        self._lock = lock(self.state_dir)
        self._stack.__enter__()

    def start_emulators(self) -> None:
        """Start the emulators that were asked for, all at once, and wait for them."""
        for tier in tiers.TIERS:
            if tier in self._wanted:
                # Told now rather than when everything else is up.
                refuse_taken_ports(tier, [tiers.port_of(tier, self.ports)])
        names = [name for name in BUILDERS if name in self._wanted]
        wave = [emulator(name, self.ports, self.state_dir) for name in names]
        self.timings.update(self._stack.start([*wave, *self._also]))

    def provision(self) -> Provisioned:
        """Deploy the data stack and the demo accounts; safe to repeat."""
        started = time.monotonic()
        self._provisioned = provision(self.ports.ministack, web_origin(self.ports))
        self.timings["provision"] = time.monotonic() - started
        return self._provisioned

    def seed(self, catalog: Path | None = None, follow: Callable[[str], None] | None = None) -> str:
        """Fill the shop with the demo catalogue or a CSV, and with content; returns the importer's words.

        `follow` is told each line as it comes: drawing the demo's pictures takes minutes the first time.

        Raises:
            TaskFailed: the importer refused its input.
        """
        started = time.monotonic()
        self.media_root.mkdir(parents=True, exist_ok=True)
        variables = self.environment("backend")
        steps = tiers.seeding(catalog, self.media_root, variables, shop_name=self._shop_name)
        printed = [self._stack.run(step, *((follow,) if follow else ())) for step in steps]
        self.timings["catalogue"] = time.monotonic() - started
        return printed[0]

    def start(self, *names: str, services: Sequence[Service] = ()) -> None:
        """Start tiers or emulators by name, or any services of the caller's, and wait for them."""
        running = {service.name for service in self.running()}
        if "web" in names:
            self._stack.run(tiers.static_files(self.environment("web")))
            # Without it the shop would show old pages, so nobody has to think of it.
            names = (*names, *({PURGER} - running - set(names)))
        wave = [*(self._record(name) for name in names if name != PURGER), *services]
        self.timings.update(self._stack.start(wave))
        if PURGER in names:
            # It begins by asking the backend, which answers now.
            self.timings.update(self._stack.start([self._record(PURGER)]))

    def warm(self) -> None:
        """Ask the shop for its first page until it comes whole, so that no visitor meets a cold backend.

        Raises:
            StackError: it did not come within WARM_SECONDS.
        """
        started = time.monotonic()
        home = probes.whole_page(self.ports.web, "/ie/en/")
        while not home():
            if time.monotonic() - started > WARM_SECONDS:
                raise StackError(
                    f"the shop's first page does not come, or lacks parts; see {self.log('web')}"
                )
            time.sleep(0.2)
        self.timings["first page"] = time.monotonic() - started

    # -- what it offers while it runs

    @property
    def provisioned(self) -> Provisioned:
        """Names and addresses of the deployed resources.

        Raises:
            StackError: nothing was deployed, because MiniStack is not part of this stack.
        """
        if self._provisioned is None:
            raise StackError("nothing is provisioned: this stack runs without ministack")
        return self._provisioned

    @property
    def media_root(self) -> Path:
        """The folder that is served under /media/."""
        return self.state_dir / "media"

    def environment(self, tier: Tier) -> dict[str, str]:
        """The variables that a tier is started with, `extra` included."""
        setting = Setting(
            secrets=load_secrets(self.state_dir),
            media_root=self.media_root,
            static_root=self.state_dir / "static",
            shop_name=self._shop_name,
        )
        return {**environment(tier, self.ports, self.provisioned, setting), **self._extra.get(tier, {})}

    def boto(self, service: str) -> Any:
        """A boto3 client for the stack's AWS endpoint."""
        return client(service, f"http://{HOST}:{self.ports.ministack}")

    def restart(self, name: str, *, extra: Mapping[str, str] | None = None) -> None:
        """Stop a service and start it again; `extra` adds variables, for this start and later ones."""
        if extra and name in tiers.TIERS:
            tier: Tier = "web" if name == "web" else "backend"
            self._extra[tier] = {**self._extra.get(tier, {}), **extra}
        known = name in BUILDERS or name in tiers.TIERS or name == PURGER
        self._stack.restart(name, self._record(name) if known else None)

    def stop(self, name: str) -> None:
        """End one service; `start` brings it back."""
        self._stack.stop(name)

    def kill(self, name: str) -> None:
        """End one service by SIGKILL, as a crash would; MiniStack then forgets what it had not saved."""
        self._stack.kill(name)

    def pause(self, name: str) -> None:
        """Let a service hang: it keeps its connections and answers nobody until `resume`."""
        self._stack.pause(name)

    def resume(self, name: str) -> None:
        """Let a paused service go on."""
        self._stack.resume(name)

    def pid(self, name: str) -> int:
        """Process id of a running service."""
        return self._stack.pid(name)

    def log(self, name: str) -> Path:
        """The file that holds a service's output."""
        return self._stack.log(name)

    def running(self) -> list[Service]:
        """The services that run, in the order in which they were started."""
        return self._stack.running()

    def watch(self) -> NoReturn:
        """Sleep while all is well; raises ServiceDied when a service ends by itself."""
        self._stack.watch()

    def _record(self, name: str) -> Service:
        if name == "backend":
            return tiers.backend(self.ports, self.environment("backend"), workers=self._workers["backend"])
        if name == "web":
            return tiers.web(self.ports, self.environment("web"), workers=self._workers["web"])
        if name == PURGER:
            return tiers.purger(self.environment("web"))
        if name == "warehouse":
            return tiers.warehouse(self.ports, self.environment("backend"))
        if name == "guardrail":
            return tiers.guardrail(self.environment("web"))
        if name not in BUILDERS:
            raise StackError(f"no such service: {name}")
        return emulator(name, self.ports, self.state_dir)
