"""The bulletin 辟谣专栏 as the public reads it: pages, the exact document behind each, and a feed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from api.html.signed_text import as_typed
from api.http.auth import Desk
from api.http.openapi import problems
from api.public.atom import atom
from domain.case.obligations import canonical
from texts.catalogue import current
from texts.quoting import quotes

router = APIRouter(prefix="/bulletin", tags=["bulletin"])

PageId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Number = Annotated[int, Query(ge=1, le=100_000)]

ON_A_PAGE = 50
"""How many entries a page of the index has, and the feed."""


@router.get("", operation_id="bulletin_index", response_class=HTMLResponse, responses=problems(422))
async def bulletin_index(desk: Desk, page: Number = 1) -> HTMLResponse:
    """Show what has been published, newest first, 50 on a page."""
    terms, before = desk.office.terms, (page - 1) * ON_A_PAGE
    text = current().say(
        "bulletin_index.html",
        pages=await desk.pages(ON_A_PAGE, before),
        number=page,
        older=page + 1 if await desk.pages(ON_A_PAGE, before + ON_A_PAGE) else None,
        mode=terms.mode,
        base_url=desk.base_url,
        office=terms.city,
    )
    return HTMLResponse(text)


@router.get(
    "/feed.atom",
    operation_id="bulletin_feed",
    response_class=Response,
    responses={200: {"content": {"application/atom+xml": {}}}, **problems()},
)
async def bulletin_feed(desk: Desk) -> Response:
    """Return the newest publications as an Atom feed."""
    text = atom(await desk.pages(ON_A_PAGE), office=desk.office.terms, base_url=desk.base_url)
    return Response(text, media_type="application/atom+xml")


@router.get(
    "/style.css",
    operation_id="bulletin_style",
    response_class=Response,
    responses={200: {"content": {"text/css": {}}}, 500: problems()[500]},
)
async def bulletin_style(request: Request) -> Response:
    """Return the style sheet of the pages."""
    return Response(request.app.state.style, media_type="text/css")


@router.get("/{case_id}", operation_id="bulletin_page", response_class=HTMLResponse, responses=problems(404))
async def bulletin_page(case_id: PageId, desk: Desk) -> HTMLResponse:
    """Show the publication of a case."""
    published = await desk.page(case_id)
    publication = published.publication
    text = current().say(
        "bulletin_page.html",
        page=publication.page,
        text=as_typed(publication.page.text),
        quoted=quotes(publication.page.text, publication.page.claim),
        digest=publication.digest,
        canonical=canonical(publication.page),
        mode=published.mode,
        published_at=published.published_at,
        case_id=case_id,
        base_url=desk.base_url,
    )
    return HTMLResponse(text)


@router.get(
    "/{case_id}/document",
    operation_id="bulletin_document",
    response_class=Response,
    responses={200: {"content": {"application/json": {}}}, **problems(404)},
)
async def bulletin_document(case_id: PageId, desk: Desk) -> Response:
    """Return exactly the bytes that were signed; their SHA-256 is the digest on the page."""
    published = await desk.page(case_id)
    return Response(canonical(published.publication.page), media_type="application/json")
