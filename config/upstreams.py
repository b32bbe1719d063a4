"""One frozen record per upstream: where it is, how long it may take, how often it may be asked again.

The numbers are the web tier's budgets; each can be overridden by the environment as NAME_READ_TIMEOUT and
so on. `storefront.wiring` turns these records into policies of `storefront.resilience`.
"""

from dataclasses import dataclass, fields

from config.env import Env

_NOT_REST = frozenset({"cognito", "dynamodb", "redis"})


@dataclass(frozen=True, slots=True)
class Upstream:
    """The budget of one dependency.

    `connect` and `read` are seconds (`read` is the whole answer), `attempts` counts the first one,
    `share` is the part of this process's request threads that may wait for it at the same time.
    """

    name: str
    url: str
    connect: float
    read: float
    attempts: int
    share: float

    def limit(self, threads: int) -> int:
        """How many of `threads` may be inside at once; at least one."""
        return max(1, int(threads * self.share))


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Every dependency that a request can wait for."""

    catalog: Upstream
    offers: Upstream
    search: Upstream
    suggest: Upstream
    carts: Upstream
    orders: Upstream
    content: Upstream
    reviews: Upstream
    stores: Upstream
    customers: Upstream
    lists: Upstream
    cognito: Upstream
    dynamodb: Upstream
    redis: Upstream

    def rest(self) -> tuple[Upstream, ...]:
        """The REST services: everything whose address is plain http or https of the backend."""
        return tuple(u for u in map(self._named, fields(self)) if u.name not in _NOT_REST)

    def _named(self, field: object) -> Upstream:
        upstream: Upstream = getattr(self, getattr(field, "name", ""))
        return upstream


def read_upstreams(
    env: Env, *, schemes: tuple[str, ...], redis_schemes: tuple[str, ...] = ("redis", "rediss")
) -> Upstreams:
    """The records, with addresses from the environment; SettingError names an odd variable."""

    def record(name: str, url: str, connect: float, read: float, attempts: int, share: float) -> Upstream:
        prefix = name.upper()
        return Upstream(
            name,
            url,
            env.seconds(f"{prefix}_CONNECT_TIMEOUT", connect, low=0.01, high=5),
            env.seconds(f"{prefix}_READ_TIMEOUT", read, low=0.01, high=30),
            # What a cache does not answer at once is cheaper asked of the service behind it.
            1 if name == "redis" else env.integer(f"{prefix}_ATTEMPTS", attempts, low=1, high=3),
            env.seconds(f"{prefix}_SHARE", share, low=0.01, high=1),
        )

    def service(name: str) -> str:
        return env.url(f"{name.upper()}_URL", f"http://127.0.0.1:8001/{name}/v1", schemes=schemes)

    catalog, search, orders = service("catalog"), service("search"), service("orders")
    redis_url = env.url("REDIS_URL", "redis://127.0.0.1:6390/0", schemes=redis_schemes, user=True)
    return Upstreams(
        catalog=record("catalog", catalog, 0.1, 0.4, 2, 0.5),
        offers=record("offers", catalog, 0.1, 0.4, 2, 0.5),
        search=record("search", search, 0.1, 0.6, 2, 0.5),
        suggest=record("suggest", search, 0.1, 0.2, 1, 0.25),
        carts=record("carts", orders, 0.1, 0.8, 2, 0.5),
        orders=record("orders", orders, 0.2, 6.0, 1, 0.5),
        content=record("content", service("content"), 0.1, 0.4, 2, 0.25),
        stores=record("stores", service("stores"), 0.1, 0.4, 2, 0.25),
        reviews=record("reviews", service("reviews"), 0.1, 0.8, 2, 0.5),
        customers=record("customers", service("customers"), 0.1, 0.6, 2, 0.5),
        lists=record("lists", service("lists"), 0.1, 0.6, 2, 0.25),
        cognito=record("cognito", _cognito(env, schemes), 0.2, 2.0, 1, 0.25),
        dynamodb=record("dynamodb", env.text("AWS_ENDPOINT_URL", ""), 0.2, 0.3, 2, 0.5),
        redis=record("redis", redis_url, 0.05, 0.1, 1, 1.0),
    )


def _cognito(env: Env, schemes: tuple[str, ...]) -> str:
    """Where the user pool's API answers: by boto3's own variable for it, else where all of AWS does."""
    name = "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"
    return env.url(name, schemes=schemes) if env.text(name, "") else env.text("AWS_ENDPOINT_URL", "")
