"""The reference of every round: 40,000 bytes from a bare WSGI function under gunicorn, as the shop runs."""

BODY = b"x" * 40_000


def application(environ, start_response):  # noqa: ANN001, ANN201 - PEP 3333's own words
    del environ
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
