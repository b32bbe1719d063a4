"""The customers service as an application of its own."""

from fastapi import FastAPI

from apptier.customers.router import router
from apptier.kit.service import create_service
from apptier.kit.settings import Settings, load_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service over these settings (the environment's, unless given)."""
    needed = ("cognito_issuer", "cognito_jwks_url", "cognito_client_id")
    return create_service("customers", "Customers", [router], settings or load_settings(), requires=needed)
