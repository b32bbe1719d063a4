"""What search asks of reviews: the summaries of some products, for cards, the facet and its counts.

A port, so that indexing needs no review service: without one, products have no rating.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol


class Ratings(Protocol):
    """Whoever knows what reviewers gave."""

    def summaries(self, handles: Iterable[str]) -> Mapping[str, tuple[float, int]]:
        """Average (1 to 5) and number of approved reviews by handle; products without any are left out."""
        ...


class NoRatings:
    """Nobody has reviewed anything."""

    def summaries(self, handles: Iterable[str]) -> Mapping[str, tuple[float, int]]:
        """Nothing, whatever is asked."""
        del handles
        return {}
