"""Keys are named answer by answer, by one server and by the nodes of a cluster."""

from storefront.cache.scan import scan_replies


class Server:
    """Answers in three steps, the second of which names nothing."""

    def __init__(self):
        self.asked = []

    def scan(self, *, cursor=0, match, count):
        self.asked.append((cursor, match, count))
        return {0: (7, [b"a"]), 7: (9, []), 9: (0, [b"b", b"c"])}[cursor]


class Cluster:
    """Two nodes, as redis-py tells of them: the first answer is of all, the others of the one asked."""

    def __init__(self):
        self.nodes = {"n1": [[b"a"], [], [b"b"]], "n2": [[b"c"]]}

    def get_node(self, *, node_name):
        return node_name

    def scan(self, *, cursor=0, match, count, target_nodes=None):
        del match, count
        names = self.nodes if target_nodes is None else [target_nodes]
        found = [key for name in names for key in self.nodes[name][cursor]]
        return {name: (cursor + 1) % len(self.nodes[name]) for name in names}, found


def test_a_server_is_asked_until_it_has_no_more():
    server = Server()
    assert list(scan_replies(server, match="sf:*", count=10)) == [[b"a"], [], [b"b", b"c"]]
    assert server.asked == [(0, "sf:*", 10), (7, "sf:*", 10), (9, "sf:*", 10)]


def test_who_has_seen_enough_asks_no_further():
    server = Server()
    assert next(scan_replies(server, match="sf:*", count=10)) == [b"a"]
    assert len(server.asked) == 1


def test_every_node_of_a_cluster_is_asked_to_its_end():
    assert list(scan_replies(Cluster(), match="sf:*", count=10)) == [[b"a", b"c"], [], [b"b"]]
