"""The command that shows the codes which nobody mails locally."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dev import mails, messages


@contextmanager
def emulator(body: bytes, status: int = 200):
    class Outbox(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/_ministack/ses/messages" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Outbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def mail(to: str, text: str) -> dict:
    return {
        "To": [to],
        "Subject": "Your code",
        "BodyText": text,
        "BodyHtml": None,
        "Timestamp": "2026-11-23T06:00Z",
    }


def test_codes_are_shown_with_whom_they_are_for(monkeypatch, capsys):
    sent = [mail("ann@example.com", "Your code is 123456."), mail("kim@example.com", "Your code is 654321.")]
    with emulator(json.dumps({"messages": {"000000000000": sent}}).encode()) as port:
        monkeypatch.setenv("MINISTACK_PORT", str(port))
        assert mails.main() == 0

    shown = capsys.readouterr().out
    assert shown.startswith("2 mail(s)")
    assert "2026-11-23T06:00Z" in shown
    assert shown.index("ann@example.com") < shown.index("123456") < shown.index("kim@example.com")


@pytest.mark.parametrize(("body", "status"), [(b"{}", 200), (b"<html>", 200), (b"", 500), (b"[]", 404)])
def test_another_server_is_named_in_one_line(monkeypatch, capsys, body, status):
    with emulator(body, status) as port:
        monkeypatch.setenv("MINISTACK_PORT", str(port))
        assert mails.main() == 1
    assert "is `make run` running?" in capsys.readouterr().err


def test_a_time_in_seconds_is_written_for_people(monkeypatch, capsys):
    sent = mail("ann@example.com", "Your code is 123456.") | {"Timestamp": 1795413600.25}
    with emulator(json.dumps({"messages": {"000000000000": [sent]}}).encode()) as port:
        monkeypatch.setenv("MINISTACK_PORT", str(port))
        assert mails.main() == 0
    shown = capsys.readouterr().out
    assert re.search(r"2026-11-2\d \d\d:\d\d:00  to ann@", shown)
    assert "1795413600" not in shown


@pytest.mark.parametrize("command", [mails, messages])
def test_no_server_at_all_is_too(monkeypatch, capsys, command):
    monkeypatch.setenv("MINISTACK_PORT", "9")
    assert command.main() == 1
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "at port 9;" in said
    assert "MINISTACK_PORT" in said
