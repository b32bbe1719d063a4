"""What a service of the local stack is: a program, its environment and ports, and how it shows readiness."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class PortUse:
    """A loopback port that a service listens on, and the variable by which a person moves it."""

    number: int
    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One program of the stack.

    `ready` is asked about every 50 ms once the program runs; it answers within a second and never raises for
    a server that is not up yet. `start_seconds` bounds that wait; `grace_seconds` is the time from SIGTERM to
    SIGKILL. The process sees `env` and nothing else. `about` and `address` are for the table that a person
    reads.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path
    ready: Callable[[], bool]
    env: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[PortUse, ...] = ()
    start_seconds: float = 45.0
    grace_seconds: float = 10.0
    about: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A program that does one thing and ends: seeding, importing. A non-zero status is an error."""

    name: str
    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    grace_seconds: float = 5.0
