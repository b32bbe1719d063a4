"""The search service as an application of its own: its routes, and the feed that keeps the indexes fresh."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from fastapi import FastAPI

from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.ratings import Ratings
from apptier.search.feed import Feed, FeedQueue
from apptier.search.index import SearchIndex
from apptier.search.indexer import Indexer
from apptier.search.operations import Searcher
from apptier.search.router import router
from apptier.search.synonyms import Synonyms


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service over these settings (the environment's, unless given).

    Without SEARCH_QUEUE nothing tells it of sales: stock is then what it was when the index was built.
    """
    settings = settings or load_settings()
    context = make_context("search", settings)
    index = SearchIndex(settings, context.clock)
    feed = None
    if settings.search_queue:
        indexer = Indexer(context.tables, index, context.clock, Ratings(context.tables))
        feed = Feed(FeedQueue(settings), indexer)

    @asynccontextmanager
    async def following(_app: FastAPI) -> AsyncIterator[None]:
        if feed:
            feed.start()
        try:
            yield
        finally:
            if feed:
                await run_sync(feed.stop)

    app = create_service(
        "search",
        "Search",
        [router],
        settings,
        requires=("opensearch_url",),
        context=context,
        lifespan=following,
    )
    app.state.searcher = Searcher(index, Synonyms.shipped(), context.clock)
    return app
