"""The exact text that is signed and published, as bytes and as a digest."""

from __future__ import annotations

import hashlib
import json

from domain.case.obligations import Page


def canonical(page: Page) -> str:
    """Write a page as canonical JSON: sorted keys, no spaces; its UTF-8 bytes are what the digest is over."""
    return json.dumps(page.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(page: Page) -> str:
    """Return the SHA-256 of a page over its canonical JSON: what a vote binds to."""
    return hashlib.sha256(canonical(page).encode()).hexdigest()
