"""The reviews service as an application of its own."""

from fastapi import FastAPI

from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.reviews import routes_moderation, routes_reviews
from apptier.reviews.desk import wire


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under /reviews/v1, over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("reviews", settings)
    app = create_service(
        "reviews",
        "Reviews",
        [routes_reviews.router, routes_moderation.router],
        settings,
        requires=("cognito_issuer", "cognito_jwks_url", "cognito_client_id"),
        context=context,
    )
    app.state.desk = wire(context)
    return app
