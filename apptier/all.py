"""All services in one process, for one machine: requests go to a service by the first part of their path."""

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from apptier.kit.edge import ASGIApp, Receive, Scope, Send
from apptier.kit.problems import not_found
from apptier.kit.settings import Settings, load_settings

SERVICES = ("catalog", "search", "orders", "payments", "customers", "stores", "content", "reviews", "lists")


class Together:
    """An ASGI application that hands each request to its service, and starts and stops them all."""

    def __init__(self, services: Mapping[str, FastAPI]) -> None:
        self.services = MappingProxyType(dict(services))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        await self._pick(scope["path"])(scope, receive, send)

    def _pick(self, path: str) -> ASGIApp:
        if path == "/healthz":
            names = sorted(self.services)
            return _answer(
                JSONResponse({"status": "ok", "services": names}, headers={"Cache-Control": "no-store"})
            )
        first, _, rest = path.removeprefix("/").partition("/")
        service = self.services.get(first)
        if service is None or not rest.startswith("v1/"):
            return _answer(not_found().response())
        return service

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self._running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for service in self.services.values():
                await stack.enter_async_context(service.router.lifespan_context(service))
            yield


def _answer(response: JSONResponse) -> ASGIApp:
    return response


def create_app(settings: Settings | None = None) -> Together:
    """Every service over one set of settings (the environment's, unless given)."""
    settings = settings or load_settings()
    built = {name: importlib.import_module(f"apptier.{name}.app").create_app(settings) for name in SERVICES}
    return Together(built)
