"""Carries purges out: at once in the shared store, which every worker follows, and later at the CDN."""

from collections.abc import Sequence
from typing import Protocol

from storefront.purging.edge import PatientEdge
from storefront.purging.events import Plan, Purge


class Purgeable(Protocol):
    """The cache, as far as it is used here (storefront.cache.CachedAnswers)."""

    def purge(self, tag: str, newer_than: int | None = None) -> bool:
        """Refuse what carries `tag` and is older; whether that was news. Raises UpstreamUnavailable."""
        ...


class Purger:
    """The one way in which purges are made, whoever asks for them. Thread-safe."""

    def __init__(self, cache: Purgeable, edge: PatientEdge) -> None:
        self._cache = cache
        self._edge = edge

    def purge(self, plan: Plan) -> list[Purge]:
        """Note purges in the shared store, and for the CDN, which `tell_edge` or `settle_edge` tell of them.

        Returns those that were news to the store. Raises UpstreamUnavailable when the store does not answer:
        then all of them may be noted once more. Does not wait for the CDN.
        """
        news = [purge for purge in plan if self._cache.purge(purge.tag, purge.version)]
        self._edge.purge(plan.edge_tags)
        return news

    def note_edge(self, tags: Sequence[str]) -> None:
        """Note tags for the CDN alone: for what the shared store knows by another way, or cannot be told."""
        self._edge.purge(tags)

    def tell_edge(self) -> None:
        """Tell the CDN what every worker has heard of by now, and what it could not be told before."""
        self._edge.tell()

    def settle_edge(self) -> None:
        """Wait for the workers, a second or so, and tell the CDN all there is to tell."""
        self._edge.settle()

    @property
    def edge_waiting(self) -> int:
        """How many tags the CDN could not be told yet."""
        return self._edge.waiting
