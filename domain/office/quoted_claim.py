"""The claim as a text quotes it: a rebuttal repeats what it denies, and what it only repeats it does not state."""

from __future__ import annotations

import re

QUOTES = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ('"', '"'))
"""The pairs of marks in which a claim is quoted."""

_MARKS = re.compile(r"[\W_]+")


def without_quoted_claim(text: str, claim: str) -> str:
    """Return a text without the claim, or parts of it, in quotation marks.

    Words in quotation marks that do not stand in the claim are kept: marks alone make nothing a quotation of it.
    """
    said = _bare(claim)
    for begin, end in QUOTES:
        text = text.replace(f"{begin}{claim}{end}", begin + end)
        span = re.compile(f"{re.escape(begin)}([^{re.escape(begin + end)}]*){re.escape(end)}")
        text = span.sub(lambda found: "" if _bare(found[1]) in said else found[0], text)
    return text


def _bare(text: str) -> str:
    """Return a text without spaces and punctuation, in one case."""
    return _MARKS.sub("", text).casefold()
