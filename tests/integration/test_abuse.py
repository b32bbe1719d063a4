"""Guessing passwords at the running shop: two workers, one count, one answer, no trace of what was typed."""

import http.client
import re
import secrets
import time
from urllib.parse import urlencode, urlsplit

import pytest

from bench.shops import FORGOT, SIGN_IN, accounts
from tests.integration.stored import in_logs, in_redis

PASSWORD = "canary words that open nothing else"
WRONG = "canary words that open nothing"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture(scope="module")
def run():
    return secrets.token_hex(4)


@pytest.fixture(scope="module")
def known(shop, run):
    """An account of this module's own: what it fails must not keep others from signing in."""
    email = f"canary-{run}-known@shopper.example"
    web = shop.environment("web")
    with accounts(web["AWS_ENDPOINT_URL"], web["COGNITO_POOL_ID"], [email], PASSWORD):
        yield email


@pytest.fixture(scope="module")
def unknown(run):
    return f"canary-{run}-noone@shopper.example"


def post(origin, path, **fields):
    """One form on a connection of its own, so that either worker may get it."""
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=20)
    try:
        connection.request("POST", path, body=urlencode(fields), headers=HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After"), answer.read().decode()
    finally:
        connection.close()


def told(answer, email):
    status, wait, page = answer
    return status, wait is not None, _TOKEN.sub("", page).replace(email, "WHO")


def minutes_left_out(seen):
    """Pages that say how long to wait say it to the minute, which may pass between two of them."""
    return [(status, waits, re.sub(r"\d+ minutes", "n minutes", page)) for status, waits, page in seen]


@pytest.fixture(scope="module")
def guessed(origin, known, unknown):
    """Seven wrong passwords for an account and for none, and then the right one."""
    answers = {}
    for email in (known, unknown):
        answers[email] = []
        for _ in range(7):
            answers[email].append(post(origin, SIGN_IN, email=email, password=WRONG))
            time.sleep(0.3)
    return answers


def test_the_sixth_wrong_password_is_told_to_wait_whichever_worker_gets_it(guessed, known):
    assert [status for status, _, _ in guessed[known]] == [422] * 5 + [429] * 2
    for _, wait, page in guessed[known][5:]:
        assert 600 < int(wait) <= 900
        assert "Please wait 15 minutes" in page


def test_an_account_that_does_not_exist_is_answered_alike(guessed, known, unknown):
    one, other = ([told(answer, email) for answer in guessed[email]] for email in (known, unknown))
    assert minutes_left_out(one) == minutes_left_out(other)


def test_the_right_password_waits_as_well(origin, guessed, known):
    assert post(origin, SIGN_IN, email=known, password=PASSWORD)[0] == 429


def test_a_fourth_mail_within_the_hour_is_not_sent(origin, known, unknown):
    for email in (known, unknown):
        statuses = []
        for _ in range(4):
            statuses.append(post(origin, FORGOT, email=email)[0])
        assert statuses == [303, 303, 303, 429]


def test_neither_redis_nor_logs_know_who_it_was(shop, guessed, known, unknown):
    counted, logs = in_redis(shop, "*:limits:*"), in_logs(shop, ["web*"])
    kept = repr(counted)
    assert counted
    assert '"route": "signin:start"' in logs
    for text in (kept, logs):
        assert [secret for secret in (known, unknown, "canary", "eyJ") if secret in text] == []
