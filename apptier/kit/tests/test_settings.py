"""What a service is told from outside: odd values are refused by name, secrets may come in files."""

import re

import pytest

from apptier.kit.settings import Settings, SettingsError, load_settings


def test_an_empty_environment_gives_the_defaults():
    assert load_settings({}) == Settings()


def test_values_are_read_and_trimmed():
    settings = load_settings(
        {
            "OPENSEARCH_URL": " http://127.0.0.1:9201/ ",
            "RETURN_ORIGINS": "http://127.0.0.1:8000, https://shop.example",
            "HOLD_SECONDS": "60",
        }
    )
    assert settings.opensearch_url == "http://127.0.0.1:9201"
    assert settings.return_origins == ("http://127.0.0.1:8000", "https://shop.example")
    assert settings.hold_seconds == 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_REGION", "Dublin"),
        ("TABLE_PREFIX", "a/b"),
        ("ORDER_QUEUE", "orders"),
        ("OPENSEARCH_URL", "ftp://x"),
        ("OPENSEARCH_URL", "http://user:pass@x"),
        ("OPENSEARCH_URL", "http://x:99999"),
        ("COGNITO_ISSUER", "x"),
        ("RETURN_ORIGINS", "http://x/path"),
        ("HOLD_SECONDS", "0"),
        ("HOLD_SECONDS", "ten"),
        ("SERVICE_KEY", "short"),
    ],
)
def test_an_odd_value_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=re.escape(name)):
        load_settings({name: value})


def test_a_refused_secret_is_not_repeated():
    with pytest.raises(SettingsError) as caught:
        load_settings({"SERVICE_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_a_secret_may_come_in_a_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("0123456789abcdef\n")
    assert load_settings({"SERVICE_KEY_FILE": str(file)}).service_key == "0123456789abcdef"


def test_a_file_that_is_not_there_and_two_sources_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="SERVICE_KEY_FILE"):
        load_settings({"SERVICE_KEY_FILE": str(tmp_path / "none")})
    with pytest.raises(SettingsError, match="keep one"):
        load_settings({"SERVICE_KEY_FILE": str(tmp_path), "SERVICE_KEY": "0123456789abcdef"})


def test_what_a_service_needs_is_asked_for_by_name():
    with pytest.raises(SettingsError, match="COGNITO_ISSUER, SERVICE_KEY"):
        Settings().require("cognito_issuer", "service_key")


def test_older_keys_come_by_comma_and_are_as_long():
    first, second = "a" * 16, "b" * 16
    settings = load_settings({"ORDER_SECRET_KEY_FALLBACKS": f"{first}, {second}"})
    assert settings.order_secret_key_fallbacks == (first, second)
    with pytest.raises(SettingsError, match="PAYMENT_SECRET_KEY_FALLBACKS"):
        load_settings({"PAYMENT_SECRET_KEY_FALLBACKS": f"{first},short"})
