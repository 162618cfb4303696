"""Whether one claim quotes the other: a chain message is passed on with words before and after it."""

from __future__ import annotations

from difflib import SequenceMatcher

from domain.matching.words import EMPTY, NEGATION, NUMBER, PLACE, PREDICATE, TOWN

LONGEST_BLOCK = 15
"""The fewest characters in a row that both have: as many are no coincidence."""
BLOCK = 6
"""Shorter pieces in common do not count as quoted."""
COVERED = 0.75
"""The least share of the shorter claim that is quoted."""


def quotes(one: str, other: str) -> bool:
    """Return whether the longer of two claims in their canonical form quotes the shorter one as it is.

    What the longer one adds names no place: a chain message is often told of another town. Where both say something
    else, and in what the shorter one says besides, is no number, place, negation, and nothing that happens.
    """
    short, long = sorted((one, other), key=len)
    matcher = SequenceMatcher(None, short, long, autojunk=False)
    blocks = [block.size for block in matcher.get_matching_blocks() if block.size >= BLOCK]
    if not blocks or max(blocks) < LONGEST_BLOCK or sum(blocks) < COVERED * len(short):
        return False
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal":
            continue
        mine, added = short[start:end], long[from_:to]
        if TOWN.search(added) or (EMPTY.sub("", mine) and _matters(mine, added)):
            return False
    return True


def _matters(mine: str, added: str) -> bool:
    both = mine + added if len(added) <= len(mine) + BLOCK else mine
    return any(pattern.search(both) for pattern in (NUMBER, PLACE, NEGATION, PREDICATE))
