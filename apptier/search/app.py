"""The search service as an application of its own."""

from fastapi import FastAPI

from apptier.inventory import Inventory
from apptier.kit.dynamo import HASTY_CONFIG, Tables
from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.search.index import SearchIndex
from apptier.search.operations import Searcher
from apptier.search.router import router
from apptier.search.synonyms import Synonyms


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service over these settings (the environment's, unless given)."""
    settings = settings or load_settings()
    context = make_context("search", settings)
    app = create_service(
        "search", "Search", [router], settings, requires=("opensearch_url",), context=context
    )
    inventory = Inventory(Tables(settings, HASTY_CONFIG), context.clock)
    app.state.searcher = Searcher(SearchIndex(settings, context.clock), inventory, Synonyms.shipped())
    return app
