"""Whether a text quotes a claim already, whole or as a draft shortens it, so that no page says it twice."""

from __future__ import annotations

from texts.disarming import inert, visible
from texts.headlines import excerpt

SHORTENED = (30, 60, 120, 200)
"""How long drafts make a claim at most."""


def quotes(text: str, claim: str) -> bool:
    """Return whether a text holds a claim in quotation marks, in any of the forms in which drafts quote one."""
    said = visible(text)
    forms = (visible(claim), inert(claim), *(excerpt(inert(claim), most) for most in SHORTENED))
    return any(f"“{form}”" in said for form in forms)
