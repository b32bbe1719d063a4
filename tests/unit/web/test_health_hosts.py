"""Health needs nothing; everything else needs the shop's own host name."""

import pytest

from storefront.core import StorefrontError
from tests.unit.web.shops import captured, down


def test_health_asks_nobody(client, twins, settings):
    settings.REQUIRE_HOST_HEADER = True
    for twin in (twins.catalog, twins.search, twins.orders, twins.content):
        twin.fail(down())
    twins.sessions.down = True
    for path in ("/healthz", "/readyz"):
        response = client.get(path, headers={"Host": "10.0.0.7"})
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies
    assert twins.catalog.calls == []


def test_a_worker_that_cannot_be_set_up_is_alive_and_not_ready(client, settings):
    def broken():
        raise StorefrontError("no settings")

    settings.SHOP_FACTORY = broken
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(
    "path", ["/", "/p/meadow-cushion/", "/robots.txt", "/static/x.css", "/nowhere/", "/cart/"]
)
@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "evil.example:80", "[::1", "a b"]
)
def test_another_host_is_refused_on_every_path(client, twins, path, host):
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 400
    assert "does not answer to that host" in response.content.decode()
    assert b"evil" not in response.content


def test_a_refused_host_gets_every_header_and_a_line(client, twins, caplog):
    with captured(caplog) as lines:
        response = client.get("/", headers={"Host": "evil.example"})
    for name in ("X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy", "Referrer-Policy"):
        assert name in response, name
    assert "Permissions-Policy" in response
    assert response["X-Request-Id"]
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["status"], line["route"]) == (400, "")
    assert "evil" not in str(lines)


def test_a_request_without_host_is_refused(client, twins, settings):
    settings.REQUIRE_HOST_HEADER = True
    assert client.get("/").status_code == 400
    assert client.get("/", headers={"Host": "testserver"}).status_code == 200


def test_a_forwarded_host_changes_nothing(client, twins):
    response = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert response.status_code == 200
    assert b"evil" not in response.content
