"""One frozen record per upstream: where it is, how long it may take, how it is guarded."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from storefront.resilience import BreakerSettings, ResourceSettings


@dataclass(frozen=True, slots=True)
class Upstream:
    """A REST service. Times are in seconds; `read_timeout` is the total for one attempt, body included.

    `attempts` counts all tries: 2 means one retry, for reads and for writes that carry an Idempotency-Key.
    `max_in_flight` is the bulkhead of one process. `base_url` may have a path and must have nothing after
    it; one that is not plain http(s) raises ValueError.
    """

    name: str
    base_url: str
    connect_timeout: float = 0.1
    read_timeout: float = 0.4
    attempts: int = 2
    max_in_flight: int = 8
    breaker: BreakerSettings = field(default_factory=BreakerSettings)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{self.name}: not an http(s) address: {self.base_url!r}")
        if parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError(f"{self.name}: the address may hold no query, fragment or user")
        if min(self.connect_timeout, self.read_timeout) <= 0 or self.attempts < 1:
            raise ValueError(f"{self.name}: timeouts must be above zero and attempts at least 1")

    @property
    def resource(self) -> ResourceSettings:
        """The settings of the Resource that guards it."""
        return ResourceSettings(self.name, self.max_in_flight, self.breaker)
