"""The reviews service as tests see it: over a real table, with a catalogue and orders that are set.

The fixture that starts it is in `apptier.reviews.tests.plugin`.
"""

from __future__ import annotations

import itertools
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from apptier.kit.settings import Settings
from apptier.reviews.desk import Desk
from apptier.reviews.ports import NotKnown
from dev.stack.devstack import DevStack

BODY = "The linen is heavy and soft, and the ink is exactly the blue of the picture."


def own_word() -> str:
    """A word that no other review has: letters only, since seven digits could be a telephone number."""
    return secrets.token_hex(4).translate(str.maketrans("0123456789", "ghijklmnop"))


CLIENT_ID = "testclient"
ISSUER = "https://pool.invalid/test"


class Pool:
    """Signs access tokens as the user pool would."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}

    def token(self, subject: str, *groups: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {"sub": subject, "iss": ISSUER, "client_id": CLIENT_ID}
        claims |= {"token_use": "access", "iat": now, "exp": now + 600}
        claims |= {"cognito:groups": list(groups)} if groups else {}
        return jwt.encode(claims, self._key, "RS256", headers={"kid": "k1"})


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Call it so many times at the same moment, with 0, 1, 2 …; the results in that order."""
    gate = threading.Barrier(count)

    def run(number: int) -> Any:
        gate.wait(30)
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class Neighbours:
    """A catalogue that sells everything but `gone-*`, and an order service with one order."""

    def __init__(self) -> None:
        self.down = False

    def sold(self, handle: str) -> bool:
        return not handle.startswith("gone-")

    def bought(self, number: str, email: str, handle: str) -> bool:
        if self.down:
            raise NotKnown("down")
        return (number, email) == ("SF-7K3M-92QD", "robin@example.com") and handle.startswith("bought-")


@dataclass
class Reviews:
    """The service as its callers see it, and what is behind it."""

    origin: str
    settings: Settings
    desk: Desk
    pool: Pool
    neighbours: Neighbours
    stack: DevStack
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def product(self, name: str = "thing") -> str:
        """The handle of a product that nobody has reviewed."""
        return f"{name}-{next(self._numbers)}-{secrets.token_hex(3)}"

    def ask(self, method: str, path: str, **parts: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, f"{self.origin}/reviews/v1{path}", timeout=30, **parts)

    def bearer(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.pool.token(who)}"}

    def submit(self, handle: str, *, key: str = "", who: str = "", **changes: Any) -> requests.Response:
        given = {"rating": 5, "body": f"{BODY} {own_word()}", "author": "Robin B.", "locale": "en"}
        headers = {"Idempotency-Key": key or secrets.token_hex(16)} | (self.bearer(who) if who else {})
        return self.ask("POST", f"/products/{handle}/reviews", json=given | changes, headers=headers)

    def submitted(self, handle: str, **changes: Any) -> str:
        answer = self.submit(handle, **changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    @property
    def key(self) -> dict[str, str]:
        return {"Service-Key": self.settings.service_key}

    def decide(self, review_id: str, version: int = 1, decision: str = "approve", **more: Any) -> Any:
        headers = more.pop("headers", self.key) | {"If-Match": f'"{version}"'}
        body = {"decision": decision} | more
        return self.ask("PUT", f"/moderation/reviews/{review_id}", json=body, headers=headers)

    def approved(self, handle: str, **changes: Any) -> str:
        review_id = self.submitted(handle, **changes)
        answer = self.decide(review_id)
        assert answer.status_code == 200, answer.text
        return review_id

    def listed(self, handle: str, **query: Any) -> Any:
        answer = self.ask(
            "GET", f"/products/{handle}/reviews", params={"market": "eu", "locale": "en"} | query
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def summary(self, handle: str) -> Any:
        return self.ask("GET", f"/products/{handle}/summary").json()

    def moderated(self, review_id: str) -> Any:
        return self.ask("GET", f"/moderation/reviews/{review_id}", headers=self.key).json()
