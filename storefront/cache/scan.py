"""Names the keys of the shared store that match a pattern, answer by answer, so that the caller can stop.

A server looks at some keys for every answer, and names those of them that match: often none for a long time.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redis import Redis
    from redis.cluster import RedisCluster


def scan_replies(client: "Redis | RedisCluster", *, match: str, count: int) -> Iterator[list[bytes]]:
    """The matching keys of each answer, which may be none; `count` is how many keys the server looks at.

    In a cluster one node after the other. Raises RedisError.
    """
    asked: Any = client
    cursor, keys = asked.scan(match=match, count=count)
    yield keys
    if isinstance(cursor, dict):  # a cluster's: by node
        for name, begun in cursor.items():
            at, node = begun, asked.get_node(node_name=name)
            while at:
                found, keys = asked.scan(cursor=at, match=match, count=count, target_nodes=node)
                at = found[name]
                yield keys
        return
    while cursor:
        cursor, keys = asked.scan(cursor=cursor, match=match, count=count)
        yield keys
