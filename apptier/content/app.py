"""The content service as an application of its own."""

from fastapi import FastAPI

from apptier.content.router import router
from apptier.kit.service import create_service
from apptier.kit.settings import Settings, load_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service over these settings (the environment's, unless given)."""
    return create_service("content", "Content", [router], settings or load_settings())
