"""The search service as an application of its own: its routes, and the feed that keeps the indexes fresh."""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from anyio.to_thread import run_sync
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI

from apptier.kit.clock import Clock, rfc3339
from apptier.kit.events import Events, EventsNotSent
from apptier.kit.service import create_service, make_context
from apptier.kit.settings import Settings, load_settings
from apptier.ratings import Ratings
from apptier.search.feed import Feed, FeedQueue
from apptier.search.index import SearchIndex
from apptier.search.indexer import Indexer
from apptier.search.operations import Searcher
from apptier.search.router import router
from apptier.search.synonyms import Synonyms

logger = logging.getLogger("apptier.search")


class Refreshed:
    """Tells the bus that results show these products as they are now."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    def __call__(self, handles: Sequence[str]) -> None:
        """One `IndexRefreshed` for each. Where the bus is away, lifetimes end the copies of results."""
        now = rfc3339(self._clock.now())
        try:
            self._events.publish("IndexRefreshed", [{"handle": one, "updated_at": now} for one in handles])
        except (BotoCoreError, ClientError, EventsNotSent) as error:
            logger.warning("search feed: not told that %d are fresh: %s", len(handles), type(error).__name__)


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
        feed = Feed(FeedQueue(settings), indexer, Refreshed(context.events, context.clock))

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
