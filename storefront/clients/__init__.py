"""One package per upstream service: its client, its models, and an in-memory twin for tests.

What several services share stands in `shapes` (the contracts' common shapes) and `calls` (how a call is put
together). One service's package never imports another's.
"""
