"""Where purges come from and where they go: the queue of events, and the CDN."""

from dataclasses import dataclass

from config.env import Env, SettingError


@dataclass(frozen=True, slots=True)
class Purges:
    """`queue` is empty where no events are taken, `distribution` (CloudFront) and `varnish` where none is.

    With `by_tag` the distribution is set up for cache tags (its CacheTagConfig names our header); otherwise
    it is told of paths. `sweep_seconds` is the pause between two comparisons with the backend.
    """

    queue: str
    sweep_seconds: float
    distribution: str
    by_tag: bool
    varnish: tuple[str, ...]


def read_purges(env: Env) -> Purges:
    """The record, from the environment; SettingError names an odd variable."""
    distribution = env.text("CLOUDFRONT_DISTRIBUTION", "", pattern=r"[A-Z0-9]{0,32}")
    varnish = env.origins("VARNISH_ORIGINS")
    if distribution and varnish:
        raise SettingError("CLOUDFRONT_DISTRIBUTION and VARNISH_ORIGINS are both set; there is one CDN")
    return Purges(
        queue=env.text("PURGE_QUEUE", "", pattern=r"[A-Za-z0-9_-]{0,80}"),
        sweep_seconds=env.seconds("PURGE_SWEEP_SECONDS", 180.0, low=1, high=3_600),
        distribution=distribution,
        by_tag=env.flag("CLOUDFRONT_TAGS", default=True),
        varnish=varnish,
    )
