"""The user pool and the token keys, as the environment gives them."""

import pytest

from config.env import Env, SettingError
from config.identity import read_identity, read_token_keys

KEY = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI="
POOL = {"COGNITO_POOL_ID": "eu-central-1_AbC", "COGNITO_CLIENT_ID": "client1"}


def test_the_issuer_and_its_keys_follow_from_the_pool():
    identity = read_identity(Env(POOL), "eu-west-1")
    assert identity.issuer == "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC"
    assert identity.jwks_url == f"{identity.issuer}/.well-known/jwks.json"
    assert (identity.configured, identity.domain, identity.providers) == (True, "", ())


def test_an_emulator_has_its_keys_elsewhere():
    elsewhere = {"COGNITO_JWKS_URL": "http://127.0.0.1:4566/pool/.well-known/jwks.json"}
    identity = read_identity(Env(POOL | elsewhere), "eu-west-1")
    assert identity.jwks_url == elsewhere["COGNITO_JWKS_URL"]
    assert identity.issuer.startswith("https://cognito-idp.eu-central-1.")


def test_hosted_pages_and_their_buttons():
    hosted = {"COGNITO_DOMAIN": "https://people.shop.example", "COGNITO_PROVIDERS": "Google, Corporate"}
    identity = read_identity(Env(POOL | hosted), "eu-west-1")
    assert (identity.domain, identity.providers) == (hosted["COGNITO_DOMAIN"], ("Google", "Corporate"))


def test_a_shop_may_have_no_pool():
    assert read_identity(Env({}), "eu-west-1").configured is False


def test_the_client_s_secret_is_not_shown():
    identity = read_identity(Env(POOL | {"COGNITO_CLIENT_SECRET": "very-secret"}), "eu-west-1")
    assert identity.client_secret == "very-secret"
    assert "very-secret" not in repr(identity)


@pytest.mark.parametrize(
    "odd",
    [
        {"COGNITO_POOL_ID": "not a pool"},
        {"COGNITO_POOL_ID": ""},
        {"COGNITO_CLIENT_ID": "no spaces please"},
        {"COGNITO_ISSUER": "ftp://x"},
        {"COGNITO_DOMAIN": "https://people.example/path"},
    ],
)
def test_odd_values_are_named(odd):
    with pytest.raises(SettingError, match="COGNITO_"):
        read_identity(Env(POOL | odd), "eu-west-1")


def test_token_keys_are_taken_in_order():
    other = KEY.replace("MTIz", "NDU2")
    assert read_token_keys(Env({"TOKEN_KEYS": f"{KEY}, {other}"})) == (KEY, other)


@pytest.mark.parametrize("odd", ["x", "c2hvcnQ=", f"{KEY},x", KEY.replace("=", ""), KEY[:-4] + "!!!="])
def test_odd_token_keys_are_refused_and_not_shown(odd):
    with pytest.raises(SettingError, match="TOKEN_KEYS") as refused:
        read_token_keys(Env({"TOKEN_KEYS": odd}))
    assert odd not in str(refused.value)


def test_without_token_keys_one_is_made_of_the_secret_key_where_that_is_allowed():
    made = read_token_keys(Env({}), otherwise="secret")
    assert made == read_token_keys(Env({}), otherwise="secret")
    assert made != read_token_keys(Env({}), otherwise="another")
    with pytest.raises(SettingError, match="TOKEN_KEYS is not set"):
        read_token_keys(Env({}))
