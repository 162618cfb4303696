"""Files of evidence: handed in as they are, returned as attachments; only pictures made anew are ever shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse

from api.http.auth import Desk, Officer
from api.http.openapi import problems
from api.http.problems import ProblemError
from api.http.security_headers import FILES
from domain.errors import Infected, TooLarge
from domain.evidence import ALLOWED, EXTENSIONS, LIMIT, FileContent
from domain.values import Frozen

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/v1/files", tags=["files"])

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

RAW: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class StoredFile(Frozen):
    """A file as stored: `digest` is the SHA-256 of its bytes, `media_type` the type found in its content."""

    digest: str
    size: int
    media_type: str
    url: str


@router.post(
    "",
    status_code=201,
    operation_id="hand_in_file",
    responses={200: {"model": StoredFile, "description": "known already"}, **problems(400, 401, 413, 415, 422)},
    openapi_extra=RAW,
)
async def hand_in_file(request: Request, response: Response, desk: Desk, who: Officer) -> StoredFile:
    """Store the raw bytes of one file, 20 MiB at most; no name and no declared type is asked for or kept."""
    try:
        stored = await desk.files.keep(body_of(request), desk.right_of(who))
    except Infected:
        log.warning("file.infected")
        raise
    log.info("file.kept", digest=stored.digest, size=stored.size, media_type=stored.media_type, new=stored.new)
    if not stored.new:
        response.status_code = 200
    url = f"{desk.base_url}{router.prefix}/{stored.digest}"
    return StoredFile(digest=stored.digest, size=stored.size, media_type=stored.media_type, url=url)


@router.get(
    "/{digest}",
    operation_id="give_file",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in (*ALLOWED, "application/octet-stream")}},
        **problems(401, 404, 410),
    },
)
async def give_file(digest: Digest, desk: Desk, who: Officer) -> StreamingResponse:
    """Return a file exactly as it was handed in, to be saved and not to be shown."""
    return given(await desk.files.original(digest, desk.right_of(who)), digest, "attachment")


@router.get(
    "/{digest}/shown",
    operation_id="show_file",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}, "image/png": {}, "text/plain": {}}}, **problems(401, 404, 410)},
)
async def show_file(digest: Digest, desk: Desk, who: Officer) -> StreamingResponse:
    """Show a picture made anew, upright and without place and other data of its file, or a text in UTF-8.

    A picture is at most 2000 pixels long, a long screenshot at most 1080 wide.
    """
    return given(await desk.files.shown(digest, desk.right_of(who)), digest, "inline")


async def body_of(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in pieces; if its declared length is too large, it is not read at all.

    Raises:
        TooLarge: the declared length is over the limit; the store counts a body that declares none.
        ProblemError: the client went away.

    """
    declared = request.headers.get("content-length", "0")
    if len(declared) > 9 or (declared.isdecimal() and int(declared) > LIMIT):
        raise TooLarge("too_large", limit=LIMIT // 1024**2)
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise ProblemError(400, "invalid_request") from None  # nobody is left to read it


def given(content: FileContent, digest: str, disposition: str) -> StreamingResponse:
    """Return a stored file as an answer that no browser runs; `disposition` is `attachment` or `inline`."""
    name = f"{digest}.{EXTENSIONS.get(content.media_type, 'bin')}"
    headers = {
        "Content-Length": str(content.size),
        "Content-Disposition": f'{disposition}; filename="{name}"',
        "Content-Security-Policy": FILES,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if disposition == "attachment":
        headers["Content-Type"] = content.media_type  # a text is in the encoding it came in
    return StreamingResponse(content.pieces, headers=headers, media_type=content.media_type)
