"""The lists service: its routes, and the inbox that tells it of customers who leave."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI

from apptier.kit.inbox import Inbox
from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.lists import router
from apptier.lists.router import Desk, wire


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under /lists/v1, over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("lists", settings)

    @asynccontextmanager
    async def listening(app: FastAPI) -> AsyncIterator[None]:
        inbox = Inbox(settings, settings.lists_queue, partial(heard, app.state.desk))
        if settings.lists_queue:
            inbox.start()
        try:
            yield
        finally:
            await run_sync(inbox.stop)

    app = create_service(
        "lists",
        "Lists",
        [router.router],
        settings,
        requires=("list_secret_key", "cognito_issuer", "cognito_jwks_url", "cognito_client_id"),
        context=context,
        lifespan=listening,
    )
    app.state.desk = wire(context)
    return app


def heard(desk: Desk, kind: str, detail: Mapping[str, Any]) -> None:
    """Forget the list of a customer who had themselves deleted; every other event says nothing here."""
    if kind == "CustomerDeleted":
        desk.merging.forget(str(detail["customer_id"]))
