"""Every refusal over HTTP as RFC 9457 problem+json: what is wrong, where, what is allowed; no exception's text."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.field_errors import FieldError, of_parameters
from domain.errors import (
    CaseLost,
    CaseOver,
    Damaged,
    Fault,
    Infected,
    KeyReused,
    NotAllowed,
    NotPermitted,
    Refused,
    Stale,
    TooLarge,
    TooMany,
    Unavailable,
    Unfit,
    Unknown,
    WrongStage,
)
from domain.evidence import ALLOWED
from domain.vocabulary import Mode
from texts.catalogue import current
from texts.refusals import refusal_sentence

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

PEOPLE = ("/t/", "/desk")
"""Prefixes of the addresses that people open in a browser."""

RETRY_AFTER = {"Retry-After": "5"}

STATUSES: tuple[tuple[type[Refused], int, str], ...] = (
    (WrongStage, 409, "wrong_stage"),
    (CaseOver, 409, "case_over"),
    (CaseLost, 409, "case_lost"),
    (Stale, 409, "stale"),
    (Fault, 500, "fault"),
    (TooMany, 429, "too_many"),
    (NotPermitted, 403, "not_permitted"),
    (Unknown, 404, "not_found"),
    (Damaged, 410, "damaged_file"),
    (TooLarge, 413, "too_large"),
    (NotAllowed, 415, "unsupported_file"),
    (Infected, 422, "infected"),
    (Unfit, 422, "unfit"),
    (Refused, 409, "refused"),
)
"""The status of each kind of refusal, and the code of its title. The first row whose type fits counts."""

BODY_NAMES = ("unknown_unit",)
"""Codes of refusals about a name in the body. They are answered with 422, not 404: the address is right."""


HTTP_CODES = {400: "invalid_request", 404: "not_found", 405: "method_not_allowed"}


class Problem(BaseModel):
    """The body of every 4xx and 5xx; `code` is for programs, `title` and `detail` are for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str | None = None
    stage: str | None = None
    parts: dict[str, bool] | None = None
    errors: list[FieldError] | None = None


class ProblemError(Exception):
    """Raised when a request is refused over HTTP; `code` names the title under `[problem]` in the texts."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        parts: dict[str, bool] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status, self.code, self.errors = status, code, list(errors)
        self.headers, self.parts = headers, parts


def problem(status: int, code: str, *, titled: str | None = None, detail: str | None = None) -> Problem:
    """Return a problem. `titled` names its title where `code` does not; without `detail` the title is the detail."""
    title = current().word("problem", titled or code)
    return Problem(type=f"urn:piyao:problem:{code}", title=title, status=status, detail=detail or title, code=code)


def answer(body: Problem, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for a problem: a page under the addresses of `PEOPLE`, else JSON.

    A browser that reads something else, such as a page of the bulletin, gets a page for everybody. No page repeats the
    address, because that may hold the token of a link.
    """
    path = request.url.path
    if path.startswith(PEOPLE):
        text = page(body.status, body.code, request.app.state.desk.office.terms.mode)
        return HTMLResponse(text, body.status, headers=headers)
    if _reads_a_page(request):
        code = "later" if body.status >= 500 or body.status == 429 else "missing"
        text = current().say("bulletin_refused.html", code=code, mode=request.app.state.desk.office.terms.mode)
        status = 404 if body.status == 422 else body.status  # no such address, for whoever reads
        return HTMLResponse(text, status, headers={**(headers or {}), "Vary": "Accept"})
    if len(path) <= 200:
        body = body.model_copy(update={"instance": path})
    return as_json(body, headers)


def _reads_a_page(request: Request) -> bool:
    """Return whether a person has opened an address in a browser; programs ask for no HTML."""
    asks = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")
    return asks and not request.url.path.startswith("/v1/")


