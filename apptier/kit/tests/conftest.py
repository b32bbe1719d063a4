"""A small service made with the kit, served for real on a free port."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests
import uvicorn
from botocore.exceptions import ConnectTimeoutError
from fastapi import APIRouter

from apptier.kit.auth import ServiceCaller, SignedIn
from apptier.kit.models import Address, Money
from apptier.kit.params import IdempotencyKey, IfMatch, LimitParam, MarketParam
from apptier.kit.service import create_service
from apptier.kit.settings import Settings

router = APIRouter()


@router.get("/things/{thing}")
def get_thing(thing: str, market: MarketParam, limit: LimitParam = 24) -> Money:
    return market.money(limit)


@router.put("/things/{thing}")
def put_thing(thing: str, version: IfMatch, address: Address) -> Address:
    return address


@router.post("/money")
def post_money(key: IdempotencyKey, money: Money) -> Money:
    return money


@router.get("/me")
def me(who: SignedIn) -> str:
    return who.id


@router.get("/inside")
def inside(caller: ServiceCaller) -> str:
    return "in"


@router.get("/crash")
def crash() -> str:
    raise KeyError("the-secret-detail")


@router.get("/dead-store")
def dead_store() -> str:
    raise ConnectTimeoutError(endpoint_url="http://10.0.0.1/")


class Service:
    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"

    def __call__(self, method: str, path: str, **options) -> requests.Response:
        return requests.request(method, self.origin + path, timeout=5, **options)


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = create_service("things", "Things", [router], Settings(service_key="0123456789abcdef"))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield Service(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
