"""The reviews service as an application of its own: its routes, and the relay of what was not told yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from fastapi import FastAPI

from apptier.kit.outbox import Relay
from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.reviews import routes_moderation, routes_reviews
from apptier.reviews.desk import wire
from apptier.reviews.moderation import news_of_ratings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under /reviews/v1, over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("reviews", settings)
    outbox = news_of_ratings(context.tables, context.clock, context.events)
    relay = Relay(outbox, settings.sweep_seconds)

    @asynccontextmanager
    async def relaying(_app: FastAPI) -> AsyncIterator[None]:
        relay.start()
        try:
            yield
        finally:
            await run_sync(relay.stop)

    app = create_service(
        "reviews",
        "Reviews",
        [routes_reviews.router, routes_moderation.router],
        settings,
        requires=("cognito_issuer", "cognito_jwks_url", "cognito_client_id"),
        context=context,
        lifespan=relaying,
    )
    app.state.desk = wire(context)
    return app
