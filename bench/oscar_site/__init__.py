"""The peer's project: django-oscar as its documentation sets it up, run by `bench.peers`."""
