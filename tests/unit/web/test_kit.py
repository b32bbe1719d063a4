"""Small parts: filters, trusted HTML, headers, log lines, CSP reports, deadlines, the worker's refusals."""

import json
import logging
from datetime import date

import pytest
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from gunicorn.http.errors import InvalidHeader, LimitRequestHeaders, LimitRequestLine

from storefront.core import Money
from storefront.resilience import current_deadline
from storefront.web import sitemaps, views
from storefront.web.counters import Allowance
from storefront.web.formats import day, money, number
from storefront.web.html import trusted
from storefront.web.jinja import environment
from storefront.web.middleware.headers import PERMISSIONS
from storefront.web.policies import ORDER_SUBMIT_SECONDS, private_page, public_page
from storefront.web.worker import _status, refusal
from tests.unit.web.shops import captured, urlconf


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money(4900, "EUR"), "€49.00"),
        (Money(123_456_789, "USD"), "US$1,234,567.89"),
        (Money(4900, "JPY"), "JP¥4,900"),
        (Money(-5, "EUR"), "−€0.05"),
        (Money(12_345, "KWD"), "KWD12.345"),
    ],
)
def test_money_in_words(value, text):
    assert money(value) == text


def test_days_and_numbers_in_words():
    assert day(date(2026, 11, 25)) == "25 November 2026"
    assert number(1204) == "1,204"


def test_templates_escape_and_refuse_unknown_names():
    environment = engines["jinja2"].env
    assert environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    with pytest.raises(Exception, match="undefined"):
        environment.from_string("{{ nothing }}").render()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<script>x</script>a", "a"),
        ('<a href="javascript:x">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="/ie/en/p/x/">a</a>', '<a href="/ie/en/p/x/" rel="noopener nofollow">a</a>'),
        ('<a href="//evil.example">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="/\\evil.example">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href="\\\\evil.example">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<a href=" /&#9;/evil.example">a</a>', '<a rel="noopener nofollow">a</a>'),
        ('<p style="x" class="y" id="z" hx-get="/">a</p>', "<p>a</p>"),
        ("<svg><script>x</script></svg>", ""),
        ("<!-- x -->a", "a"),
        ("<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""),
    ],
)
def test_only_words_are_trusted(text, left):
    assert str(trusted(text)).strip() == left


def test_every_page_has_its_headers(client, twins):
    for url in ("/", "/p/meadow-cushion/", "/nowhere/", "/fragments/personal/summary/"):
        response = client.get(url)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "form-action 'self';" in policy + ";"
        assert "unsafe" not in policy
        assert "nonce" not in policy
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response["Permissions-Policy"] == PERMISSIONS
        assert "Server-Timing" not in response


def test_only_payment_pages_may_send_forms_to_the_provider(client, twins, settings):
    @private_page(payment=True)
    def pay(request):
        return HttpResponse()

    settings.PAYMENT_ORIGINS = ("https://pay.example",)
    settings.ROOT_URLCONF = urlconf(path("pay/", pay), path("robots.txt", sitemaps.robots))
    assert "form-action 'self' https://pay.example" in client.get("/pay/")["Content-Security-Policy"]
    assert "pay.example" not in client.get("/robots.txt")["Content-Security-Policy"]


def test_each_request_runs_within_its_deadline(client, twins, settings):
    seen = {}

    def note(request):
        seen[request.path] = current_deadline().remaining()
        return HttpResponse()

    def view(mark):
        def marked(request):
            return note(request)

        return mark(marked)

    settings.ROOT_URLCONF = urlconf(
        path("browse/", view(public_page())),
        path("plain/", note),
        path("order/", view(private_page(deadline=ORDER_SUBMIT_SECONDS))),
    )
    client.get("/browse/")
    assert 1.0 < seen["/ie/en/browse/"] <= 1.5
    client.get("/plain/")
    assert 1.0 < seen["/ie/en/plain/"] <= 1.5
    client.post("/plain/")
    assert 2.5 < seen["/ie/en/plain/"] <= 3.0
    client.post("/order/")
    assert 7.5 < seen["/ie/en/order/"] <= 8.0
    assert current_deadline() is None


def test_a_request_has_one_line_and_it_is_not_personal(client, twins, caplog):
    canary = "robin.canary@example.com"
    caplog.set_level(logging.INFO)
    client.get(
        f"/search/?q={canary}",
        headers={"User-Agent": canary, "Referer": f"https://x/{canary}", "Cookie": f"a={canary}"},
    )
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["route"], line["method"], line["status"], line["public"]) == (
        "search:results",
        "GET",
        200,
        True,
    )
    assert canary not in json.dumps(lines, default=str)


