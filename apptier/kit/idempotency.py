"""One answer per idempotency key (draft-ietf-httpapi-idempotency-key-header), in the table `idempotency`.

A key is claimed by a conditional put, so of any number of equal requests exactly one does the work. A claim
is a lease: when the process that held it dies, the next request with the key takes it over after that.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apptier.kit.clock import Clock, SystemClock, epoch
from apptier.kit.dynamo import ConditionFailed, Tables, TransactItem, update_action
from apptier.kit.problems import Problem

KEEP_SECONDS = 24 * 3600
LEASE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class StoredResult:
    """An answer to give again: status, JSON body, and the few headers that belong to it (e.g. ETag)."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of one key; `taken_over` tells that somebody may have begun it before."""

    pk: str
    owner: str
    taken_over: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """The key's work is done already; this was the answer."""

    result: StoredResult


def fingerprint(*parts: Any) -> str:
    """SHA-256 over JSON values (the order of members doesn't matter): what makes two requests the same."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Idempotency:
    """The store of keys. `scope` names operation and caller, so that two callers may choose the same key."""

    def __init__(
        self, tables: Tables, clock: Clock | None = None, lease_seconds: int = LEASE_SECONDS
    ) -> None:
        self._tables = tables
        self._clock = clock or SystemClock()
        self._lease_seconds = lease_seconds

    def begin(self, scope: str, key: str, body_hash: str) -> Claim | Replay:
        """Claim the key, or get the answer that was given.

        Raises:
            Problem: 409 `request_in_progress`, or 422 `idempotency_key_reused` (same key, other body).
        """
        now = epoch(self._clock.now())
        claim = Claim(f"{scope}#{key}", secrets.token_hex(16), taken_over=False)
        item = {
            "pk": claim.pk,
            "body_hash": body_hash,
            "state": "in_progress",
            "owner": claim.owner,
            "lease_until": now + self._lease_seconds,
            "expires_at": now + KEEP_SECONDS,
        }
        free = "attribute_not_exists(pk) OR expires_at < :now"
        try:
            self._tables.put("idempotency", item, condition=free, values={":now": now})
        except ConditionFailed as failure:
            return self._known(claim, body_hash, now, failure.current)
        return claim

    def _known(
        self, claim: Claim, body_hash: str, now: int, found: Mapping[str, Any] | None
    ) -> Claim | Replay:
        if found is None:  # removed by TTL between the two; the caller's next try will claim it
            raise _in_progress()
        if found["body_hash"] != body_hash:
            raise Problem(422, "idempotency_key_reused", "This key was used for another request.")
        if found["state"] == "done":
            answer = json.loads(found["result"])
            return Replay(StoredResult(answer["status"], answer["body"], answer["headers"]))
        if found["lease_until"] >= now:
            raise _in_progress()
        return self._take_over(claim, now, str(found["owner"]))

    def _take_over(self, claim: Claim, now: int, previous: str) -> Claim:
        try:
            self._tables.update(
                "idempotency",
                {"pk": claim.pk},
                "SET #owner = :owner, lease_until = :until",
                condition="#state = :busy AND #owner = :previous",
                names={"#owner": "owner", "#state": "state"},
                values={
                    ":owner": claim.owner,
                    ":until": now + self._lease_seconds,
                    ":busy": "in_progress",
                    ":previous": previous,
                },
            )
        except ConditionFailed as failure:
            raise _in_progress() from failure
        return Claim(claim.pk, claim.owner, taken_over=True)

    def completion(self, claim: Claim, result: StoredResult) -> TransactItem:
        """The action that completes the claim inside the transaction that does the work: both or neither.

        It fails its condition when another process took the claim over.
        """
        answer = {"status": result.status, "body": result.body, "headers": result.headers}
        return update_action(
            self._tables.name("idempotency"),
            {"pk": claim.pk},
            "SET #state = :done, #result = :result REMOVE lease_until",
            condition="#state = :busy AND #owner = :owner",
            names={"#state": "state", "#result": "result", "#owner": "owner"},
            values={
                ":done": "done",
                ":busy": "in_progress",
                ":owner": claim.owner,
                ":result": json.dumps(answer, separators=(",", ":")),
            },
        )

    def abandon(self, claim: Claim) -> None:
        """Give the key back because nothing was done (a refusal), so that it may be tried again."""
        try:
            self._tables.delete(
                "idempotency",
                {"pk": claim.pk},
                condition="#state = :busy AND #owner = :owner",
                names={"#state": "state", "#owner": "owner"},
                values={":busy": "in_progress", ":owner": claim.owner},
            )
        except ConditionFailed:
            return  # taken over or gone: then it is no longer ours to give back


def _in_progress() -> Problem:
    return Problem(
        409, "request_in_progress", "The same request is still running.", headers={"Retry-After": "1"}
    )
