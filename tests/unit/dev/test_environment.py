"""Both tiers hear of the same stack, and each of its own secrets only."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from config.env import Env
from config.identity import read_identity, read_token_keys
from config.upstreams import Upstreams
from dev.ports import Ports
from dev.provision import Provisioned
from dev.stack.environment import Setting, environment
from dev.stack.errors import StackError
from dev.stack.state import Secrets, check_state_name, load_secrets, state_name

PROVISIONED = Provisioned(
    region="eu-west-1",
    table_prefix="storefront-",
    event_bus="storefront",
    event_queue_url="http://127.0.0.1:4566/000000000000/storefront-events",
    order_queue="storefront-orders.fifo",
    order_queue_url="http://127.0.0.1:4566/000000000000/storefront-orders.fifo",
    media_bucket="media",
    user_pool_id="eu-west-1_pool",
    client_id="client",
    issuer="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool",
    jwks_url="http://127.0.0.1:4566/eu-west-1_pool/.well-known/jwks.json",
)
SETTING = Setting(
    secrets=Secrets(
        django_key="django",
        webhook_secret="webhook",
        service_key="service",
        order_key="order",
        payment_key="payment",
        list_key="list",
        token_key="token",
    ),
    media_root=Path("/media"),
    static_root=Path("/static"),
)


def test_the_web_tier_finds_every_service_at_its_base_path():
    web = environment("web", Ports(backend=9001), PROVISIONED, SETTING)

    for service in ("catalog", "search", "orders", "content"):
        assert web[f"{service.upper()}_URL"] == f"http://127.0.0.1:9001/{service}/v1"


def test_every_service_gets_the_time_that_a_shared_machine_takes():
    web = environment("web", Ports(), PROVISIONED, SETTING)

    # Redis is as quick here as anywhere, and orders have six seconds.
    slow = [one.name for one in fields(Upstreams) if one.name not in {"redis", "orders"}]
    assert [name for name in slow if f"{name.upper()}_READ_TIMEOUT" not in web] == []


def test_moving_a_port_moves_every_address_that_holds_it():
    moved = Ports(web=9000, backend=9001, ministack=9002, valkey=9003, search=9004)
    both = [
        environment("web", moved, PROVISIONED, SETTING),
        environment("backend", moved, PROVISIONED, SETTING),
    ]
    # The key address is an answer of the deployment, made for this very port.
    values = [value for variables in both for name, value in variables.items() if name != "COGNITO_JWKS_URL"]

    assert not [value for value in values for old in (8000, 8001, 4566, 6390, 9201) if f":{old}" in value]


def test_payments_return_to_the_shop_and_their_page_may_be_posted_to():
    web = environment("web", Ports(), PROVISIONED, SETTING)
    backend = environment("backend", Ports(), PROVISIONED, SETTING)

    assert backend["RETURN_ORIGINS"] == web["PUBLIC_ORIGIN"]
    assert backend["PAYMENTS_PUBLIC_URL"].startswith(web["PAYMENT_ORIGINS"] + "/")


def test_both_tiers_trust_the_same_pool_and_only_the_web_tier_can_read_sessions():
    web = environment("web", Ports(), PROVISIONED, SETTING)
    backend = environment("backend", Ports(), PROVISIONED, SETTING)

    assert {web[name] == backend[name] for name in ("COGNITO_ISSUER", "COGNITO_JWKS_URL")} == {True}
    assert read_identity(Env(web), web["AWS_REGION"]).configured
    assert len(read_token_keys(Env(web))) == 1
    assert "TOKEN_KEYS" not in backend


def test_the_tiers_do_not_hold_each_others_secrets():
    assert "service" not in environment("web", Ports(), PROVISIONED, SETTING).values()
    assert "django" not in environment("backend", Ports(), PROVISIONED, SETTING).values()


def test_secrets_last_as_long_as_the_state_and_are_the_owners_alone(tmp_path):
    first = load_secrets(tmp_path)

    assert load_secrets(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_a_folder_of_before_keeps_its_secrets_and_gets_those_it_lacks(tmp_path):
    old = {"django_key": "django", "webhook_secret": "webhook", "service_key": "service"}
    (tmp_path / "secrets.json").write_text(json.dumps(old), encoding="utf-8")
    known = load_secrets(tmp_path)

    assert (known.django_key, known.webhook_secret, known.service_key) == ("django", "webhook", "service")
    assert len({known.order_key, known.payment_key, known.service_key}) == 3
    assert load_secrets(tmp_path) == known
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_each_catalogue_has_a_state_of_its_own_beside_the_demo(tmp_path):
    names = {
        state_name(None),
        state_name(tmp_path / "a" / "My Shop.csv"),
        state_name(tmp_path / "b" / "My Shop.csv"),
    }

    assert len(names) == 3
    assert all(check_state_name(name) == name for name in names)


@pytest.mark.parametrize("name", ["", "../x", "Demo", "a/b", "-x", "x" * 65])
def test_a_state_name_cannot_leave_its_folder(name):
    with pytest.raises(StackError, match="--state"):
        check_state_name(name)


def test_the_web_tier_bears_the_shops_name():
    named = replace(SETTING, shop_name="Acme")

    assert environment("web", Ports(), PROVISIONED, named)["SHOP_NAME"] == "Acme"
    assert environment("web", Ports(), PROVISIONED, SETTING)["SHOP_NAME"] == "Fieldnote"