def test_a_request_id_from_outside_is_kept_only_when_it_is_harmless(client, twins):
    url = "/fragments/personal/summary/"
    assert client.get(url, headers={"X-Request-Id": "abc-123-def"})["X-Request-Id"] == "abc-123-def"
    odd = client.get(url, headers={"X-Request-Id": "a\tb<script>" + "x" * 500})["X-Request-Id"]
    assert odd.isalnum()


@pytest.mark.parametrize(
    "report",
    [
        {
            "csp-report": {
                "effective-directive": "script-src",
                "blocked-uri": "https://evil.example/robin?q=1",
            }
        },
        [
            {
                "type": "csp-violation",
                "body": {"effectiveDirective": "script-src", "blockedURL": "https://evil.example/robin"},
            }
        ],
    ],
)
def test_a_browsers_report_is_logged_without_addresses(client, twins, report, caplog):
    with captured(caplog) as lines:
        response = client.generic(
            "POST", "/csp-report", json.dumps(report), content_type="application/reports+json"
        )
    assert response.status_code == 204
    (line,) = [line for line in lines if line["event"] == "csp_report"]
    assert (line["directive"], line["blocked"]) == ("script-src", "evil.example")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 60_000,
        '{"a":' * 10_000,
        "[1, 2]",
        '{"csp-report": 7}',
        '{"csp-report": {"blocked-uri": "http://["}}',
    ],
)
def test_an_odd_report_is_no_error_of_ours(client, twins, body):
    response = client.generic("POST", "/csp-report", body, content_type="application/csp-report")
    assert response.status_code in {204, 400}


def test_a_request_of_many_reports_is_one_line(client, twins, caplog):
    one = {"body": {"effectiveDirective": "script-src", "blockedURL": "https://evil.example/"}}
    with captured(caplog) as lines:
        client.generic("POST", "/csp-report", json.dumps([one] * 50))
    (line,) = [line for line in lines if line["event"] == "csp_report"]
    assert line["count"] == 50


def test_reports_of_a_minute_fill_only_so_many_lines(client, twins, monkeypatch, caplog):
    monkeypatch.setattr(views, "_lines", Allowance("test_csp", 3, clock=lambda: 0.0))
    with captured(caplog) as lines:
        statuses = {client.generic("POST", "/csp-report", "{}").status_code for _ in range(10)}
    assert statuses == {204}
    assert len([line for line in lines if line["event"] == "csp_report"]) == 3


def test_media_comes_from_its_folder_only(client, twins, settings, tmp_path):
    folder, secret = tmp_path / "media", tmp_path / "secret.txt"
    folder.mkdir()
    (folder / "a.webp").write_bytes(b"picture")
    secret.write_bytes(b"secret")
    settings.MEDIA_FOLDER = str(folder)
    settings.ROOT_URLCONF = urlconf(path("media/<path:path>", views.media))
    response = client.get("/media/a.webp")
    assert b"".join(response.streaming_content) == b"picture"
    assert response["Cache-Control"] == "public, max-age=86400"
    odd = ("../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "x/../../secret.txt", "..%5csecret.txt")
    for path_ in (*odd, str(secret), f"/{secret}", "../media-of-others/a.webp", "nothing.webp", ".", ""):
        assert client.get(f"/media/{path_}").status_code in {400, 404}, path_


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LimitRequestLine(10_000, 4_094), 414),
        (LimitRequestHeaders("many"), 431),
        (InvalidHeader("x"), 400),
        (RuntimeError("ours"), None),
    ],
)
def test_what_cannot_be_parsed_is_refused_in_plain_words(error, status):
    assert _status(error) == status
    if status:
        head, body = refusal(status).split(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        assert f"Content-Length: {len(body)}".encode() in head
        assert b"gunicorn" not in head + body
        assert b"no-store" in head


def test_indentation_is_left_out_and_attributes_stay_apart():
    source = '<p\n    {% if x %}\n    id="1"{% endif %}\n    class="2">\n        {{ text }}\n    </p>\n'
    made = environment().from_string(source).render(x=True, text="a\n    b")
    assert 'id="1" class="2"' in made
    assert "a\n    b" in made
    assert "  </p>" not in made
