"""The exact text that is signed and published, as bytes and as a digest."""

from __future__ import annotations

import hashlib
import json

from domain.case.obligations import Page


def canonical(page: Page) -> str:
    """Return a page as canonical JSON, with sorted keys and no spaces; the digest is computed over its UTF-8 bytes."""
    return json.dumps(page.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(page: Page) -> str:
    """Return the SHA-256 (hex) of a page over its canonical JSON; votes bind to it."""
    return hashlib.sha256(canonical(page).encode()).hexdigest()
