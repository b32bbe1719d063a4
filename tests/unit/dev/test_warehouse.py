"""The warehouse waits for its queue no longer than it should."""

from apptier.kit.settings import Settings
from dev.warehouse import _queue


def test_a_queue_that_does_not_answer_is_not_waited_for(monkeypatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    config = _queue(Settings(aws_endpoint_url="http://127.0.0.1:9")).meta.config
    assert config.connect_timeout <= 2
    assert config.read_timeout <= 10
