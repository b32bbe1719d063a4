"""The order service: its routes, and the sweeper that runs beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from fastapi import FastAPI

from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.orders import routes_carts, routes_my_carts, routes_orders
from apptier.orders.wiring import wire


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under /orders/v1, over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("orders", settings)
    floor = wire(settings, context=context)
    own_payments = () if settings.payments_url else ("payment_secret_key",)

    @asynccontextmanager
    async def sweeping(_app: FastAPI) -> AsyncIterator[None]:
        floor.sweeper.start()
        try:
            yield
        finally:
            await run_sync(floor.sweeper.stop)

    app = create_service(
        "orders",
        "Orders",
        [routes_my_carts.router, routes_carts.router, routes_orders.router],
        settings,
        requires=("order_secret_key", *own_payments, "payment_webhook_secret", "return_origins"),
        context=context,
        lifespan=sweeping,
    )
    app.state.shopfloor = floor
    return app
