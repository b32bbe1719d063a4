"""The door to a user pool: nothing signed, nothing repeated that was typed, outages told from refusals."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from botocore.credentials import CredentialResolver
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from storefront.aws import COGNITO, AwsRefused, AwsUnavailable, ClientFactory, UserPoolCalls
from storefront.core import ManualClock, Reason
from storefront.resilience import Resource, ResourceSettings

TYPED = "what.the.person@typed.example"


@pytest.fixture(scope="module")
def client():
    return ClientFactory("eu-west-1", "http://127.0.0.1:9").cognito(COGNITO)


@pytest.fixture
def guard(telemetry):
    return Resource(ResourceSettings("cognito", 8), telemetry, ManualClock())


def refused_with(client, guard, code, status=400):
    calls = UserPoolCalls(lambda: client, guard, timeout=2.2)
    with Stubber(client) as answers:
        answers.add_client_error(
            "forgot_password", code, f"Value '{TYPED}' is wrong", http_status_code=status
        )
        with pytest.raises((AwsRefused, AwsUnavailable)) as error:
            calls.call("forgot_password", ClientId="client", Username=TYPED)
    return error.value


def test_it_has_a_sign_ins_own_budget(client):
    config = client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.2, 2.0)
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("TooManyRequestsException", 400, Reason.THROTTLED),
        ("ThrottlingException", 400, Reason.THROTTLED),
        ("InternalErrorException", 500, Reason.SERVER_ERROR),
        ("InternalErrorException", 400, Reason.SERVER_ERROR),
        ("ResourceNotFoundException", 400, Reason.SERVER_ERROR),
        ("ForbiddenException", 403, Reason.SERVER_ERROR),
        ("NobodyKnows", 503, Reason.SERVER_ERROR),
    ],
)
def test_an_outage_is_unavailable(client, guard, code, status, reason):
    error = refused_with(client, guard, code, status)
    assert isinstance(error, AwsUnavailable)
    assert error.reason is reason


@pytest.mark.parametrize(
    "code", ["NotAuthorizedException", "UserNotFoundException", "LimitExceededException"]
)
def test_a_refusal_has_the_pools_code_and_its_words_stay_out_of_the_log(client, guard, code):
    error = refused_with(client, guard, code)
    assert isinstance(error, AwsRefused)
    assert error.code == code
    assert TYPED in error.detail
    assert TYPED not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_refusals_open_no_breaker_and_outages_do(client, guard):
    for _ in range(40):
        refused_with(client, guard, "NotAuthorizedException")
    assert guard.breaker.state.name == "CLOSED"
    calls = UserPoolCalls(lambda: client, guard, timeout=2.2)
    with Stubber(client) as answers:
        while guard.breaker.state.name == "CLOSED":
            answers.add_client_error("forgot_password", "InternalErrorException", http_status_code=500)
            with pytest.raises(AwsUnavailable):
                calls.call("forgot_password", ClientId="client", Username="x")
    assert guard.breaker.state.name == "OPEN"


def test_a_dead_pool_is_an_outage_within_the_budget(guard):
    calls = UserPoolCalls(
        lambda: ClientFactory("eu-west-1", "http://127.0.0.1:9").cognito(COGNITO), guard, timeout=2.2
    )
    with pytest.raises(AwsUnavailable) as error:
        calls.call("forgot_password", ClientId="client", Username="x")
    assert error.value.reason is Reason.CONNECTION
    assert not error.value.sent


def test_nothing_is_signed_and_no_credentials_are_looked_for(monkeypatch, guard):
    looked = []
    monkeypatch.setattr(CredentialResolver, "load_credentials", lambda _self: looked.append(1))
    seen = []

    class Pool(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(dict(self.headers))
            body = json.dumps({"Username": "x", "UserAttributes": []}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Pool) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        factory = ClientFactory("eu-west-1", f"http://127.0.0.1:{server.server_port}")
        calls = UserPoolCalls(lambda: factory.cognito(COGNITO), guard, timeout=2.2)
        assert calls.call("get_user", AccessToken="token")["Username"] == "x"
        server.shutdown()

    assert looked == []
    (headers,) = seen
    assert "Authorization" not in headers
    assert headers["X-Amz-Target"].endswith(".GetUser")


@pytest.mark.parametrize(("attempts", "repeatable", "asked"), [(1, True, 1), (2, True, 2), (2, False, 1)])
def test_only_what_may_be_asked_twice_is(guard, attempts, repeatable, asked):
    seen = []

    class Down:
        def get_user(self, **_arguments):
            seen.append(1)
            answer = {
                "Error": {"Code": "InternalErrorException"},
                "ResponseMetadata": {"HTTPStatusCode": 500},
            }
            raise ClientError(answer, "GetUser")

    calls = UserPoolCalls(Down, guard, timeout=2.2, attempts=attempts)
    with pytest.raises(AwsUnavailable):
        calls.call("get_user", repeatable=repeatable, AccessToken="token")
    assert len(seen) == asked
