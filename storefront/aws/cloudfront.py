"""CloudFront's invalidations: objects are given up by path, or by the tags that they were cached with.

Both go through CreateInvalidation: an item that begins with # names a tag, any other a path (Developer Guide,
"Invalidating content by cache tags"). Tags need a distribution whose CacheTagConfig names the header. Every
item is charged as one path; 3,000 may be under way at a time, of paths with * only 15.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from storefront.aws.clients import AwsClientSettings
from storefront.aws.errors import translate
from storefront.resilience import Resource

CLOUDFRONT: Final = AwsClientSettings(connect_timeout=1.0, read_timeout=4.0, attempts=2, pool_size=2)
MOST_ITEMS: Final = 3_000
MOST_WILDCARDS: Final = 15


class CloudFront(Protocol):
    """What is used of botocore's client."""

    def create_invalidation(self, *, DistributionId: str, InvalidationBatch: Mapping[str, Any]) -> Any:  # noqa: N803
        """Begin an invalidation."""
        ...


class Distribution:
    """One distribution. `invalidate` raises AwsUnavailable, also when too many are under way."""

    def __init__(self, client: Callable[[], CloudFront], resource: Resource, distribution: str) -> None:
        self._client = client
        self._resource = resource
        self._id = distribution

    def invalidate(self, items: Sequence[str]) -> str:
        """Give up what these paths and #tags name (1 to 3,000); the invalidation's id.

        It is under way when this returns: edges follow within seconds.
        """

        def call(_seconds: float) -> str:
            try:
                answer = self._client().create_invalidation(
                    DistributionId=self._id,
                    InvalidationBatch={
                        "Paths": {"Quantity": len(items), "Items": list(items)},
                        # CloudFront takes two batches with one reference for a repetition of the first.
                        "CallerReference": secrets.token_hex(16),
                    },
                )
            except (BotoCoreError, ClientError) as error:
                raise translate(self._resource.name, "CreateInvalidation", error) from error
            return str(answer["Invalidation"]["Id"])

        return self._resource.run("CreateInvalidation", call, timeout=CLOUDFRONT.worst_case)
