"""The folder in which one stack keeps what outlives it: emulator state, logs, media and random secrets."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from dev.stack.errors import StackError, StateBusy

if TYPE_CHECKING:
    from pathlib import Path

NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
DIGEST_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Random per state folder and kept with it, so that a warm start leaves cookies and webhooks valid."""

    django_key: str
    webhook_secret: str
    service_key: str
    order_key: str
    payment_key: str
    token_key: str
    list_key: str


def state_name(catalog: Path | None) -> str:
    """`demo`, or the slug of the catalogue's file name and a hash of its absolute path."""
    if catalog is None:
        return "demo"
    slug = re.sub(r"[^a-z0-9]+", "-", catalog.stem.lower()).strip("-")[:40] or "catalog"
    digest = hashlib.sha256(str(catalog.resolve()).encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{slug}-{digest}"


def check_state_name(name: str) -> str:
    """The name, if it can be a folder under var/.

    Raises:
        StackError: it has other characters than small letters, digits and hyphens, or more than 64.
    """
    if NAME_PATTERN.fullmatch(name) is None:
        raise StackError(f"--state {name!r}: use small letters, digits and hyphens, 64 at most")
    return name


def lock(folder: Path) -> int:
    """Claim the folder until the returned descriptor is closed or the process ends.

    Raises:
        StateBusy: another stack runs on it; the message holds its process id.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 32).decode("ascii", errors="replace").strip()
        os.close(descriptor)
        raise StateBusy(
            f"a stack already runs on {folder} (process {holder}); stop it or choose another state"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode("ascii"))
    return descriptor


def load_secrets(folder: Path) -> Secrets:
    """Read the folder's secrets, and draw those it has not yet; the file is readable by its owner alone."""
    path = folder / "secrets.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    drawn = {field.name: secrets.token_urlsafe(50) for field in fields(Secrets)}
    made = Secrets(**{name: known.get(name, value) for name, value in drawn.items()})
    if asdict(made) != known:
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(made), file)
        fresh.replace(path)
    return made
