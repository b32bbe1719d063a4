"""Production starts with good settings, `check --deploy` finds nothing, development's are refused."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SERVICES = ("CATALOG", "SEARCH", "ORDERS", "CONTENT", "STORES", "REVIEWS", "CUSTOMERS", "LISTS")
GOOD = {
    "STOREFRONT_ENV": "production",
    "SECRET_KEY": "abcdefghij0123456789" * 3,
    "PUBLIC_ORIGIN": "https://shop.example",
    "PAYMENT_ORIGINS": "https://pay.example",
    "RELEASE": "2026.11.1",
    "REDIS_URL": "rediss://cache.example:6379/0",
    "REDIS_CLUSTER": "on",
    "PROXY_HOPS": "2",
    "TOKEN_KEYS": "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
    "COGNITO_POOL_ID": "eu-west-1_AbCdEf123",
    "COGNITO_CLIENT_ID": "1example23456789",
    **{f"{name}_URL": f"https://api.example/{name.lower()}/v1" for name in SERVICES},
}


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={k: v for k, v in environment.items() if v},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_deployment_check_finds_nothing():
    done = check()
    assert done.returncode == 0, done.stderr
    assert "no issues (1 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEBUG": "1"}, "DEBUG must not be on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"PUBLIC_ORIGIN": "http://shop.example"}, "PUBLIC_ORIGIN must begin with https://"),
        (
            {"CATALOG_URL": "http://api.example/catalog/v1"},
            "CATALOG_URL must be a URL beginning with https://",
        ),
        ({"CATALOG_URL": ""}, "CATALOG_URL"),
        ({"PAYMENT_ORIGINS": ""}, "PAYMENT_ORIGINS is not set"),
        ({"PAYMENT_ORIGINS": "http://pay.example"}, "PAYMENT_ORIGINS must begin with https://"),
        ({"PAYMENT_ORIGINS": "https://a.example,https://127.0.0.1:8001"}, "PAYMENT_ORIGINS must not be on"),
        ({"PUBLIC_ORIGIN": "https://localhost"}, "PUBLIC_ORIGIN must not be on loopback"),
        ({"RELEASE": ""}, "RELEASE is not set"),
        ({"REDIS_CLUSTER": ""}, "REDIS_CLUSTER is not set"),
        ({"PROXY_HOPS": ""}, "PROXY_HOPS is not set"),
        ({"PROXY_HOPS": "0"}, "PROXY_HOPS must be between 1 and 5"),
        ({"REDIS_URL": ""}, "REDIS_URL is not set"),
        ({"REDIS_URL": "redis://cache.example:6379/0"}, "REDIS_URL must be a URL beginning with rediss://"),
        ({"REDIS_URL": "rediss://127.0.0.1:6379/0"}, "REDIS_URL must not be on loopback"),
        ({"REDIS_URL": "rediss://[::1]:6379/0"}, "REDIS_URL must not be on loopback"),
        ({"TOKEN_KEYS": ""}, "TOKEN_KEYS is not set"),
        ({"TOKEN_KEYS": "c2hvcnQ="}, "TOKEN_KEYS must be keys of 32 bytes"),
        ({"COGNITO_CLIENT_ID": ""}, "COGNITO_POOL_ID and COGNITO_CLIENT_ID must be set both"),
        ({"COGNITO_ISSUER": "http://pool.example"}, "COGNITO_ISSUER must be a URL beginning with https://"),
        ({"COGNITO_DOMAIN": "http://people.example"}, "COGNITO_DOMAIN must begin with https://"),
        ({"CATALOG_READ_TIMEOUT": "600"}, "CATALOG_READ_TIMEOUT must be between"),
    ],
)
def test_it_refuses_what_is_only_good_for_development(changes, words):
    done = check(**changes)
    assert done.returncode != 0
    assert words in done.stderr
