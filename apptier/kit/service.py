"""One way to build a service: routes under its base path, problems for errors, and what handlers need."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from apptier.kit.auth import TokenVerifier
from apptier.kit.clock import Clock, SystemClock
from apptier.kit.cursors import Cursors
from apptier.kit.dynamo import Tables
from apptier.kit.edge import Edge
from apptier.kit.events import Events
from apptier.kit.idempotency import Idempotency
from apptier.kit.problems import Problem, faults_of, not_found, validation_failed
from apptier.kit.settings import Settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True, slots=True)
class Context:
    """What a service works with, made once per process; nothing in it connects before it is used."""

    service: str
    settings: Settings
    clock: Clock
    tables: Tables
    events: Events
    verifier: TokenVerifier
    idempotency: Idempotency
    cursors: Cursors


def make_context(
    service: str, settings: Settings, *, clock: Clock | None = None, tables: Tables | None = None
) -> Context:
    """A context over real stores; `clock` and `tables` may be shared or set by a test."""
    clock = clock or SystemClock()
    tables = tables or Tables(settings)
    return Context(
        service=service,
        settings=settings,
        clock=clock,
        tables=tables,
        events=Events(settings, service, clock),
        verifier=TokenVerifier(settings, clock),
        idempotency=Idempotency(tables, clock),
        cursors=Cursors(settings.service_key),
    )


def get_context(request: Request) -> Context:
    """The context of the service that serves this request."""
    return cast("Context", request.app.state.context)


ContextDep = Annotated[Context, Depends(get_context)]


def create_service(
    name: str,
    title: str,
    routers: Sequence[APIRouter],
    settings: Settings,
    *,
    requires: Sequence[str] = (),
    context: Context | None = None,
    lifespan: Lifespan | None = None,
    docs: bool = False,
) -> FastAPI:
    """A service under `/{name}/v1`, with `/{name}/v1/healthz` (and `/{name}/v1/docs` when asked for).

    Args:
        name: the package's and the path's name, e.g. `catalog`.
        title: for people.
        routers: routes without the base path.
        settings: what the process was told.
        requires: fields of Settings without which the service can't work; a missing one raises SettingsError.
        context: made of `settings` unless given.
        lifespan: background work of the service, e.g. a sweeper.
        docs: whether FastAPI's own description is served; the contract is what counts.
    """
    settings.require("service_key", *requires)
    base = f"/{name}/v1"
    app = FastAPI(
        title=title,
        docs_url=f"{base}/docs" if docs else None,
        openapi_url=f"{base}/openapi.json" if docs else None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=cast("Any", lifespan),
    )
    app.state.context = context or make_context(name, settings)
    for router in routers:
        app.include_router(router, prefix=base)
    app.add_api_route(f"{base}/healthz", _healthz, methods=["GET"], include_in_schema=False)
    _speak_problems(app)
    return app


def _speak_problems(app: FastAPI) -> None:
    """Let every refusal leave as problem+json, whoever raised it."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(cast("Any", Edge))


async def _healthz(context: ContextDep) -> JSONResponse:
    """The process lives; says nothing about its stores, so that one of them can't fell the fleet."""
    return JSONResponse({"status": "ok", "service": context.service}, headers={"Cache-Control": "no-store"})


async def _problem(_request: Request, error: Exception) -> Response:
    return cast("Problem", error).response()


async def _validation(_request: Request, error: Exception) -> Response:
    return validation_failed(faults_of(cast("RequestValidationError", error).errors())).response()


async def _http(request: Request, error: Exception) -> Response:
    """Routing's own errors, and FastAPI's 400 for a body that it can't even decode."""
    status = cast("HTTPException", error).status_code
    if status == 404:  # noqa: PLR2004
        return not_found().response()
    if status == 405:  # noqa: PLR2004
        allowed = ", ".join(_allowed(request))
        detail = f"This address takes {allowed}."
        return Problem(405, "method_not_allowed", detail, headers={"Allow": allowed}).response()
    if status == 400:  # noqa: PLR2004
        if isinstance(error.__cause__, Problem):  # the bound on the body, met while FastAPI read it
            return error.__cause__.response()
        return Problem(422, "malformed_body", "The body can't be read as JSON in UTF-8.").response()
    return Problem(status, "http_error").response()


def _allowed(request: Request) -> list[str]:
    """Every method that some route has for this path; the framework names only those of the first."""
    found = []
    for method in _METHODS:
        scope = dict(request.scope) | {"method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            found.append(method)
    return found
