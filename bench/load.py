"""Open-loop load on loopback, bounded in time and count: what is due is sent, whoever is still waiting.

Latency counts from when a request was due, so a shop that stalls cannot hide it by being asked less.
"""

import http.client
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TIMEOUT_SECONDS = 15.0
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `path` begins at the origin."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: NO_ANSWER as status when nothing did. `seconds` are from when the request was due."""

    status: int
    seconds: float
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class Visitor:
    """One connection to the shop, kept open; not thread-safe."""

    def __init__(self, origin: str) -> None:
        self._host = urlsplit(origin).netloc
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, request: Request, due: float | None = None) -> Answer:
        """The answer, with its body read to the end."""
        started = time.perf_counter() if due is None else due
        try:
            connection = self._connection or http.client.HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)
            self._connection = connection
            connection.request(request.method, request.path, body=request.body, headers=dict(request.headers))
            with connection.getresponse() as response:
                body = response.read()
                headers = tuple(response.getheaders())
                return Answer(response.status, time.perf_counter() - started, headers, body)
        except (OSError, http.client.HTTPException):
            self.close()
            return Answer(NO_ANSWER, time.perf_counter() - started)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def on_loopback(origin: str) -> str:
    """The origin without a slash at its end. Raises ValueError for another machine: this is for one's own."""
    parts = urlsplit(origin)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise ValueError(f"{origin} is not http on loopback; load is for a shop of one's own")
    return f"{parts.scheme}://{parts.netloc}"


def steady(
    origin: str, make: Callable[[int], Request], *, rate: float, seconds: float, visitors: int
) -> list[Answer]:
    """`rate` requests a second for so many seconds, by so many connections; bodies are not kept."""
    total, turns = int(rate * seconds), itertools.count()
    answers: list[Answer] = []
    began = time.perf_counter() + 0.2

    def visit() -> None:
        visitor = Visitor(origin)
        for number in turns:
            if number >= total:
                break
            due = began + number / rate
            time.sleep(max(due - time.perf_counter(), 0))
            answer = visitor.ask(make(number), due)
            answers.append(Answer(answer.status, answer.seconds))
        visitor.close()

    threads = [threading.Thread(target=visit) for _ in range(min(visitors, total))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * int(share * 1000) // 1000) - 1, 0)]


def statuses(answers: Sequence[Answer]) -> dict[str, int]:
    """How often each status came, in order of the status."""
    counts = Counter(answer.status for answer in answers)
    return {str(status): counts[status] for status in sorted(counts)}


def address(number: int) -> str:
    """An address of 10.0.0.0/8, another one for each number: what a proxy in front would have seen."""
    return f"10.{number // 62_500 % 250}.{number // 250 % 250}.{number % 250 + 1}"
