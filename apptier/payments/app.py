"""The payment service: its routes, the hosted page, and the courier that tells of outcomes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from fastapi import FastAPI

from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.payments import hosted, routes
from apptier.payments.courier import Courier
from apptier.payments.payments import Payments
from apptier.payments.store import PaymentStore


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under /payments/v1, over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("payments", settings)
    store = PaymentStore(context.tables, context.clock)
    courier = Courier(settings, store)
    payments = Payments(settings, store, on_outcome=courier.nudge)

    @asynccontextmanager
    async def delivering(_app: FastAPI) -> AsyncIterator[None]:
        courier.start()
        try:
            yield
        finally:
            await run_sync(courier.stop)

    app = create_service(
        "payments",
        "Payments",
        [routes.router, hosted.router],
        settings,
        requires=(
            "payment_secret_key",
            "payments_public_url",
            "payment_webhook_url",
            "payment_webhook_secret",
            "return_origins",
        ),
        context=context,
        lifespan=delivering,
    )
    app.state.payments = payments
    return app
