"""The cases whose workflow was stopped, as an administrator sees and restores them in the inbox."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.auth import Desk
from api.officer.inbox import inbox_page
from api.officer.login import guarded
from api.tasks.open_link import LinkRefused
from api.tasks.routes import refusal
from desk import RestoredCase
from domain.errors import Refused, Unavailable
from texts.catalogue import current
from texts.refusals import refusal_sentence

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.post("/restore")
async def restore(request: Request, desk: Desk) -> Response:
    """Restore one case, and show the inbox with what came of it."""
    ready = await guarded(request, desk)
    if isinstance(ready, Response):
        return ready
    own, sent = ready
    try:
        said = _said(await desk.restore(sent.one("case"), by=own.person))
    except Unavailable:
        return refusal(desk, LinkRefused(503, "unavailable"))
    except Refused as refused:
        said = refusal_sentence(refused.code, refused.values)
    return await inbox_page(desk, own.person, own.session, said=said)


def _said(restored: RestoredCase) -> str:
    code = "restored_unheard" if restored.unheard else "restored"
    return current().phrase("inbox", code, after=restored.after, unheard=restored.unheard)
