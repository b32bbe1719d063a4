"""What people type, as the pool wants it."""

import pytest

from storefront.identity import WeakPassword, WrongCode, WrongCredentials, inputs


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@example.com", "a@example.com"),
        ("  First.Last+shop@Sub.Example.CO.UK\n", "first.last+shop@sub.example.co.uk"),
        ("ü@exämple.de", "ü@exämple.de"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("a" * 116 + "@example.com", "a" * 116 + "@example.com"),
    ],
)
def test_an_address(typed, found):
    assert inputs.address(typed, "x") == found


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "@", "a", "a@", "@example.com", "a@b@example.com", "a@example", "a@example.c", "a@.com"),
        *("a b@example.com", "a@exa mple.com", "<a@example.com>", '"a"@example.com', "a@[127.0.0.1]"),
        *("a\x00@example.com", "a@example.com,b@example.com", "a@example.com\r\nBcc: b@example.com"),
        *("a" * 117 + "@example.com", "\ud800@example.com", "a@example..com", "a@-\x7f.com"),
    ],
)
def test_what_is_none(typed):
    with pytest.raises(WrongCredentials):
        inputs.address(typed, "x")


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "\u200e123456", "12\u00a034\u00a056\n"])
def test_a_code_however_it_is_typed(typed):
    assert inputs.code(typed, "x") == "123456"


@pytest.mark.parametrize(
    "typed", ["", "123", "1" * 11, "12345a", "１２３４５６", "١٢٣٤٥٦", "1" * 100_000, "\ud800"]
)
def test_what_is_no_code(typed):
    with pytest.raises(WrongCode):
        inputs.code(typed, "x")


@pytest.mark.parametrize(
    ("password", "reasons"),
    [
        ("x" * 11, ("too_short",)),
        ("x" * 257, ("too_long",)),
        (" " + "x" * 12, ("spaces",)),
        (" ", ("too_short", "spaces")),
        ("\ud800" * 12, ("spaces",)),
    ],
)
def test_a_weak_password_says_all_that_is_wrong(password, reasons):
    with pytest.raises(WeakPassword) as weak:
        inputs.new_password(password, "x")
    assert weak.value.reasons == reasons


@pytest.mark.parametrize("password", ["x" * 12, "x" * 256, "twelve words", "密" * 12])
def test_a_password_is_left_as_it_is(password):
    assert inputs.new_password(password, "x") == password


@pytest.mark.parametrize(
    ("typed", "found"),
    [("  Ann \n Ö. ", "Ann Ö."), ("", ""), ("x" * 300, "x" * 256), ("a\x00b\u202ec", "abc"), ("نور", "نور")],
)
def test_a_name_is_one_line(typed, found):
    assert inputs.name(typed) == found
