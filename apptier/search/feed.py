"""Keeps the indexes up to date with what is sold, reviewed and written: takes events from search's own queue.

Rules on the bus copy into that queue what the catalogue's importer doesn't index itself: StockChanged of
the order service, RatingChanged of reviews, ContentChanged; and PriceChanged, which must not wait for the
end of an import. Nothing of an event is taken over but what it is about: the indexer reads the tables, so
events may come twice, late or in any order. Events of ten products are one refresh. Where that fails each is
handled by itself: one that can't be comes back after the queue's visibility timeout and ends with the dead
letters, alone. Whoever keeps copies of results is told when the indexes have caught up (`IndexRefreshed`).
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import OpenSearchException

from apptier.kit.inbox import EventQueue, Message, Queue, Taker, event_of
from apptier.kit.settings import Settings

_NAME: Final = "search feed"
_PAGE: Final = "PAGE#"
_OF_PRODUCTS: Final = frozenset({"StockChanged", "RatingChanged", "PriceChanged"})


class Refreshing(Protocol):
    """What the feed needs of the indexer."""

    def refresh(self, handles: Iterable[str]) -> int:
        """Bring stock and ratings of these products up to date."""
        ...

    def refresh_page(self, slug: str, market: str, locale: str) -> bool:
        """Bring a page of help up to date."""
        ...


Tell = Callable[[Sequence[str]], None]


class FeedQueue(EventQueue):
    """The queue named by SEARCH_QUEUE."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, settings.search_queue)


class Feed(Taker):
    """Takes events by the batch and refreshes the indexes."""

    sick = (BotoCoreError, ClientError, OpenSearchException)
    away = (BotoCoreError, NoConnection)

    def __init__(self, queue: Queue, indexer: Refreshing, tell: Tell = lambda _handles: None) -> None:
        """`tell` is called with the handles of products whose documents have just been written anew."""
        super().__init__(queue, _NAME)
        self._indexer = indexer
        self._tell = tell

    def take(self) -> int:
        """Handle what waits in the queue, one batch; returns how many events that was.

        An event that can't be handled is logged and left in the queue. Raises what botocore and opensearch-py
        raise while a store does not answer; nothing is taken out of the queue then.
        """
        messages = self.queue.receive()
        if not messages:
            return 0
        try:
            self._refresh(messages)
            done = list(messages)
        except self.away:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, it comes again for the one it belongs to
            done = [one for one in messages if self.handled(partial(self._refresh, [one]))]
        if done:
            self.queue.remove(done)
        return len(done)

    def _refresh(self, messages: Sequence[Message]) -> None:
        events = [event for message in messages if (event := event_of(message, _NAME))]
        handles = {d["handle"] for kind, d in events if kind in _OF_PRODUCTS and "handle" in d}
        if handles:
            self._indexer.refresh(sorted(handles))
            self._tell(sorted(handles))
        for kind, detail in events:
            key = str(detail.get("key", ""))
            if kind == "ContentChanged" and key.startswith(_PAGE):
                self._indexer.refresh_page(key.removeprefix(_PAGE), detail["market"], detail["locale"])
