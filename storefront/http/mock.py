"""A transport that is a function, for tests and for the fakes of clients."""

from collections.abc import Callable

from storefront.http.messages import HttpRequest, HttpResponse


class MockTransport:
    """Answers with whatever the function returns or raises; remembers the requests."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        """Hand the request to the function."""
        self.requests.append(request)
        return self._answer(request)
