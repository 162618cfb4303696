"""Whether one claim quotes the other: a chain message is passed on with words before and after it."""

from __future__ import annotations

from difflib import SequenceMatcher

from domain.matching.words import EMPTY, HEDGE, LETTERS, LIST, NEGATION, NUMBER, PLACE, PREDICATE, TOWN, USE

LONGEST_BLOCK = 15
"""The fewest characters in a row that both have: as many are no coincidence."""
BLOCK = 6
"""Shorter pieces in common do not count as quoted."""
BESIDE = 6
"""How far before and after a quotation a negation turns it into its opposite."""
COVERED = 0.75
"""The least share of the shorter claim that is quoted."""


def quotes(one: str, other: str) -> bool:
    """Return whether the longer of two claims in their canonical form quotes the shorter one as it is.

    The shorter one says nothing besides: with another subject, it would be another claim in the same words. What the
    longer one adds names no town: a chain message is often told of another. Within the quotation it adds nothing that
    changes a claim, and right beside it no negation.
    """
    short, long = sorted((one, other), key=len)
    matcher = SequenceMatcher(None, short, long, autojunk=False)
    blocks = [block.size for block in matcher.get_matching_blocks() if block.size >= BLOCK]
    if not blocks or max(blocks) < LONGEST_BLOCK or sum(blocks) < COVERED * len(short):
        return False
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal":
            continue
        added = long[from_:to]
        within = start > 0 and end < len(short)
        near = added if within else added[-BESIDE:] if start == 0 else added[:BESIDE]
        if EMPTY.sub("", short[start:end]) or TOWN.search(added) or NEGATION.search(near):
            return False
        if within and any(words.search(added) for words in (NUMBER, HEDGE, PLACE, PREDICATE, USE, LIST, LETTERS)):
            return False
    return True
