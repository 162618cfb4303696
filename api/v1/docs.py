"""The documentation page: the description of the API made readable, with scripts and styles from this host alone."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from texts.catalogue import current

router = APIRouter(prefix="/docs", include_in_schema=False)

START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
"""
"""The script that starts the page, as a file: an inline script needs a policy that lets any script in a page run."""


@router.get("")
async def page() -> HTMLResponse:
    """Show the page, which fetches everything it needs from this host."""
    return HTMLResponse(current().say("api_docs.html"))


@router.get("/start.js")
async def start() -> Response:
    """Return the script that starts the page."""
    return Response(START, media_type="text/javascript")
