"""A preview's token: whoever has it may look, until it is over, at what it was made for and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing

from storefront.web.flags.previews import Preview, PreviewTooLong, preview_of, token_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PREVIEW = Preview(
    by="Sam",
    until=NOW + timedelta(days=1),
    overrides={"theme": "harbour"},
    moment=datetime(2026, 12, 24, 18, tzinfo=UTC),
    path="/de/de/",
)


def test_what_was_made_is_what_is_found():
    assert preview_of(token_of(PREVIEW, NOW), NOW) == PREVIEW


def test_it_ends():
    token = token_of(PREVIEW, NOW)
    assert preview_of(token, NOW + timedelta(hours=23)) is not None
    assert preview_of(token, NOW + timedelta(hours=24)) is None


def test_none_is_for_longer_than_a_week():
    with pytest.raises(PreviewTooLong):
        token_of(Preview(by="Sam", until=NOW + timedelta(days=7, seconds=1)), NOW)


def test_none_is_longer_than_a_cookie():
    many = {f"flag-{number}": "x" * 40 for number in range(21)}
    with pytest.raises(PreviewTooLong):
        token_of(Preview(by="Sam", until=NOW + timedelta(days=1), overrides=many), NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a:b:c",
        signing.dumps({"by": "Sam"}),
        "x" * 9_000,
        signing.dumps(5, salt="storefront.preview"),
    ],
    ids=["nothing", "letter", "parts", "other salt", "long", "number"],
)
def test_what_nobody_here_has_made_is_no_preview(token):
    assert preview_of(token, NOW) is None
