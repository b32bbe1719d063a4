"""The content service as an application of its own: its routes, and the relay of what was not told yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from fastapi import FastAPI

from apptier.content.repository import ContentRepository
from apptier.content.router import router
from apptier.kit.outbox import Relay
from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("content", settings)
    repository = ContentRepository(context.tables, context.clock)
    relay = Relay(repository.outbox(context.events), settings.sweep_seconds)

    @asynccontextmanager
    async def relaying(_app: FastAPI) -> AsyncIterator[None]:
        relay.start()
        try:
            yield
        finally:
            await run_sync(relay.stop)

    return create_service("content", "Content", [router], settings, context=context, lifespan=relaying)
