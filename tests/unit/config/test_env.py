"""Settings say what is wrong with them, by name, and never show a secret."""

import pytest

from config.env import Env, SettingError


def env(**values: str) -> Env:
    return Env(values)


def test_a_value_may_come_from_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("from the file\n")
    assert env(SECRET_KEY_FILE=str(path)).text("SECRET_KEY") == "from the file"


def test_a_value_and_its_file_together_are_refused():
    with pytest.raises(SettingError, match="NAME and NAME_FILE are both set"):
        env(NAME="a", NAME_FILE="/b").text("NAME")


def test_an_unreadable_file_is_named():
    with pytest.raises(SettingError, match="NAME_FILE cannot be read"):
        env(NAME_FILE="/nowhere/at/all").text("NAME")


def test_a_missing_value_is_named():
    with pytest.raises(SettingError, match="CATALOG_URL is not set"):
        env().text("CATALOG_URL")


@pytest.mark.parametrize("raw", ["", "  "])
def test_an_empty_value_counts_as_missing(raw):
    assert env(NAME=raw).text("NAME", "usual") == "usual"


@pytest.mark.parametrize(("raw", "meant"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False)])
def test_flags_understand_the_usual_words(raw, meant):
    assert env(DEBUG=raw).flag("DEBUG", default=not meant) is meant


def test_a_flag_without_default_has_to_be_said():
    with pytest.raises(SettingError, match="REDIS_CLUSTER is not set"):
        env().flag("REDIS_CLUSTER")


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda e: e.flag("X", default=False), "X must be true or false"),
        (lambda e: e.integer("X", 1, low=1, high=9), "X must be a number"),
        (lambda e: e.seconds("X", 1, low=0, high=9), "X must be a number"),
        (lambda e: e.one_of("X", ("a", "b")), "X must be one of a, b"),
        (lambda e: e.text("X", pattern="[0-9]+"), "X must match"),
        (lambda e: e.url("X", schemes=("https",)), "X must be a URL beginning with https://"),
        (lambda e: e.origin("X"), "X must be an origin"),
        (lambda e: e.origins("X"), "X must be an origin"),
    ],
)
def test_odd_values_are_refused_by_name(ask, words):
    with pytest.raises(SettingError, match=words):
        ask(env(X="maybe"))


def test_numbers_have_bounds():
    with pytest.raises(SettingError, match="X must be between 1 and 9, it is 10"):
        env(X="10").integer("X", low=1, high=9)


@pytest.mark.parametrize("raw", ["https://u:p@a.example", "https://a.example/?q=1", "https://a.example/#x"])
def test_urls_have_no_user_query_or_fragment(raw):
    with pytest.raises(SettingError, match="without user, query or fragment"):
        env(X=raw).url("X", schemes=("https",))


def test_a_redis_url_may_have_a_user():
    assert env(X="rediss://u:p@a:1/0").url("X", schemes=("rediss",), user=True) == "rediss://u:p@a:1/0"


@pytest.mark.parametrize("raw", ["https://a.example/", "https://a.example/x", "ftp://a", "https://u@a"])
def test_origins_are_scheme_host_and_port_only(raw):
    with pytest.raises(SettingError, match="must be an origin"):
        env(X=raw).origin("X")


def test_a_list_of_origins():
    assert env(X="https://a.example, http://b:81").origins("X") == ("https://a.example", "http://b:81")


def test_secrets_are_not_shown():
    with pytest.raises(SettingError) as error:
        env(SECRET_KEY="hunter2").text("SECRET_KEY", pattern="[0-9]+")
    assert "hunter2" not in str(error.value)