def as_json(body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for a problem as JSON, for programs."""
    return Response(body.model_dump_json(exclude_none=True), body.status, headers=headers, media_type=MEDIA_TYPE)


def page(status: int, code: str, mode: Mode) -> str:
    """Return a problem as a page. A code without words of its own in `[link_refused]` gets those of its status."""
    known = code if code in current().words["link_refused"] else "internal" if status >= 500 else "invalid_request"
    return current().say("task_refused.html", code=known, mode=mode, typed=[])


def install(app: FastAPI) -> None:
    """Register handlers so that every error leaves `app` as a problem."""
    app.add_exception_handler(ProblemError, _ours)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(KeyReused, _key_reused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(LastResort)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101  (registered for this type; says so to the type checker)
    body = problem(error.status, error.code)
    body = body.model_copy(update={"errors": error.errors or None, "parts": error.parts})
    return answer(body, request, error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101
    status, titled = _status(error)
    if error.code in BODY_NAMES:
        status, titled = 422, "unfit"
    body = problem(status, error.code, titled=titled, detail=_detail(error))
    if isinstance(error, WrongStage):
        body = body.model_copy(update={"stage": str(error.values.get("stage", "")) or None})
    if isinstance(error, NotAllowed):
        found = FieldError(pointer="", message=body.detail, value=error.values.get("found"), allowed=list(ALLOWED))
        body = body.model_copy(update={"errors": [found]})
    if (limit := error.values.get("limit")) is not None and isinstance(error, TooMany):
        found = FieldError(message=body.detail, value=error.values.get("tried"), allowed=[str(limit)])
        body = body.model_copy(update={"errors": [found]})
    if (channel := error.values.get("channel")) is not None and isinstance(error, NotPermitted):
        found = FieldError(pointer="/channel", message=body.detail, value=channel, allowed=["public"])
        body = body.model_copy(update={"errors": [found]})
    return answer(body, request, retry_after(error))


def _status(error: Refused) -> tuple[int, str]:
    return next((status, code) for kind, status, code in STATUSES if isinstance(error, kind))


def status_of(error: Refused) -> int:
    """Return the HTTP status a refusal is answered with."""
    return _status(error)[0]


def retry_after(error: Refused) -> dict[str, str]:
    """Return the header Retry-After in seconds; no header where waiting changes nothing."""
    return {"Retry-After": str(error.values["seconds"])} if isinstance(error, TooMany) else {}


def _detail(error: Refused) -> str | None:
    try:
        return refusal_sentence(error.code, error.values)
    except (KeyError, IndexError):  # a text with an unknown name in braces must not turn a refusal into a 500
        log.warning("problem.text_incomplete", code=error.code, values=sorted(error.values))
        return None


async def _key_reused(request: Request, _: Exception) -> Response:
    return answer(problem(422, "key_reused"), request)


async def _unavailable(request: Request, error: Exception) -> Response:
    log.warning("request.unavailable", route=route_of(request.scope), reason=str(error))
    return answer(problem(503, "unavailable"), request, RETRY_AFTER)


async def _parameters(request: Request, error: Exception) -> Response:
    """Answer for what is wrong in the address, else in the headers, else in the query."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    places = {fault["loc"][0] for fault in error.errors()}
    if "path" in places:
        return answer(problem(404, "not_found"), request)
    errors = of_parameters(error.errors())
    if "header" in places:
        missing = any(fault["type"] == "missing" for fault in error.errors() if fault["loc"][0] == "header")
        body = problem(400, "key_required" if missing else "key_invalid")
    else:
        body = problem(422, "invalid_query")
    return answer(body.model_copy(update={"errors": errors}), request)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = HTTP_CODES.get(error.status_code, "invalid_request" if error.status_code < 500 else "internal")
    return answer(problem(error.status_code, code), request, error.headers)


def route_of(scope: Scope) -> str:
    """Return the template of the route, which unlike the path holds nothing a client wrote."""
    return str(getattr(scope.get("route"), "path", "-"))


class LastResort:
    """Middleware that answers 500 for a bug and logs where it is.

    The exception's text is not logged, because it may hold the text of a report.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer for an exception that nothing else has handled."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as bug:
            if scope["type"] != "http":
                raise
            where = "".join(traceback.format_tb(bug.__traceback__)[-6:])
            log.error("request.failed", route=route_of(scope), error=type(bug).__name__, where=where)  # noqa: TRY400
            if started:
                raise
            await answer(problem(500, "internal"), Request(scope))(scope, receive, send)
