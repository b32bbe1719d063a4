"""The web tier over a real table of sessions: an outage, twenty requests at once, nothing in the clear."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import path

from config.env import Env
from config.identity import read_identity, read_token_keys
from config.upstreams import read_upstreams
from dev.provision import DEMO_ACCOUNTS
from dev.stack.devstack import DevStack
from storefront import urls
from storefront.aws import AwsClientSettings, ClientFactory, DynamoTable
from storefront.core import Clock, ManualClock, SystemClock
from storefront.identity import RefreshRefused
from storefront.resilience import Resource, ResourceSettings
from storefront.sessions import DynamoSessionTable
from storefront.sessions.backend import SessionStore
from storefront.telemetry import Telemetry
from storefront.web.forms import Field, Form
from storefront.web.identity import access_token, keeps_form, kept_form, sign_in, sign_out, signed_in
from storefront.web.notices import add_notice
from storefront.web.policies import private_page
from storefront.wiring import build_shop
from tests.faults.proxy import FaultProxy
from tests.paths import ShopClient
from tests.unit.web.shops import Fakes, fakes, urlconf

EMAIL, PASSWORD = "robin@example.com", "buy-something-nice"
OUTAGE_SECONDS = 60


@private_page(deadline=20)
def enter(request):
    email = request.GET.get("email", EMAIL)
    sign_in(request, request.shop.people.sign_in(email=email, password=PASSWORD))
    return HttpResponse("in")


@private_page(deadline=20)
def leave(request):
    response = HttpResponse("out")
    sign_out(request, response)
    return response


@private_page(deadline=20)
def look(request):
    person = request.identity.person
    return HttpResponse(f"{person.name if person else 'guest'} {request.session.get('step', '')}".strip())


@private_page(deadline=20)
def write(request):
    request.session["step"] = request.GET["step"]
    add_notice(request, "noted")
    return HttpResponse("saved")


@private_page(deadline=20)
def token(request):
    return HttpResponse(access_token(request))


@private_page(deadline=20)
@signed_in(recent=timedelta(minutes=30))
@keeps_form(lambda: Form((Field("line1", "Street"),)))
def address(request):
    if request.method == "POST":
        return HttpResponse("saved")
    return HttpResponse(kept_form(request).get("line1", ""))


VIEWS = (enter, leave, look, write, token, address)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = DevStack(tmp_path_factory.mktemp("stack"), services=("ministack",))
    with pytest.MonkeyPatch.context() as patch, made as running:
        web = running.environment("web")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, web[name])
        yield running


class Line:
    """The network to the table, which can be cut."""

    def __init__(self) -> None:
        self.cut = False
        self.calls: list[str] = []

    async def __call__(self, exchange) -> str:
        self.calls.append(exchange.headers.get("x-amz-target", "").rpartition(".")[2])
        return "cut" if self.cut else "pass"


def table_at(stack: DevStack, port: int, clock: Clock) -> DynamoSessionTable:
    """A table object as each process has one of its own."""
    web = stack.environment("web")
    budget = AwsClientSettings(connect_timeout=1.0, read_timeout=10.0, attempts=2, pool_size=20)
    factory = ClientFactory(web["AWS_REGION"], f"http://127.0.0.1:{port}")
    resource = Resource(ResourceSettings("dynamodb", 20), Telemetry(), clock)
    table = DynamoTable(web["SESSION_TABLE"], lambda: factory.dynamodb(budget), resource, timeout=25.0)
    return DynamoSessionTable(table, clock)


def shop_at(stack: DevStack, port: int, clock: Clock, made: Fakes | None = None) -> Fakes:
    made = made or fakes()
    if EMAIL not in made.people._memory.accounts:
        made.people.add(EMAIL, PASSWORD, "Robin Byrne")
    return replace(made, shop=replace(made.shop, sessions=table_at(stack, port, clock), clock=clock))


@pytest.fixture
def served(settings):
    views = [path(f"{view.__name__}/", view) for view in VIEWS]
    settings.ROOT_URLCONF = urlconf(*views, *urls.urlpatterns)
    settings.PUBLIC_ORIGIN = "http://testserver"

    def serve(made: Fakes) -> None:
        settings.SHOP_FACTORY = lambda: made.shop

    return serve


def browser(key: str = "") -> ShopClient:
    made = ShopClient()
    made.raise_request_exception = False
    if key:
        made.cookies["s"] = key
    return made


def rows(stack: DevStack) -> list[dict]:
    dynamodb, found, start = stack.boto("dynamodb"), [], {}
    while True:
        page = dynamodb.scan(TableName=stack.environment("web")["SESSION_TABLE"], **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def test_two_hundred_sessions_outlive_a_minute_without_the_table(stack, served):
    clock, line = ManualClock(SystemClock().now()), Line()
    with FaultProxy(stack.ports.ministack, before=line) as proxy:
        made = shop_at(stack, proxy.port, clock)
        served(made)
        keys = []
        for number in range(200):
            visitor = browser()
            if number % 2:
                made.people.add(f"p{number}@example.com", PASSWORD, f"Person {number}")
                visitor.get(f"/enter/?email=p{number}@example.com")
            else:
                visitor.get(f"/write/?step=s{number}")
            keys.append(visitor.cookies["s"].value)
        line.cut = True
        cookies = []
        for key in keys:
            visitor = browser(key)
            answers = [visitor.get("/look/"), visitor.get("/write/?step=lost"), visitor.post("/address/")]
            cookies += [name for answer in answers for name in answer.cookies]
            assert [answer.status_code for answer in answers] == [200, 503, 503]
            assert answers[0].content == b"guest"
            clock.advance(OUTAGE_SECONDS / len(keys))
        assert cookies == []
        line.cut = False
        clock.advance(OUTAGE_SECONDS)  # the breaker tries again by then
        found = [browser(key).get("/look/").content.decode() for key in keys]
    assert found == [f"Person {number}" if number % 2 else f"guest s{number}" for number in range(200)]


def test_a_thousand_looks_of_strangers_write_nothing(stack, served):
    line = Line()
    with FaultProxy(stack.ports.ministack, before=line) as proxy:
        served(shop_at(stack, proxy.port, SystemClock()))
        before = len(rows(stack))
        for _ in range(1_000):
            assert not browser().get("/look/").cookies
    assert line.calls == []
    assert len(rows(stack)) == before


@pytest.mark.parametrize("rotates", [False, True])
def test_twenty_requests_of_two_processes_renew_an_expired_token_once(stack, served, rotates):
    made = fakes()
    made.people._memory.rotates = rotates
    made = shop_at(stack, stack.ports.ministack, SystemClock(), made)
    other = shop_at(stack, stack.ports.ministack, SystemClock(), made)
    served(made)
    visitor = browser()
    visitor.get("/enter/")
    key, asked, refresh = visitor.cookies["s"].value, [], made.people.refresh
    expire(made, key)

    def slow(**arguments):
        asked.append(arguments)
        time.sleep(0.2)
        return refresh(**arguments)

    made.people.refresh = slow
    together, turn = threading.Barrier(20), iter(range(1_000))
    tables = (made.shop.sessions, other.shop.sessions)
    spread = replace(made, shop=replace(made.shop, sessions=Spread(tables, turn)))
    served(spread)

    def ask(_number: int):
        together.wait(30)
        return browser(key).get("/token/")

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert len({answer.content for answer in answers}) == 1
    assert len(asked) == 1


class Spread:
    """Two table objects taken in turns, request by request, as a load balancer does with two processes."""

    def __init__(self, tables, turn) -> None:
        self._tables, self._turn, self._mine = tables, turn, threading.local()

    def __getattr__(self, name: str):
        if name == "read" and not hasattr(self._mine, "table"):
            self._mine.table = self._tables[next(self._turn) % 2]
        return getattr(getattr(self._mine, "table", self._tables[0]), name)


def expire(made: Fakes, key: str) -> None:
    """Let the access token of a session have ended an hour ago."""
    session = SessionStore(key, made.shop.sessions, made.shop.vault)
    session["tokens"] = session["tokens"] | {"until": int(time.time()) - 3600}
    session.save()


def test_no_token_and_nothing_personal_is_in_the_table(stack, served):
    served(shop_at(stack, stack.ports.ministack, SystemClock()))
    for _ in range(5):
        visitor = browser()
        visitor.post("/address/", {"line1": "12 Harbour Street"})
        visitor.get("/enter/")
        assert visitor.get("/token/").content.startswith(b"eyJ")
        visitor.get("/write/?step=payment")
        assert visitor.get("/address/").content == b"12 Harbour Street"
    kept = repr(rows(stack))
    assert "payment" in kept
    assert not [word for word in ("eyJ", "Harbour", "robin", "Robin") if word in kept]


def test_a_session_signed_out_is_gone_for_every_process(stack, served):
    made = shop_at(stack, stack.ports.ministack, SystemClock())
    served(made)
    visitor = browser()
    visitor.get("/enter/")
    key = visitor.cookies["s"].value
    visitor.get("/leave/")
    served(shop_at(stack, stack.ports.ministack, SystemClock(), made))
    response = browser(key).post("/address/", {"line1": "x"})
    assert (response.status_code, response["Location"].partition("?")[0]) == (303, "/ie/en/account/sign-in/")


@pytest.fixture
def real_shop(stack, settings):
    """The shop as the composition root makes it of the environment that the local stack gives."""
    web = stack.environment("web") | {"COGNITO_READ_TIMEOUT": "10", "DYNAMODB_READ_TIMEOUT": "10"}
    settings.AWS_ENDPOINT_URL, settings.AWS_REGION = web["AWS_ENDPOINT_URL"], web["AWS_REGION"]
    settings.UPSTREAMS = read_upstreams(Env(web), schemes=("http",))
    settings.IDENTITY = read_identity(Env(web), web["AWS_REGION"])
    settings.TOKEN_KEYS = read_token_keys(Env(web))
    settings.SESSION_TABLE = web["SESSION_TABLE"]
    shop = build_shop()
    settings.SHOP_FACTORY = lambda: shop
    yield shop
    shop.compose.close()


def test_a_sign_in_at_the_pool_its_renewal_and_its_end(stack, served, real_shop, monkeypatch):
    account = DEMO_ACCOUNTS[0]
    monkeypatch.setattr("tests.integration.test_sessions_people.PASSWORD", account.password)
    with ThreadPoolExecutor(20) as pool:
        visitor = browser()
        assert visitor.get(f"/enter/?email={account.email}").content == b"in"
        assert visitor.get("/look/").content == account.name.encode()
        key, first = visitor.cookies["s"].value, visitor.get("/token/").content
        session = SessionStore(key, real_shop.sessions, real_shop.vault)
        session["tokens"] = session["tokens"] | {"until": int(time.time()) - 1}
        session.save()
        answers = list(pool.map(lambda _: browser(key).get("/token/"), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers} - {first}) == 1
    kept = next(row for row in rows(stack) if row["pk"]["S"] == session.digest)
    assert sum(len(name) + len(str(*value.values())) for name, value in kept.items()) <= 4_096
    refresh = SessionStore(key, real_shop.sessions, real_shop.vault)["tokens"]["refresh"]
    assert visitor.get("/leave/").content == b"out"
    with pytest.raises(RefreshRefused):
        real_shop.people.refresh(refresh_token=refresh, sub=session["auth"]["sub"])
    assert "eyJ" not in repr(rows(stack))
