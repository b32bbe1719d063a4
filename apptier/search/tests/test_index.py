"""The index as its callers see it: a question's failure is told as what it is."""

from typing import Any

import pytest
from opensearchpy.exceptions import NotFoundError, TransportError

from apptier.kit.settings import Settings
from apptier.search.index import SearchIndex


class Client:
    """Answers several questions at once: the first well, the second with this error."""

    def __init__(self, status: int, kind: str) -> None:
        self._error = {"status": status, "error": {"type": kind, "reason": "for this test"}}

    def msearch(self, *, body: list[Any]) -> dict[str, Any]:
        assert len(body) == 4
        return {"responses": [{"hits": {}}, self._error]}


def failure(status: int, kind: str) -> TransportError:
    index = SearchIndex(Settings(opensearch_url="http://search.test"))
    index._client = Client(status, kind)
    with pytest.raises(TransportError) as caught:
        index.search_all("eu", "en", [{}, {}])
    return caught.value


def test_an_index_that_is_not_there_is_told_as_such():
    assert isinstance(failure(404, "index_not_found_exception"), NotFoundError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "parsing_exception"), (429, "rejected_execution_exception"), (500, "exception")],
)
def test_any_other_failure_is_not_a_missing_index(status, kind):
    error = failure(status, kind)
    assert not isinstance(error, NotFoundError)
    assert (error.status_code, error.error) == (status, kind)
