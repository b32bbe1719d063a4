"""What the in-memory twins share: failures that a test switches on, a record of calls, and refusals."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from storefront.core import FieldProblem, UpstreamError, UpstreamRefused, refusal

_EVERY = "*"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Failing:
    """A twin whose operations fail on demand. `calls` lists the names of the operations called, in order."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.calls: list[str] = []
        self._failures: dict[str, UpstreamError] = {}
        self._lock = threading.RLock()

    def fail(self, error: UpstreamError, *operations: str) -> None:
        """Let the named operations (method names; every one when none is named) raise `error` from now on."""
        for operation in operations or (_EVERY,):
            if operation != _EVERY and not callable(getattr(self, operation, None)):
                raise ValueError(f"{self.upstream} has no operation {operation!r}")
            self._failures[operation] = error

    def heal(self) -> None:
        """Let everything work again."""
        self._failures.clear()

    @contextmanager
    def _call(self, operation: str) -> Iterator[None]:
        """One call at a time, as far as the twin's state is concerned."""
        with self._lock:
            self.calls.append(operation)
            failure = self._failures.get(operation) or self._failures.get(_EVERY)
            if failure is not None:
                raise failure
            yield

    def _refusal(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: tuple[FieldProblem, ...] = (),
        extensions: Mapping[str, Any] = _NOTHING,
    ) -> UpstreamRefused:
        """The refusal that the real client would raise for such a problem document, in the running call."""
        return refusal(status)(
            self.upstream,
            self.calls[-1],
            status=status,
            code=code,
            detail=detail,
            errors=errors,
            extensions=extensions,
        )

    def _invalid(self, pointer: str, code: str, detail: str) -> UpstreamRefused:
        """The refusal of one value of the request: 422 with its place."""
        problem = FieldProblem(pointer, code, detail)
        return self._refusal(422, "validation_failed", "1 value is wrong.", errors=(problem,))

    def _not_found(self) -> UpstreamRefused:
        return self._refusal(404, "not_found", "There is no such thing here.")
