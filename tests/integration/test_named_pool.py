"""The shop of the browsers' journeys on a pool that the environment names, everything else on its emulators.

The other pool is another emulator's, so that this runs anywhere; the tiers are put together from their own
settings and not started, so that it takes seconds. docs/how-to/connect-a-cognito-pool.md says how the whole
of the journeys is run so.
"""

import sys
from types import SimpleNamespace

import pytest

from apptier.kit.auth import TokenVerifier
from apptier.kit.clock import SystemClock
from apptier.kit.settings import load_settings
from config.env import Env, SettingError
from config.identity import read_identity
from config.upstreams import read_upstreams
from dev.provision import DEMO_ACCOUNTS
from dev.stack.devstack import DevStack
from storefront.identity import Tokens, WrongCredentials
from storefront.sessions import SessionExists
from storefront.wiring import build_shop
from tests.pools import PASSWORD, LocalPool, NamedPool, Pool, local_place, named_pool, pool_of

OURS = {account.email for account in DEMO_ACCOUNTS}


def named(stack: DevStack) -> dict[str, str]:
    """What whoever runs the tests puts into the environment for that stack's pool."""
    place = local_place(stack)
    return {
        "COGNITO_TEST_POOL_ID": place.settings.pool_id,
        "COGNITO_TEST_CLIENT_ID": place.settings.client_id,
        "COGNITO_TEST_ENDPOINT": place.endpoint,
        "COGNITO_TEST_DOMAIN": place.endpoint,
        "COGNITO_TEST_ADDRESS": "journeys+{}@shop.example",
        "COGNITO_TEST_CODE_COMMAND": f"{sys.executable} -m tests.mailed_codes {place.endpoint}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


@pytest.fixture(scope="module")
def stacks(tmp_path_factory):
    """The local stack, the pool that was named, and a stack whose tiers are told of it."""
    folders = [tmp_path_factory.mktemp(name) for name in ("other", "own")]
    with pytest.MonkeyPatch.context() as patch, DevStack(folders[0], services=("ministack",)) as other:
        for name, value in named(other).items():
            patch.setenv(name, value)
        pool = named_pool()
        assert pool is not None
        with DevStack(folders[1], services=("ministack",), extra=pool.variables()) as own:
            pool.furnish(DEMO_ACCOUNTS, "http://127.0.0.1:1/account/callback/")
            yield SimpleNamespace(own=own, other=other, pool=pool)


@pytest.fixture
def web(stacks, settings):
    told = stacks.own.environment("web") | {"COGNITO_READ_TIMEOUT": "10", "DYNAMODB_READ_TIMEOUT": "10"}
    settings.AWS_ENDPOINT_URL, settings.AWS_REGION = told["AWS_ENDPOINT_URL"], told["AWS_REGION"]
    settings.UPSTREAMS = read_upstreams(Env(told), schemes=("http",))
    settings.IDENTITY = read_identity(Env(told), told["AWS_REGION"])
    settings.SESSION_TABLE = told["SESSION_TABLE"]
    made = build_shop()
    yield made
    made.compose.close()


def accounts(pool: Pool) -> set[str]:
    users = pool.place.admin.list_users(UserPoolId=pool.place.settings.pool_id)["Users"]
    return {one["Value"] for user in users for one in user["Attributes"] if one["Name"] == "email"}


def sign_in(web, email: str, password: str = PASSWORD) -> Tokens:
    tokens = web.people.sign_in(email=email, password=password)
    assert isinstance(tokens, Tokens)
    return tokens


def test_both_tiers_take_the_people_of_the_named_pool_and_the_local_one_sees_none(stacks, web):
    email = stacks.pool.address()
    web.people.sign_up(email=email, password=PASSWORD, name="Niamh Kelly")
    web.people.confirm(email=email, code=stacks.pool.code(email))
    tokens = sign_in(web, email)

    assert web.people.person(tokens).email == email
    backend = TokenVerifier(load_settings(stacks.own.environment("backend")), SystemClock())
    assert backend.verify(tokens.access).claims["iss"].endswith(stacks.pool.place.settings.pool_id)
    assert email.startswith("journeys+")
    assert email in accounts(stacks.pool)
    assert accounts(LocalPool(local_place(stacks.own))) == OURS


def test_who_is_known_to_the_local_pool_only_is_a_stranger(stacks, web):
    email = LocalPool(local_place(stacks.own)).account()

    with pytest.raises(WrongCredentials):
        sign_in(web, email)


def test_everything_else_stays_where_it_was(stacks, web):
    web.sessions.create("0" * 64, {"step": "one"}, lifetime=60)

    with pytest.raises(SessionExists):
        web.sessions.create("0" * 64, {"step": "two"}, lifetime=60)
    assert [sessions(stack) for stack in (stacks.own, stacks.other)] == [1, 0]


def sessions(stack: DevStack) -> int:
    return stack.boto("dynamodb").scan(TableName=stack.environment("web")["SESSION_TABLE"])["Count"]


def test_the_named_pool_has_what_the_local_one_has_from_its_deployment(stacks, web):
    account = DEMO_ACCOUNTS[0]
    assert web.people.person(sign_in(web, account.email, account.password)).name == account.name
    ids = stacks.pool.place.settings
    client = stacks.pool.place.admin.describe_user_pool_client(UserPoolId=ids.pool_id, ClientId=ids.client_id)
    kept = client["UserPoolClient"]
    assert kept["CallbackURLs"] == ["http://127.0.0.1:1/account/callback/"]
    assert kept["LogoutURLs"] == ["http://127.0.0.1:1/account/sign-out/"]
    assert "ALLOW_USER_SRP_AUTH" in kept["ExplicitAuthFlows"]
    where = web.hosted.authorize_url(state="s", challenge="c", redirect_uri=kept["CallbackURLs"][0])
    assert where.startswith(stacks.pool.place.endpoint)


def test_a_code_is_the_one_of_a_mail_that_was_not_read_before(stacks, web, monkeypatch):
    email = stacks.pool.address()
    web.people.sign_up(email=email, password=PASSWORD, name="")
    assert stacks.pool.code(email).isdigit()
    monkeypatch.setattr("tests.pools.MAIL_SECONDS", 0.3)
    with pytest.raises(TimeoutError):
        stacks.pool.code(email)
    web.people.resend(email=email)
    assert stacks.pool.code(email).isdigit()


def test_the_environment_decides_and_says_what_is_missing(stacks, monkeypatch):
    assert isinstance(pool_of(stacks.own), NamedPool)
    assert named_pool({}) is None
    with pytest.raises(KeyError, match="COGNITO_TEST_CLIENT_ID"):
        named_pool({"COGNITO_TEST_POOL_ID": "eu-central-1_AbC"})
    theirs = {
        "COGNITO_TEST_POOL_ID": "eu-central-1_AbC",
        "COGNITO_TEST_CLIENT_ID": "c",
        "COGNITO_TEST_CLIENT_SECRET": "hush",
        "COGNITO_TEST_ADDRESS": "x+{}@shop.example",
        "COGNITO_TEST_CODE_COMMAND": "codes",
    }
    amazons = named_pool(theirs)
    assert amazons is not None
    told, issuer = amazons.variables()["web"], "https://cognito-idp.eu-central-1.amazonaws.com"
    assert told["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"] == issuer
    assert told["COGNITO_JWKS_URL"] == f"{issuer}/eu-central-1_AbC/.well-known/jwks.json"
    assert (told["COGNITO_CLIENT_SECRET"], told["COGNITO_DOMAIN"]) == ("hush", "")
    with pytest.raises(SettingError, match="COGNITO_IDENTITY_PROVIDER"):
        read_upstreams(Env({"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "ftp://pool"}), schemes=("http",))
    monkeypatch.delenv("COGNITO_TEST_POOL_ID")
    assert isinstance(pool_of(stacks.own), LocalPool)
